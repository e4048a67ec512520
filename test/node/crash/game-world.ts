/** A crash game's stores over a database in memory, under a clock that the test moves, and chains as the offline tool makes them. */
import { ChainStore } from "../../../durable-objects/crash-game/chain-store.ts";
import { ChainVault } from "../../../durable-objects/crash-game/chain-vault.ts";
import { CRASH_GAME_MIGRATIONS } from "../../../durable-objects/crash-game/crash-game-schema.ts";
import { CrashGameStore, type RoundRow } from "../../../durable-objects/crash-game/crash-game-store.ts";
import { GameFairness } from "../../../durable-objects/crash-game/game-fairness.ts";
import { AlarmTable } from "../../../durable-objects/platform/alarm-table.ts";
import { migrate } from "../../../durable-objects/platform/migrate.ts";
import { Outbox } from "../../../durable-objects/platform/outbox.ts";
import { KENYA } from "../../../shared/tenants/ke.ts";
import type { CrashRules } from "../../../shared/tenants/tenant.ts";
import { nodeSql } from "../../support/node-sql.ts";
import { makeOfflineChain, type OfflineChain } from "../../support/offline-chain.ts";

export const SECRET = "the-secret-of-a-game-under-test-0001";
export const SOURCE = "hash of Bitcoin block 960000";
export const SALT = "00000000000000000002c0ffee".padEnd(64, "7");
export const RULES: CrashRules = {
  ...KENYA.crash,
  chainLength: 1_500,
  rtp: { minimumRounds: 50, windowRounds: 200, falseAlarmsPerMillion: 1_000 },
};

/** Kenya's, with rules that a test can play through. */
export const TENANT = { ...KENYA, crash: RULES };

/** A chain as `npm run crash:chain make` writes it. */
export function offlineChain(seed: number, length: number, secret = SECRET): OfflineChain {
  return makeOfflineChain({ seed, length, secret, saltSource: SOURCE, rules: RULES });
}

const TABLES = ["chain", "checkpoint", "chain_import", "imported_checkpoint", "round", "closing", "rtp", "rtp_part"];

export class GameWorld {
  readonly sql = nodeSql();
  nowMs = 1_000_000;
  store: CrashGameStore;
  fairness: GameFairness;
  #nonces = 0;

  constructor() {
    migrate(this.sql, CRASH_GAME_MIGRATIONS);
    [this.store, this.fairness] = this.wake();
    this.store.current(this.nowMs, () => this.nonce());
  }

  /** New instances on the same storage, as after an eviction; with another secret, as after a wrong deployment. */
  wake(secret = SECRET): [CrashGameStore, GameFairness] {
    const vault = new ChainVault(secret);
    const chains = new ChainStore(this.sql, RULES.gameId, vault);
    // Jobs are rows; nothing here points the platform's alarm at them.
    const alarms = new AlarmTable(this.sql, {} as DurableObjectStorage);
    this.store = new CrashGameStore(this.sql, chains, alarms, new Outbox(this.sql), RULES);
    this.fairness = new GameFairness({ sql: this.sql, chains, store: this.store, vault, secret, rules: RULES });
    return [this.store, this.fairness];
  }

  get round(): RoundRow {
    return this.store.current(this.nowMs, () => this.nonce());
  }

  nonce(): string {
    this.#nonces += 1;
    return `nonce-${this.#nonces}`;
  }

  /** Everything that is stored, to show that nothing changed. */
  stored(): string {
    return JSON.stringify(TABLES.map((table) => this.sql.all(`SELECT * FROM ${table}`)));
  }

  bringIn({ statement, pages }: OfflineChain, by = "maker"): void {
    this.fairness.beginChain(statement, by, this.nonce(), this.nowMs);
    for (const [page, sealed] of pages.entries()) this.fairness.addChainPage(statement.terminatingHash, page, sealed);
  }

  /** Brings a chain in, publishes it and fixes its salt. */
  install(chain: OfflineChain): void {
    this.bringIn(chain);
    this.fairness.publishChain(chain.statement.terminatingHash, "publisher", this.nowMs);
    this.fairness.publishSalt(this.round, { salt: SALT, source: SOURCE, by: "publisher", isProduction: true }, this.nowMs);
  }

  /** Plays the waiting round to its end and, where a next one can be, to its waiting. */
  playRound(): RoundRow {
    if (!this.store.open(this.nowMs)) throw new Error("the round does not open");
    this.nowMs += RULES.bettingMs;
    this.store.endPhase(this.nowMs);
    this.nowMs = Math.max(this.nowMs, this.round.crash_at ?? 0);
    this.store.endPhase(this.nowMs);
    const crashed = this.round;
    this.nowMs += RULES.cooldownMs;
    this.store.rest(1, this.nowMs, null);
    return crashed;
  }
}
