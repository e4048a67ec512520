/**
 * What the wallets' journals say, for reports, operators and reconciliation. A read model: repaired from the wallets, never the other
 * way. Amounts in minor units; keys are the wallets' own, so that a row told twice is one row.
 */
import { isNull } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const walletEntry = sqliteTable(
  "wallet_entry",
  {
    walletId: text("wallet_id").notNull(),
    epoch: integer("epoch").notNull(),
    seq: integer("seq").notNull(),
    userId: text("user_id").notNull(),
    kind: text("kind").notNull(),
    ref: text("ref").notNull(),
    refType: text("ref_type").notNull(),
    currency: text("currency").notNull(),
    taxLines: text("tax_lines", { mode: "json" }).$type<readonly unknown[]>().notNull(),
    occurredAtMs: integer("occurred_at_ms").notNull(),
    recordedAtMs: integer("recorded_at_ms").notNull(),
    previousHash: text("previous_hash").notNull(),
    hash: text("hash").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.walletId, table.epoch, table.seq] }),
    index("wallet_entry_kind").on(table.kind, table.recordedAtMs),
    index("wallet_entry_ref").on(table.ref),
  ],
);

export const walletPosting = sqliteTable(
  "wallet_posting",
  {
    walletId: text("wallet_id").notNull(),
    epoch: integer("epoch").notNull(),
    seq: integer("seq").notNull(),
    n: integer("n").notNull(),
    account: text("account").notNull(),
    amountMinor: integer("amount_minor").notNull(),
    heldMinor: integer("held_minor").notNull(),
    postedAfterMinor: integer("posted_after_minor").notNull(),
    heldAfterMinor: integer("held_after_minor").notNull(),
    recordedAtMs: integer("recorded_at_ms").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.walletId, table.epoch, table.seq, table.n] }),
    index("wallet_posting_account").on(table.account, table.recordedAtMs),
  ],
);

/** Where each account stands, as its last posting that is stored says: (epoch, seq) names it. */
export const walletAccount = sqliteTable(
  "wallet_account",
  {
    walletId: text("wallet_id").notNull(),
    account: text("account").notNull(),
    currency: text("currency").notNull(),
    postedMinor: integer("posted_minor").notNull(),
    heldMinor: integer("held_minor").notNull(),
    epoch: integer("epoch").notNull(),
    seq: integer("seq").notNull(),
  },
  (table) => [primaryKey({ columns: [table.walletId, table.account] })],
);

/**
 * How far each wallet is projected: everything up to `seq` is stored, linked hash by hash, and its bets are told to their channels;
 * nothing after it is stored.
 */
export const walletProjection = sqliteTable(
  "wallet_projection",
  {
    walletId: text("wallet_id").primaryKey(),
    userId: text("user_id").notNull(),
    currency: text("currency").notNull(),
    shard: integer("shard").notNull(),
    epoch: integer("epoch").notNull(),
    seq: integer("seq").notNull(),
    hash: text("hash").notNull(),
    /** When the entry `seq` was recorded: a rebuilt row is the row that was there. */
    updatedAtMs: integer("updated_at_ms").notNull(),
  },
  (table) => [index("wallet_projection_shard").on(table.shard, table.walletId)],
);

export const bet = sqliteTable(
  "bet",
  {
    betId: text("bet_id").primaryKey(),
    walletId: text("wallet_id").notNull(),
    userId: text("user_id").notNull(),
    kind: text("kind").notNull(),
    status: text("status").notNull(),
    stakeMinor: integer("stake_minor").notNull(),
    lines: integer("lines").notNull(),
    potentialWinMinor: integer("potential_win_minor").notNull(),
    paidMinor: integer("paid_minor").notNull(),
    placedAtMs: integer("placed_at_ms").notNull(),
    settledAtMs: integer("settled_at_ms"),
    /** The place in the journal that this row speaks of: what is older never overwrites it. */
    epoch: integer("epoch").notNull().default(1),
    seq: integer("seq").notNull(),
  },
  (table) => [
    index("bet_wallet").on(table.walletId, table.placedAtMs),
    index("bet_status").on(table.status, table.placedAtMs),
    index("bet_placed").on(table.placedAtMs),
  ],
);

export const betSelection = sqliteTable(
  "bet_selection",
  {
    betId: text("bet_id").notNull(),
    n: integer("n").notNull(),
    selectionId: text("selection_id").notNull(),
    fixtureId: text("fixture_id").notNull(),
    marketId: text("market_id").notNull(),
    fixtureName: text("fixture_name").notNull(),
    marketName: text("market_name").notNull(),
    outcomeName: text("outcome_name").notNull(),
    oddsThousandths: integer("odds_thousandths").notNull(),
    priceVersion: integer("price_version").notNull(),
    outcome: text("outcome"),
    resultVersion: integer("result_version").notNull(),
    epoch: integer("epoch").notNull().default(1),
    seq: integer("seq").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.betId, table.n] }),
    index("bet_selection_fixture").on(table.fixtureId, table.marketId),
    index("bet_selection_open").on(table.fixtureId).where(isNull(table.outcome)),
  ],
);
