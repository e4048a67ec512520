/**
 * Which accumulator bonus a bet was promised: decided once, when the bet is taken, and kept with its terms. What it pays is counted at
 * settlement (ladder.ts), because returned selections don't count.
 */
import { type LocalDay, localDay, type UnixMs } from "../kernel/time.ts";
import { fraction } from "../money/fraction.ts";
import type { ToldLadder } from "../protocol/rpc/wallet-bets.ts";
import type { LadderRule } from "../tenants/sports/promotions.ts";
import { type Ladder, type LadderBasis, percentOf } from "./ladder.ts";
import type { BetKind } from "./types.ts";

/** As it is kept with a bet: whole numbers, so that it can be stored and hashed. */
export type PromisedLadder = {
  readonly ladderId: string;
  readonly steps: readonly (readonly [selections: number, percent: number])[];
  readonly basis: LadderBasis;
  readonly oddsMinThousandths: number;
  readonly bonusMaxMinor: number;
};

export interface BetForLadder {
  readonly kind: BetKind;
  readonly stakeMinor: number;
  readonly selections: readonly { readonly oddsThousandths: number }[];
}

/** The ladder in force for a multi of this stake that reaches its first step; null when there is none. Of several the first listed. */
export function promisedLadder(
  rules: readonly LadderRule[],
  bet: BetForLadder,
  atMs: UnixMs,
  utcOffsetMinutes: number,
): PromisedLadder | null {
  const rule = laddersFor(rules, bet, atMs, utcOffsetMinutes).find((one) => stepOf(one, bet) > 0);
  return rule === undefined ? null : promiseOf(rule);
}

/** The ladder that a multi of this stake is on, or would be with more selections; null when there is none. */
export function ladderInSight(
  rules: readonly LadderRule[],
  bet: BetForLadder,
  atMs: UnixMs,
  utcOffsetMinutes: number,
): PromisedLadder | null {
  const [first] = laddersFor(rules, bet, atMs, utcOffsetMinutes);
  return promisedLadder(rules, bet, atMs, utcOffsetMinutes) ?? (first === undefined ? null : promiseOf(first));
}

function laddersFor(rules: readonly LadderRule[], bet: BetForLadder, atMs: UnixMs, utcOffsetMinutes: number): readonly LadderRule[] {
  const day = localDay(atMs, utcOffsetMinutes);
  return bet.kind === "MULTI" ? rules.filter((one) => isInForce(one, day) && bet.stakeMinor >= one.stakeMinMinor) : [];
}

function promiseOf({ ladderId, steps, basis, oddsMinThousandths, bonusMaxMinor }: LadderRule): PromisedLadder {
  return { ladderId, steps, basis, oddsMinThousandths, bonusMaxMinor };
}

function isInForce({ validFrom, validTo }: LadderRule, day: LocalDay): boolean {
  return validFrom <= day && (validTo === null || day <= validTo);
}

function stepOf(rule: LadderRule, { selections }: BetForLadder): number {
  const qualifying = selections.filter(({ oddsThousandths }) => oddsThousandths >= rule.oddsMinThousandths).length;
  return Number(percentOf(engineLadder(rule), qualifying).n);
}

/** The promise as a call carries it. */
export function toldLadder({ steps, ...promised }: PromisedLadder): ToldLadder {
  return { ...promised, steps: steps.map(([selections, percent]) => ({ selections, percent })) };
}

/** The promise that a call carried. */
export function heardLadder({ steps, ...promised }: ToldLadder): PromisedLadder {
  return { ...promised, steps: steps.map(({ selections, percent }) => [selections, percent] as const) };
}

/** The promise as the engine computes with it. */
export function engineLadder(promised: PromisedLadder): Ladder {
  return {
    steps: promised.steps.map(([selections, percent]) => [selections, fraction(percent)] as const),
    basis: promised.basis,
    oddsMin: fraction(promised.oddsMinThousandths, 1_000),
    bonusMax: fraction(promised.bonusMaxMinor),
  };
}
