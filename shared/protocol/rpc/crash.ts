/**
 * What callers say to the crash objects. CrashGame (named by game id, e.g. `crash-ke`) owns the round; CrashTable (`<game id>:<n>`)
 * owns sockets and bets. Multipliers are hundredths (1.23x is 123), times milliseconds, amounts minor units.
 */
import type { RoundStatus } from "../../crash/round.ts";
import type { Result } from "../../kernel/result.ts";
import type { Country } from "../../tenants/tenant.ts";
import type { Closing, ClosingReason, Component, CrashFairnessRpc, SaltRefusal } from "./crash-fairness.ts";
import type { CrashPlansRpc } from "./crash-plans.ts";
import type { WalletRefusal } from "./wallet.ts";

export type { RoundStatus };
export type Slot = "A" | "B";

/** What anyone may know about the round now. Never its hash or point before it crashed. */
export interface RoundView {
  readonly gameId: string;
  readonly roundNumber: number;
  readonly status: RoundStatus;
  /** The commitment: SHA-256 of this round's hash, which is the last revealed hash. */
  readonly serverSeedHash: string;
  readonly startedAtMs: number | null;
  readonly bettingEndsAtMs: number | null;
  readonly crashedAtMs: number | null;
  readonly crashHundredths: number | null;
  readonly serverSeed: string | null;
  /** After a crash: when the next round may open. */
  readonly nextRoundAtMs: number | null;
  /** The curve of this round's chain. */
  readonly curveMillionthsPerMs: number;
  /** How many tables the round has: who sits where follows from it. */
  readonly tables: number;
  /** Players with a bet in the round, at all tables. */
  readonly activePlayers: number;
  /** Bets in the round and what was staked on it, at all tables, by their last word. */
  readonly bets?: number;
  readonly stakedMinor?: number;
  readonly serverTimeMs: number;
  /** The game opens no further round for now. */
  readonly isClosed?: boolean;
  /** Why; null and absent while it is open. */
  readonly closedFor?: ClosingReason | null;
}

/** Who is at a table. */
export interface TablePresence {
  readonly connections: number;
  readonly openBets: number;
  /** Players with a bet in this round. */
  readonly players: number;
  readonly roundNumber: number;
  /** Bets of this round, and what was staked on it here; tables from before these were told say nothing. */
  readonly bets?: number;
  readonly stakedMinor?: number;
}

export interface RoundResult {
  readonly roundNumber: number;
  readonly crashHundredths: number;
  readonly serverSeed: string;
  readonly startedAtMs: number;
  readonly crashedAtMs: number;
}

/** What anyone needs to check a round, and when it was published. */
export interface FairnessView {
  readonly gameId: string;
  readonly algorithm: string;
  readonly chainNumber: number;
  readonly chainLength: number;
  readonly firstRound: number;
  readonly terminatingHash: string;
  readonly publishedAtMs: number;
  /** Null until it is fixed, after the terminating hash was published; no round starts before. */
  readonly salt: string | null;
  readonly saltSource: string | null;
  readonly saltFixedAtMs: number | null;
  readonly houseEdgeBasisPoints: number;
  readonly capHundredths: number;
  readonly curveMillionthsPerMs: number;
  readonly chainOrigin: "object" | "offline";
  /** The public source that the salt comes from, as the statement announced it; null for a chain that the object made. */
  readonly announcedSource: string | null;
  readonly game: Component;
  readonly maths: Component;
  readonly configSha256: string | null;
  readonly closing: Closing | null;
}

/** A finished round with what it was computed from. */
export interface RoundProof extends RoundResult {
  readonly salt: string;
  readonly houseEdgeBasisPoints: number;
  readonly capHundredths: number;
  /** The hash that was public before the round. */
  readonly commitment: string;
  readonly chainNumber: number;
  /** The chain's first round, whose commitment is the terminating hash. */
  readonly firstRound: number;
  readonly terminatingHash: string;
  /** The SHA-256 of what the round was played under; null in rounds from before these were kept. */
  readonly release: { readonly configSha256: string | null; readonly mathsSha256: string | null; readonly gameSha256: string | null };
}

export type CrashRefusal =
  | { readonly reason: "game_not_active" }
  | { readonly reason: "betting_closed" }
  | { readonly reason: "slot_taken" }
  | { readonly reason: "not_found" }
  | { readonly reason: "round_not_running" }
  | { readonly reason: "too_late" }
  | { readonly reason: "bet_not_active"; readonly status: "REFUNDED" }
  /** The player sits at another of the round's tables: `tableOf` says at which. */
  | { readonly reason: "other_table"; readonly tables: number }
  | { readonly reason: "not_licensed_here"; readonly country: Country | null }
  | { readonly reason: "autoplay_not_offered" }
  | { readonly reason: "rounds_too_many"; readonly max: number }
  /** Not even one bet could be lost within what the order may lose. */
  | { readonly reason: "stop_below_stake" }
  /** The outcome is not known yet: the same request again gets it. */
  | { readonly reason: "unavailable" }
  | { readonly reason: "wallet"; readonly refusal: WalletRefusal };

export interface CrashBetView {
  readonly betId: string;
  readonly gameId: string;
  readonly roundNumber: number;
  readonly slot: Slot;
  readonly stakeMinor: number;
  readonly autoCashOutHundredths: number | null;
  readonly status: "ACTIVE" | "CASHED_OUT" | "LOST" | "REFUNDED";
  readonly cashOutHundredths: number | null;
  readonly payoutMinor: number;
  /** Which bound of the round cashed it out, where neither target nor press did. */
  readonly limitedBy: "bet" | "player" | "round" | null;
}

export interface CrashBetsQuery {
  readonly userId: string;
  readonly limit: number;
  /** The last bet of the page before. */
  readonly after?: { readonly roundNumber: number; readonly slot: Slot };
  /** Of this round only. */
  readonly round?: number;
}

export type CrashReply<T> = Result<T, CrashRefusal>;

export interface PlaceCrashBet {
  readonly userId: string;
  readonly country: Country;
  /** The client's key: with the user it names the bet for ever. */
  readonly key: string;
  readonly slot: Slot;
  readonly stakeMinor: number;
  readonly autoCashOutHundredths: number | null;
}

export interface CrashGameRpc extends CrashFairnessRpc {
  view(): Promise<RoundView>;
  /** Opens a round when the game rests and its salt is fixed; otherwise only answers. Idempotent. */
  join(): Promise<RoundView>;
  /** Finished rounds, newest first. */
  history(limit: number): Promise<readonly RoundResult[]>;
  /** A finished round, or null while it is not finished. */
  proof(roundNumber: number): Promise<RoundProof | null>;
  fairness(): Promise<FairnessView>;
  /**
   * Fixes the salt of the first chain that has none, from a public source later than the commitment; a chain that was made offline takes
   * it from the announced source and from somebody else than who brought the chain. A second salt is refused.
   */
  publishSalt(salt: string, source: string, by?: string): Promise<Result<FairnessView, SaltRefusal>>;
  /**
   * Asks the round's authority for cash-outs received at these multipliers, and for targets: what each is worth, or null when the flight had
   * crashed. Never more than the flight has reached, so that nobody can ask about its future; a target that is worth itself was reached.
   */
  grantCashOuts(roundNumber: number, hundredths: readonly number[]): Promise<readonly (number | null)[]>;
  /** A table says who is there while bets come in; the answer is how many play in all. */
  reportPresence(table: number, presence: TablePresence): Promise<number>;
  acknowledge(seqs: readonly number[]): Promise<void>;
}

export interface CrashTableRpc extends CrashPlansRpc {
  /** The game tells its tables the round's state; older states than the known one are ignored. Answers who is there. */
  roundChanged(round: RoundView): Promise<TablePresence>;
  presence(): Promise<TablePresence>;
  placeBet(command: PlaceCrashBet): Promise<CrashReply<{ readonly bet: CrashBetView; readonly replayed: boolean }>>;
  /** Without a bet id: the player's only running bet. */
  cashOut(command: { readonly userId: string; readonly betId: string | null }): Promise<CrashReply<CrashBetView>>;
  /** A player's consent to be shown has changed; null: not any more. */
  nameChanged(userId: string, name: string | null): Promise<void>;
  /** The player's bets, newest first. */
  bets(query: CrashBetsQuery): Promise<readonly CrashBetView[]>;
  /** The read model has stored what the table's outbox told. */
  acknowledge(seqs: readonly number[]): Promise<void>;
}
