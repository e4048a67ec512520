/**
 * Tables of an odds channel. Append-only: channels meet a migration when they next wake.
 *
 * The fixture's state is one row of JSON: it changes as a whole with each feed message, so one message is one row written. What
 * grows with the number of bets is in tables of its own.
 */
import { ALARM_TABLE_MIGRATION } from "../platform/alarm-table.ts";
import type { Migration } from "../platform/migrate.ts";
import { OUTBOX_MIGRATION } from "../platform/outbox.ts";
import { ACCEPTED_BETS_MIGRATION, ACCEPTED_PRICES_MIGRATION, ACCEPTED_STANDING_MIGRATION } from "./accepted-bet-store.ts";
import { CASH_OUT_WATCH_MIGRATION } from "./cash-out-watch-store.ts";
import { EXPOSURE_HARD_MIGRATION, EXPOSURE_MIGRATION } from "./exposure-store.ts";
import { TRADING_MIGRATION } from "./trading-store.ts";

export const ODDS_CHANNEL_MIGRATIONS: readonly Migration[] = [
  ALARM_TABLE_MIGRATION,
  OUTBOX_MIGRATION,
  {
    id: "odds-channel-1",
    sql: `CREATE TABLE fixture (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  country TEXT NOT NULL,
  state TEXT NOT NULL
) STRICT;`,
  },
  ACCEPTED_BETS_MIGRATION,
  EXPOSURE_MIGRATION,
  ACCEPTED_PRICES_MIGRATION,
  TRADING_MIGRATION,
  ACCEPTED_STANDING_MIGRATION,
  EXPOSURE_HARD_MIGRATION,
  CASH_OUT_WATCH_MIGRATION,
];
