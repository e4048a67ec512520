/**
 * All SQL of a CrashGame's rounds, and its transitions: each is one transaction that reads the current row, checks that the transition
 * applies now, and writes the row with its jobs. The current round is the row with the highest number; there is always one.
 */
import { crashPoint } from "../../shared/crash/crash-point.ts";
import { flightMs } from "../../shared/crash/curve.ts";
import { toHex } from "../../shared/crash/hash.ts";
import { GAME, MATHS } from "../../shared/crash/release.ts";
import { nextStatus, type RoundEvent, type RoundStatus } from "../../shared/crash/round.ts";
import { invariant } from "../../shared/kernel/invariant.ts";
import type { RoundProof, RoundResult } from "../../shared/protocol/rpc/crash.ts";
import type { CrashRules } from "../../shared/tenants/tenant.ts";
import type { AlarmTable } from "../platform/alarm-table.ts";
import { hmacSha256OfBytes } from "../platform/hash.ts";
import { log } from "../platform/log.ts";
import { DRAIN_DELAY_MS, OUTBOX_JOB, type Outbox } from "../platform/outbox.ts";
import type { Sql } from "../platform/sql.ts";
import type { FinishedImport } from "./chain-import.ts";
import type { ChainRow, ChainStore } from "./chain-store.ts";
import { GameClosing } from "./game-closing.ts";

export const PHASE_JOB = "phase";
export const ANNOUNCE_JOB = "announce";
export const ROUND_TOPIC = "crash_round";
/** The state is announced at once; the job is for when that fails. */
export const ANNOUNCE_AGAIN_MS = 1_000;
/** A flight whose hash can't be opened waits for whoever repairs that. */
const BROKEN_AGAIN_MS = 30_000;
/** Rounds of some two days: time to bring in the next chain. */
const CHAIN_SHORT_ROUNDS = 10_000;

export type RoundRow = {
  number: number;
  chain: number;
  status: RoundStatus;
  commitment: string;
  betting_ends_at: number | null;
  started_at: number | null;
  crash_at: number | null;
  next_at: number | null;
  crash_hundredths: number | null;
  server_seed: string | null;
  tables: number;
  config_sha256: string | null;
  maths_sha256: string | null;
  game_sha256: string | null;
};

export interface Flight {
  readonly status: "RUNNING" | "CRASHED";
  readonly startedAtMs: number;
  readonly crashHundredths: number;
}

interface Secret {
  readonly roundNumber: number;
  readonly serverSeed: string;
  readonly crashHundredths: number;
}

export class CrashGameStore {
  readonly #sql: Sql;
  readonly #chains: ChainStore;
  readonly #alarms: AlarmTable;
  readonly #outbox: Outbox;
  readonly #rules: CrashRules;
  readonly #closing: GameClosing;
  /** The opened hash of one round: a cache, rebuilt from the chain. It leaves this class with the crash, not before. */
  #secret: Secret | null = null;

  constructor(sql: Sql, chains: ChainStore, alarms: AlarmTable, outbox: Outbox, rules: CrashRules) {
    this.#sql = sql;
    this.#chains = chains;
    this.#alarms = alarms;
    this.#outbox = outbox;
    this.#rules = rules;
    this.#closing = new GameClosing(sql);
  }

  /** The current round; makes the first chain and its waiting round on the game's first use. */
  current(nowMs: number, nonce: () => string): RoundRow {
    return this.#last() ?? this.#sql.transaction(() => this.#addRound(1, 1, nowMs, nonce));
  }

  chainOf(round: RoundRow): ChainRow {
    return this.#chains.read(round.chain);
  }

  /** WAITING -> BETTING; nothing when the round does not wait, its chain has no salt yet, or the game is closed, which it may be now. */
  open(nowMs: number): boolean {
    return this.#sql.transaction(() => {
      const round = this.#last();
      if (round === null || nextStatus(round.status, "open") === null || this.#closing.read() !== null) return false;
      return this.#open(round, nowMs);
    });
  }

  /** Ends a phase that is over: betting, or the flight. Says whether it did. */
  endPhase(nowMs: number): boolean {
    return this.#sql.transaction(() => {
      const round = this.#last();
      if (round === null || !isOverdue(round, nowMs)) return false;
      if (!this.#isSound(round, nowMs)) {
        this.#alarms.schedule(PHASE_JOB, nowMs + BROKEN_AGAIN_MS);
        return false;
      }
      if (round.status === "BETTING") this.#start(round, nowMs);
      else this.#crash(round, nowMs);
      return true;
    });
  }

  /** Whether the pause after a crash is over. */
  isPauseOver(nowMs: number): boolean {
    const round = this.#last();
    return round?.status === "CRASHED" && nowMs >= instant(round.next_at);
  }

  /** Adds the next round after the pause, WAITING, with so many tables. Without a `nonce` no chain is made here: a game at its chain's end closes instead. */
  rest(tables: number, nowMs: number, nonce: (() => string) | null): boolean {
    return this.#sql.transaction(() => {
      const round = this.#last();
      if (round === null || nextStatus(round.status, "rest") === null || nowMs < instant(round.next_at)) return false;
      if (nonce === null && this.#chains.covering(round.number + 1) === null) {
        this.#closing.close(this.#rules.gameId, "chain_ended", `round ${round.number} was the last`, nowMs);
        return false;
      }
      this.#addRound(round.number + 1, tables, nowMs, nonce);
      this.#announceSoon(nowMs);
      return true;
    });
  }

  /** How many tables have to be told of a round's changes: its own, and those that the round before had. */
  tablesToTell(round: RoundRow): number {
    const before = this.#sql.first<{ tables: number }>("SELECT tables FROM round WHERE number = ?", round.number - 1);
    return Math.max(round.tables, before?.tables ?? 1);
  }

  /**
   * Commits to an imported chain behind the last one; a chain of the game's own that was never salted gives way to it, so that its
   * waiting round is the first of the new one. Gives the chain's number.
   */
  publishChain(finished: FinishedImport, by: string, nowMs: number): number {
    const round = this.#last();
    const standing = round === null ? null : this.#chains.read(round.chain);
    const givesWay = round?.status === "WAITING" && standing?.origin === "object" && standing.salt === null;
    const chain = this.#chains.publish(finished, givesWay ? round.number : this.#chains.nextFirstRound(), by, nowMs);
    if (givesWay && standing !== null) {
      this.#sql.run("UPDATE round SET chain = ?, commitment = ? WHERE number = ?", chain.number, chain.terminating_hash, round.number);
      this.#chains.drop(standing);
      this.#secret = null;
    }
    if (this.#closing.read()?.reason === "chain_ended") {
      this.#closing.reopen();
      this.#alarms.schedule(PHASE_JOB, nowMs);
    }
    return chain.number;
  }

  /** A round that flies or has flown, with its point: for decisions inside the game only. Null before its flight. */
  flight(roundNumber: number): Flight | null {
    const round = this.#sql.first<RoundRow>("SELECT * FROM round WHERE number = ?", roundNumber);
    if (round === null || (round.status !== "RUNNING" && round.status !== "CRASHED")) return null;
    const crashHundredths = round.crash_hundredths ?? this.#secretOf(round).crashHundredths;
    return { status: round.status, startedAtMs: instant(round.started_at), crashHundredths };
  }

  history(limit: number): readonly RoundResult[] {
    return this.#sql.all<RoundRow>("SELECT * FROM round WHERE status = 'CRASHED' ORDER BY number DESC LIMIT ?", limit).map(resultOf);
  }

  proof(roundNumber: number): RoundProof | null {
    const round = this.#sql.first<RoundRow>("SELECT * FROM round WHERE number = ? AND status = 'CRASHED'", roundNumber);
    return round === null ? null : this.#proofOf(round);
  }

  #last(): RoundRow | null {
    return this.#sql.first<RoundRow>("SELECT * FROM round ORDER BY number DESC LIMIT 1");
  }

  #addRound(number: number, tables: number, nowMs: number, nonce: (() => string) | null): RoundRow {
    const chain = this.#chains.covering(number) ?? (nonce === null ? null : this.#chains.make(number, this.#rules, nowMs, nonce()));
    invariant(chain !== null, `no chain has round ${number}`);
    const revealed = number === chain.first_round ? chain.terminating_hash : this.#last()?.server_seed;
    invariant(typeof revealed === "string", `round ${number} has no hash before it`);
    this.#sql.run(
      "INSERT INTO round (number, chain, status, commitment, tables) VALUES (?, ?, 'WAITING', ?, CAST(? AS INTEGER))",
      ...[number, chain.number, revealed, tables],
    );
    const added = this.#last();
    invariant(added?.number === number, "the added round is the last");
    return added;
  }

  #open(round: RoundRow, nowMs: number): boolean {
    // Opened and checked before the first bet, so that a broken chain takes nobody's stake.
    if (this.#chains.read(round.chain).salt === null || !this.#isSound(round, nowMs)) return false;
    const endsAtMs = nowMs + this.#rules.bettingMs;
    this.#sql.run(
      "UPDATE round SET status = ?, betting_ends_at = ?, config_sha256 = ?, maths_sha256 = ?, game_sha256 = ? WHERE number = ?",
      ...[after(round, "open"), endsAtMs, this.#chains.publishedConfig(this.#chains.read(round.chain)), MATHS.sha256, GAME.sha256],
      round.number,
    );
    this.#alarms.schedule(PHASE_JOB, endsAtMs);
    this.#announceSoon(nowMs);
    return true;
  }

  #start(round: RoundRow, nowMs: number): void {
    const { crashHundredths } = this.#secretOf(round);
    const crashAtMs = nowMs + flightMs(crashHundredths, this.#chains.read(round.chain).curve_millionths_per_ms);
    this.#sql.run(
      "UPDATE round SET status = ?, started_at = ?, crash_at = ? WHERE number = ?",
      after(round, "start"),
      nowMs,
      crashAtMs,
      round.number,
    );
    this.#alarms.schedule(PHASE_JOB, crashAtMs);
    this.#announceSoon(nowMs);
  }

  #crash(round: RoundRow, nowMs: number): void {
    const { serverSeed, crashHundredths } = this.#secretOf(round);
    const nextAtMs = nowMs + this.#rules.cooldownMs;
    this.#sql.run(
      "UPDATE round SET status = ?, next_at = ?, crash_hundredths = ?, server_seed = ? WHERE number = ?",
      after(round, "crash"),
      nextAtMs,
      crashHundredths,
      serverSeed,
      round.number,
    );
    const crashed = this.#last();
    invariant(crashed?.number === round.number, "the crashed round is the last");
    this.#outbox.add(ROUND_TOPIC, JSON.stringify(this.#proofOf(crashed)), nowMs);
    this.#alarms.schedule(OUTBOX_JOB, nowMs + DRAIN_DELAY_MS);
    this.#alarms.schedule(PHASE_JOB, nextAtMs);
    this.#announceSoon(nowMs);
    if (this.#chains.nextFirstRound() - round.number === CHAIN_SHORT_ROUNDS)
      log("warn", "crash_chain_short", { gameId: this.#rules.gameId, roundsLeft: CHAIN_SHORT_ROUNDS - 1 });
  }

  /** Whether the round may go on: its configuration is the published one and its hash opens. Closes the game otherwise. */
  #isSound(round: RoundRow, nowMs: number): boolean {
    const { gameId } = this.#rules;
    if (this.#chains.publishedConfig(this.#chains.read(round.chain)) === null) {
      this.#closing.close(gameId, "config_differs", `chain ${round.chain}`, nowMs);
      return false;
    }
    try {
      this.#secretOf(round);
      return true;
    } catch (error) {
      if (this.#closing.read() === null) log("error", "crash_link_broken", { gameId, round: round.number, error });
      this.#closing.close(gameId, "chain_broken", `round ${round.number}`, nowMs);
      return false;
    }
  }

  #announceSoon(nowMs: number): void {
    this.#alarms.schedule(ANNOUNCE_JOB, nowMs + ANNOUNCE_AGAIN_MS);
  }

  #secretOf(round: RoundRow): Secret {
    if (this.#secret?.roundNumber === round.number) return this.#secret;
    const chain = this.#chains.read(round.chain);
    invariant(chain.salt !== null, `chain ${chain.number} has no salt`);
    const hash = this.#chains.hashOf(chain, round.number, round.commitment);
    const rules = { salt: chain.salt, houseEdgeBasisPoints: chain.house_edge_basis_points, capHundredths: chain.cap_hundredths };
    const { crashHundredths } = crashPoint(hash, rules, hmacSha256OfBytes);
    this.#secret = { roundNumber: round.number, serverSeed: toHex(hash), crashHundredths };
    return this.#secret;
  }

  #proofOf(round: RoundRow): RoundProof {
    const chain = this.#chains.read(round.chain);
    invariant(chain.salt !== null, "a round was played without a salt");
    return {
      ...resultOf(round),
      salt: chain.salt,
      houseEdgeBasisPoints: chain.house_edge_basis_points,
      capHundredths: chain.cap_hundredths,
      commitment: round.commitment,
      chainNumber: chain.number,
      firstRound: chain.first_round,
      terminatingHash: chain.terminating_hash,
      release: { configSha256: round.config_sha256, mathsSha256: round.maths_sha256, gameSha256: round.game_sha256 },
    };
  }
}

function resultOf(round: RoundRow): RoundResult {
  invariant(round.crash_hundredths !== null && round.server_seed !== null, `round ${round.number} has no result`);
  return {
    roundNumber: round.number,
    crashHundredths: round.crash_hundredths,
    serverSeed: round.server_seed,
    startedAtMs: instant(round.started_at),
    crashedAtMs: instant(round.crash_at),
  };
}

function isOverdue(round: RoundRow, nowMs: number): boolean {
  if (round.status === "BETTING") return nowMs >= instant(round.betting_ends_at);
  return round.status === "RUNNING" && nowMs >= instant(round.crash_at);
}

function after(round: RoundRow, event: RoundEvent): RoundStatus {
  const status = nextStatus(round.status, event);
  invariant(status !== null, `round ${round.number} is ${round.status}: no ${event}`);
  return status;
}

function instant(value: number | null): number {
  invariant(value !== null, "the phase has no instant");
  return value;
}
