/** Booking codes: selections that somebody shared, without prices and stakes. */
import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const bookingCode = sqliteTable(
  "booking_code",
  {
    code: text("code").primaryKey(),
    /** JSON array of selection ids, in the order of the slip. */
    selections: text("selections", { mode: "json" }).$type<readonly string[]>().notNull(),
    createdAtMs: integer("created_at_ms").notNull(),
    /** The last kick-off: nothing of it can be bet on any more. */
    expiresAtMs: integer("expires_at_ms").notNull(),
    loads: integer("loads").notNull(),
  },
  (table) => [index("booking_code_expires").on(table.expiresAtMs)],
);

/** Bets that were placed from a shared slip and are made of its selections alone. */
export const bookingBet = sqliteTable(
  "booking_bet",
  {
    betId: text("bet_id").primaryKey(),
    code: text("code").notNull(),
    stakeMinor: integer("stake_minor").notNull(),
    placedAtMs: integer("placed_at_ms").notNull(),
  },
  (table) => [index("booking_bet_code").on(table.code), check("booking_bet_stake", sql`${table.stakeMinor} > 0`)],
);
