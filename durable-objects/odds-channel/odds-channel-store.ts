/**
 * The SQL of an odds channel's fixture: its state, one row that changes as a whole.
 *
 * A channel that was never told of a fixture has no tables: asking about an id that someone made up leaves nothing behind.
 */
import { invariant } from "../../shared/kernel/invariant.ts";
import type { FixtureState } from "../../shared/odds/fixture-state.ts";
import { UNTRADED } from "../../shared/odds/trading.ts";
import { isCountry } from "../../shared/tenants/index.ts";
import type { Country } from "../../shared/tenants/tenant.ts";
import { migrate } from "../platform/migrate.ts";
import type { Sql } from "../platform/sql.ts";
import { ODDS_CHANNEL_MIGRATIONS } from "./odds-channel-schema.ts";

export interface ChannelFixture {
  readonly country: Country;
  readonly state: FixtureState;
}

/** A state of before there was trading, or a history of scores, says nothing of it. */
type Stored = Omit<FixtureState, "trading" | "scores"> & Partial<Pick<FixtureState, "trading" | "scores">>;

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
    const state = JSON.parse(row.state) as Stored;
    this.#fixture = { country: row.country, state: { ...state, trading: state.trading ?? UNTRADED, scores: state.scores ?? [] } };
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
}
