/** The crash game's values as the API writes them. */
import type * as z from "zod";
import { multiplierAt } from "../../../shared/crash/curve.ts";
import { ONE_HUNDREDTHS, toMultiplier } from "../../../shared/crash/multiplier.ts";
import { toRfc3339, unixMs } from "../../../shared/kernel/time.ts";
import { toMajor } from "../../../shared/money/amount.ts";
import { minor } from "../../../shared/money/minor.ts";
import type {
  crashBetOut,
  crashFairnessOut,
  crashHistoryOut,
  crashRoundOut,
  crashRoundProofOut,
  crashVerifyOut,
} from "../../../shared/protocol/http/crash.ts";
import type { CrashBetView, FairnessView, RoundProof, RoundResult, RoundView } from "../../../shared/protocol/rpc/crash.ts";
import type { VerifiedRound } from "./verify-round.ts";

/** What a player should know before betting, with the fairness data. */
const RULES: readonly string[] = [
  "A round's hash is the one that SHA-256 turns into the hash revealed before it; the first one's gives the terminating hash.",
  "A cash-out at the crash point itself wins. Automatic targets are paid at the target, before the crash is tested.",
  "A manual cash-out is worth the multiplier at the instant the server receives it.",
  "If the table is interrupted for more than 2 seconds of a flight, bets without an automatic target that are still open are given back; automatic targets are paid or lost by the crash point.",
];

export function presentRound(round: RoundView): z.input<typeof crashRoundOut> {
  return {
    game_id: round.gameId,
    round_number: round.roundNumber,
    status: round.status,
    current_multiplier: toMultiplier(multiplierOf(round)),
    server_seed_hash: round.serverSeedHash,
    started_at: timeOrNull(round.startedAtMs),
    betting_ends_at: timeOrNull(round.bettingEndsAtMs),
    active_players: round.activePlayers,
    server_time: time(round.serverTimeMs),
    closed: round.isClosed ?? false,
    closed_for: round.closedFor ?? null,
  };
}

export function presentHistory(rounds: readonly RoundResult[]): z.input<typeof crashHistoryOut> {
  return {
    games: rounds.map((round) => ({
      round_number: round.roundNumber,
      crash_point: toMultiplier(round.crashHundredths),
      server_seed: round.serverSeed,
      started_at: time(round.startedAtMs),
      crashed_at: time(round.crashedAtMs),
    })),
  };
}

export function presentCrashBet(bet: CrashBetView): z.input<typeof crashBetOut> {
  return {
    bet_id: bet.betId,
    game_id: bet.gameId,
    round_number: bet.roundNumber,
    slot: bet.slot,
    amount: toMajor(minor(bet.stakeMinor)),
    auto_cashout: multiplierOrNull(bet.autoCashOutHundredths),
    status: bet.status,
    multiplier: multiplierOrNull(bet.cashOutHundredths),
    payout: toMajor(minor(bet.payoutMinor)),
    limited_by: bet.limitedBy,
  };
}

export function presentFairness(fairness: FairnessView): z.input<typeof crashFairnessOut> {
  return {
    game_id: fairness.gameId,
    algorithm: fairness.algorithm,
    terminating_hash: fairness.terminatingHash,
    salt: fairness.salt,
    salt_source: fairness.saltSource,
    salt_fixed_at: timeOrNull(fairness.saltFixedAtMs),
    house_edge_bp: fairness.houseEdgeBasisPoints,
    max_multiplier: toMultiplier(fairness.capHundredths),
    curve_millionths_per_ms: fairness.curveMillionthsPerMs,
    published_at: time(fairness.publishedAtMs),
    chain_number: fairness.chainNumber,
    chain_length: fairness.chainLength,
    first_round: fairness.firstRound,
    chain_origin: fairness.chainOrigin,
    announced_salt_source: fairness.announcedSource,
    game: fairness.game,
    maths: fairness.maths,
    config_sha256: fairness.configSha256,
    closed: fairness.closing === null ? null : { reason: fairness.closing.reason, since: time(fairness.closing.closedAtMs) },
    rules: [...RULES],
  };
}

export function presentProof(gameId: string, round: RoundProof): z.input<typeof crashRoundProofOut> {
  return {
    game_id: gameId,
    round_number: round.roundNumber,
    crash_point: toMultiplier(round.crashHundredths),
    server_seed: round.serverSeed,
    server_seed_hash: round.commitment,
    salt: round.salt,
    house_edge_bp: round.houseEdgeBasisPoints,
    max_multiplier: toMultiplier(round.capHundredths),
    chain_number: round.chainNumber,
    first_round: round.firstRound,
    terminating_hash: round.terminatingHash,
    started_at: time(round.startedAtMs),
    crashed_at: time(round.crashedAtMs),
    config_sha256: round.release.configSha256,
    maths_sha256: round.release.mathsSha256,
    game_sha256: round.release.gameSha256,
  };
}

export function presentVerification(round: VerifiedRound): z.input<typeof crashVerifyOut> {
  return {
    verified: round.verified,
    calculated_crash: toMultiplier(round.crashHundredths),
    claimed_crash: toMultiplier(round.claimedHundredths),
    algorithm: round.algorithm,
    message: round.verified ? "Game result is provably fair" : "The claimed result does not follow from these values",
    steps: [...round.steps],
  };
}

function multiplierOf(round: RoundView): number {
  if (round.crashHundredths !== null) return round.crashHundredths;
  if (round.status !== "RUNNING" || round.startedAtMs === null) return ONE_HUNDREDTHS;
  return multiplierAt(round.serverTimeMs - round.startedAtMs, round.curveMillionthsPerMs);
}

function multiplierOrNull(hundredths: number | null): number | null {
  return hundredths === null ? null : toMultiplier(hundredths);
}

function time(atMs: number): string {
  return toRfc3339(unixMs(atMs));
}

function timeOrNull(atMs: number | null): string | null {
  return atMs === null ? null : time(atMs);
}
