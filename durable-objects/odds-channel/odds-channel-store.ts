/**
 * All SQL of an odds channel: the fixture's state and the accepted bets with what each has been told.
 *
 * A channel that was never told of a fixture has no tables: asking about an id that someone made up leaves nothing behind.
 */
import { invariant } from "../../shared/kernel/invariant.ts";
import type { FixtureState } from "../../shared/odds/fixture-state.ts";
import { isCountry } from "../../shared/tenants/index.ts";
import type { Country } from "../../shared/tenants/tenant.ts";
import { migrate } from "../platform/migrate.ts";
import type { Sql } from "../platform/sql.ts";
import { ODDS_CHANNEL_MIGRATIONS } from "./odds-channel-schema.ts";

export interface ChannelFixture {
  readonly country: Country;
  readonly state: FixtureState;
}

/** A bet that has not acknowledged the newest result version. */
export interface OpenBet {
  readonly betId: string;
  readonly walletId: string;
  readonly placedAtMs: number;
  readonly sentVersion: number;
  readonly selectionIds: readonly string[];
}

type BetRow = { bet_id: string; wallet_id: string; placed_at: number; sent_version: number };

export class OddsChannelStore {
  readonly #sql: Sql;
  #ready = false;
  /** Cache of the one row; read again from storage when the object wakes. */
  #fixture: ChannelFixture | null = null;

  constructor(sql: Sql) {
    this.#sql = sql;
    if (sql.first("SELECT 1 AS found FROM sqlite_master WHERE name = 'schema_migration'") === null) return;
    this.#prepare();
    const row = sql.first<{ country: string; state: string }>("SELECT country, state FROM fixture");
    if (row === null) return;
    invariant(isCountry(row.country), "a fixture of no tenant");
    this.#fixture = { country: row.country, state: JSON.parse(row.state) as FixtureState };
  }

  get fixture(): ChannelFixture | null {
    return this.#fixture;
  }

  /** Stores the fixture within the caller's transaction; makes the tables first if this is the first word of it. */
  save(country: Country, state: FixtureState): void {
    this.#prepare();
    this.#sql.run("INSERT OR REPLACE INTO fixture (only, country, state) VALUES (1, ?, ?)", country, JSON.stringify(state));
  }

  /** Makes the cache follow storage, once the transaction that called `save` is through. */
  saved(country: Country, state: FixtureState): void {
    this.#fixture = { country, state };
  }

  #prepare(): void {
    if (!this.#ready) migrate(this.#sql, ODDS_CHANNEL_MIGRATIONS);
    this.#ready = true;
  }

  /** Adds an accepted bet; false when it is known. */
  addBet(bet: {
    readonly betId: string;
    readonly walletId: string;
    readonly stakeMinor: number;
    readonly placedAtMs: number;
    readonly selections: readonly { readonly selectionId: string; readonly oddsThousandths: number }[];
  }): boolean {
    if (this.#sql.first("SELECT 1 AS found FROM accepted_bet WHERE bet_id = ?", bet.betId) !== null) return false;
    this.#sql.run(
      "INSERT INTO accepted_bet (bet_id, wallet_id, stake_minor, placed_at) VALUES (?, ?, CAST(? AS INTEGER), ?)",
      bet.betId,
      bet.walletId,
      bet.stakeMinor,
      bet.placedAtMs,
    );
    for (const { selectionId, oddsThousandths } of bet.selections) {
      this.#sql.run(
        "INSERT INTO accepted_selection (bet_id, selection_id, odds) VALUES (?, ?, ?)",
        bet.betId,
        selectionId,
        oddsThousandths,
      );
    }
    return true;
  }

  /** Bets that are to be told `version` now: never told it, or told long enough ago without an acknowledgement. */
  openBets(version: number, nowMs: number, limit: number): readonly OpenBet[] {
    const rows = this.#sql.all<BetRow>(
      `SELECT bet_id, wallet_id, placed_at, sent_version FROM accepted_bet
       WHERE acked_version < ? AND (sent_version < ? OR next_at <= ?) ORDER BY acked_version, sent_version, next_at LIMIT ?`,
      version,
      version,
      nowMs,
      limit,
    );
    return rows.map((row) => ({
      betId: row.bet_id,
      walletId: row.wallet_id,
      placedAtMs: row.placed_at,
      sentVersion: row.sent_version,
      selectionIds: this.#sql
        .all<{ selection_id: string }>("SELECT selection_id FROM accepted_selection WHERE bet_id = ? ORDER BY selection_id", row.bet_id)
        .map((selection) => selection.selection_id),
    }));
  }

  /** When a bet is next to be told `version`: 0 while one never was (found at once, however many), null when all have acknowledged it. */
  nextSettlementAtMs(version: number): number | null {
    const unsent = this.#sql.first(
      "SELECT 1 AS found FROM accepted_bet WHERE acked_version < ? AND sent_version < ? LIMIT 1",
      version,
      version,
    );
    if (unsent !== null) return 0;
    return (
      this.#sql.first<{ at: number | null }>("SELECT min(next_at) AS at FROM accepted_bet WHERE acked_version < ?", version)?.at ?? null
    );
  }

  markSent(betId: string, version: number, nextAtMs: number): void {
    this.#sql.run("UPDATE accepted_bet SET sent_version = max(sent_version, ?), next_at = ? WHERE bet_id = ?", version, nextAtMs, betId);
  }

  /** Acknowledging an older version, or twice, is harmless. */
  acknowledge(betId: string, version: number): void {
    this.#sql.run("UPDATE accepted_bet SET acked_version = max(acked_version, ?) WHERE bet_id = ?", version, betId);
  }
}
