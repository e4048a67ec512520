/**
 * The fairness side of a CrashGame, one transaction a command: chains brought in and published, salts, what bets returned, closing and
 * opening again, and what all of that looks like from outside.
 */
import { ALGORITHM } from "../../shared/crash/crash-point.ts";
import { GAME, MATHS } from "../../shared/crash/release.ts";
import { err, ok, type Result } from "../../shared/kernel/result.ts";
import type { FairnessView } from "../../shared/protocol/rpc/crash.ts";
import type {
  ChainImport,
  ChainRefusal,
  ChainStatement,
  ChainView,
  ClosingReason,
  GameReport,
  PlayedRound,
  SaltRefusal,
} from "../../shared/protocol/rpc/crash-fairness.ts";
import type { CrashRules } from "../../shared/tenants/tenant.ts";
import { log } from "../platform/log.ts";
import type { Sql } from "../platform/sql.ts";
import { ChainImports } from "./chain-import.ts";
import { type ChainStore, viewOf } from "./chain-store.ts";
import type { ChainVault } from "./chain-vault.ts";
import type { CrashGameStore, RoundRow } from "./crash-game-store.ts";
import { GameClosing } from "./game-closing.ts";
import { RtpStore } from "./rtp-store.ts";

const SALT = /^[\x21-\x7e]{16,200}$/;
const SALT_SOURCE_CHARS_MAX = 200;
const TO_PERCENT = 100;

export interface FairnessParts {
  readonly sql: Sql;
  readonly chains: ChainStore;
  readonly store: CrashGameStore;
  readonly vault: ChainVault;
  readonly secret: string;
  readonly rules: CrashRules;
}

export interface SaltToFix {
  readonly salt: string;
  readonly source: string;
  /** Null where no operator is known. */
  readonly by: string | null;
  readonly isProduction: boolean;
}

export class GameFairness {
  readonly #sql: Sql;
  readonly #chains: ChainStore;
  readonly #store: CrashGameStore;
  readonly #rules: CrashRules;
  readonly #imports: ChainImports;
  readonly #closing: GameClosing;
  readonly #rtp: RtpStore;

  constructor({ sql, chains, store, vault, secret, rules }: FairnessParts) {
    this.#sql = sql;
    this.#chains = chains;
    this.#store = store;
    this.#rules = rules;
    this.#imports = new ChainImports(sql, rules.gameId, vault, secret);
    this.#closing = new GameClosing(sql);
    this.#rtp = new RtpStore(sql, rules.rtp);
  }

  get isClosed(): boolean {
    return this.closedFor !== null;
  }

  /** Null while the game is open. */
  get closedFor(): ClosingReason | null {
    return this.#closing.read()?.reason ?? null;
  }

  beginChain(statement: ChainStatement, by: string, nonce: string, nowMs: number): Result<ChainImport, ChainRefusal> {
    return this.#imports.begin(statement, by, this.#rules, nonce, nowMs);
  }

  addChainPage(terminatingHash: string, page: number, sealed: string): Result<ChainImport, ChainRefusal> {
    return this.#imports.add(terminatingHash, page, sealed);
  }

  publishChain(terminatingHash: string, by: string, nowMs: number): Result<ChainView, ChainRefusal> {
    return this.#sql.transaction((): Result<ChainView, ChainRefusal> => {
      const finished = this.#imports.finished(terminatingHash, by);
      if (!finished.ok) return finished;
      const number = this.#store.publishChain(finished.value, by, nowMs);
      this.#imports.hand(number);
      log("info", "crash_chain_published", { gameId: this.#rules.gameId, chain: number, terminatingHash });
      return ok(viewOf(this.#chains.read(number)));
    });
  }

  publishSalt(round: RoundRow, { salt, source, by, isProduction }: SaltToFix, nowMs: number): Result<null, SaltRefusal> {
    if (!SALT.test(salt) || source.length === 0 || source.length > SALT_SOURCE_CHARS_MAX) return err({ reason: "not_a_salt" });
    return this.#sql.transaction((): Result<null, SaltRefusal> => {
      const chain = this.#chains.unsalted(round.number);
      if (chain === null) return err({ reason: "already_fixed" });
      if (isProduction && chain.origin !== "offline") return err({ reason: "not_offline" });
      if (chain.announced_source !== null && chain.announced_source !== source) return err({ reason: "wrong_source" });
      if (chain.made_by !== null && chain.made_by === by) return err({ reason: "same_person" });
      this.#chains.fixSalt(chain.number, salt, source, nowMs);
      log("info", "crash_salt_fixed", { gameId: this.#rules.gameId, chain: chain.number, source });
      return ok(null);
    });
  }

  recordPlayed(tableName: string, roundNumber: number, part: PlayedRound, nowMs: number): void {
    this.#sql.transaction(() => {
      const breached = this.#rtp.add(tableName, roundNumber, part, nowMs);
      if (breached === null) return;
      const { span, actual, theoretical, tolerance } = breached;
      const percent = (share: number): string => `${Math.round(share * TO_PERCENT * TO_PERCENT) / TO_PERCENT}%`;
      const detail = `${span}: paid ${percent(actual)}, expected ${percent(theoretical)}, within ${percent(tolerance)} by chance`;
      this.#closing.close(this.#rules.gameId, "rtp_breach", detail, nowMs);
    });
  }

  /** Says whether it was open. */
  close(nowMs: number): boolean {
    const wasOpen = !this.isClosed;
    // Everybody reads this word; why it was done is the operators' own.
    this.#closing.close(this.#rules.gameId, "operator", "closed by an operator", nowMs);
    return wasOpen;
  }

  reopen(): boolean {
    return this.#sql.transaction(() => {
      if (this.#closing.read()?.reason === "rtp_breach") this.#rtp.restart();
      return this.#closing.reopen();
    });
  }

  report(): GameReport {
    const { gameId } = this.#rules;
    const closing = this.#closing.read();
    return { gameId, closing, chains: this.#chains.list(), importing: this.#imports.current(), rtp: this.#rtp.read() };
  }

  view(round: RoundRow): FairnessView {
    const chain = this.#store.chainOf(round);
    return {
      gameId: this.#rules.gameId,
      algorithm: ALGORITHM,
      chainNumber: chain.number,
      chainLength: chain.length,
      firstRound: chain.first_round,
      terminatingHash: chain.terminating_hash,
      publishedAtMs: chain.published_at,
      salt: chain.salt,
      saltSource: chain.salt_source,
      saltFixedAtMs: chain.salt_fixed_at,
      houseEdgeBasisPoints: chain.house_edge_basis_points,
      capHundredths: chain.cap_hundredths,
      curveMillionthsPerMs: chain.curve_millionths_per_ms,
      chainOrigin: chain.origin,
      announcedSource: chain.announced_source,
      game: GAME,
      maths: MATHS,
      configSha256: this.#chains.publishedConfig(chain),
      closing: this.#closing.read(),
    };
  }
}
