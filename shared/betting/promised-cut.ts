/**
 * Which cut a bet has: the refund that it is promised, or the insurance that its player buys. Decided when the bet is taken, and kept with
 * its terms; what it pays is counted at settlement (cut.ts), because void selections don't count.
 */
import { err, ok, type Result } from "../kernel/result.ts";
import { type LocalDay, localDay, type UnixMs } from "../kernel/time.ts";
import { floorOf, fraction } from "../money/fraction.ts";
import { type Minor, minor, smallest } from "../money/minor.ts";
import type { Probabilities } from "../protocol/rpc/odds-channel.ts";
import type { CutRefundRule, InsuranceRule } from "../tenants/sports/cut.ts";
import { type CutRefund, cutRefund, insuredOdds } from "./cut.ts";
import { percentOf } from "./ladder.ts";
import type { BetKind, SelectionOutcome } from "./types.ts";

/** As it is kept with a bet: whole numbers, so that it can be stored and hashed. */
export type PromisedRefund = Pick<CutRefundRule, "ruleId" | "steps" | "oddsMinThousandths" | "losersMax" | "refundMaxMinor" | "freeBet">;

export type PromisedInsurance = {
  readonly ruleId: string;
  readonly cutsMax: number;
  readonly marginBasisPoints: number;
  /** The price of the whole bet. */
  readonly oddsThousandths: number;
  readonly chancesPpm: readonly number[];
};

interface PricedSelection {
  readonly oddsThousandths: number;
}

/** The refund in force for a multi of this stake that reaches its first step; null when there is none. Of several the first listed. */
export function promisedRefund(
  rules: readonly CutRefundRule[],
  bet: { readonly kind: BetKind; readonly stakeMinor: number; readonly selections: readonly PricedSelection[] },
  atMs: UnixMs,
  utcOffsetMinutes: number,
): PromisedRefund | null {
  if (bet.kind !== "MULTI") return null;
  const day = localDay(atMs, utcOffsetMinutes);
  const rule = rules.find((one) => {
    const isAtOdds = bet.selections.every(({ oddsThousandths }) => oddsThousandths >= one.oddsMinThousandths);
    const reaches = percentOf(engineRefund(one), bet.selections.length).n > 0n;
    return isInForce(one, day) && bet.stakeMinor >= one.stakeMinMinor && isAtOdds && reaches;
  });
  if (rule === undefined) return null;
  const { ruleId, steps, oddsMinThousandths, losersMax, refundMaxMinor, freeBet } = rule;
  return { ruleId, steps, oddsMinThousandths, losersMax, refundMaxMinor, ...(freeBet === undefined ? {} : { freeBet }) };
}

/**
 * What of a stake is given back by these results, minor units, cut down; null while that is not decided and something may be. Nothing once
 * too many have lost.
 */
export function refundOf(
  promised: PromisedRefund,
  selections: readonly { readonly oddsThousandths: number; readonly outcome: SelectionOutcome | null }[],
  stakeMinor: Minor,
): Minor | null {
  const refund = engineRefund(promised);
  const assumed = (open: SelectionOutcome) =>
    selections.map(({ oddsThousandths, outcome }) => ({ odds: fraction(oddsThousandths, 1_000), outcome: outcome ?? open }));
  const amount = floorOf(cutRefund(refund, assumed("won"), fraction(stakeMinor)));
  const isDecided = selections.every(({ outcome }) => outcome !== null) || amount === 0n;
  return isDecided ? smallest(minor(Number(amount)), minor(promised.refundMaxMinor)) : null;
}

/** What a refund comes to for a bet of so many selections that are all decided. */
export function refundView(promised: PromisedRefund, selections: number) {
  const { losersMax, refundMaxMinor, freeBet } = promised;
  return { isFreeBet: freeBet !== undefined, losersMax, percent: Number(percentOf(engineRefund(promised), selections).n), refundMaxMinor };
}

function engineRefund({ steps, oddsMinThousandths, losersMax }: Omit<PromisedRefund, "ruleId" | "refundMaxMinor" | "freeBet">): CutRefund {
  return {
    steps: steps.map(([selections, percent]) => [selections, fraction(percent)] as const),
    oddsMin: fraction(oddsMinThousandths, 1_000),
    losersMax,
  };
}

export interface BetToInsure {
  readonly kind: BetKind;
  readonly isFree: boolean;
  readonly selections: readonly (PricedSelection & {
    readonly isLive: boolean;
    readonly boost?: object;
    /** Of the market of now; null where nothing tells them. */
    readonly chances: Probabilities | null;
  })[];
}

/** In order of precedence. */
export type InsuranceProblem =
  | { readonly reason: "not_offered" | "bet_type" | "free_bet" | "live" | "boosted" | "odds" | "no_chances" | "no_price" }
  | { readonly reason: "selections"; readonly min: number };

/** Prices insurance against so many cuts; refuses a bet that no rule in force covers, or that has no price. */
export function promisedInsurance(
  rules: readonly InsuranceRule[],
  cuts: number,
  bet: BetToInsure,
  atMs: UnixMs,
  utcOffsetMinutes: number,
): Result<PromisedInsurance, InsuranceProblem> {
  const day = localDay(atMs, utcOffsetMinutes);
  const rule = rules.find((one) => isInForce(one, day) && cuts <= one.cutsMax);
  if (rule === undefined) return err({ reason: "not_offered" });
  const problem = problemOf(rule, cuts, bet);
  if (problem !== null) return err(problem);
  const insured = bet.selections.flatMap(({ oddsThousandths, chances }) => wholeChance(oddsThousandths, chances));
  if (insured.length < bet.selections.length) return err({ reason: "no_chances" });
  const { ruleId, marginBasisPoints } = rule;
  const oddsThousandths = insuredOdds(insured, cuts, marginBasisPoints);
  if (oddsThousandths === null) return err({ reason: "no_price" });
  return ok({ ruleId, cutsMax: cuts, marginBasisPoints, oddsThousandths, chancesPpm: insured.map(({ chancePpm }) => chancePpm) });
}

function problemOf(rule: InsuranceRule, cuts: number, { kind, isFree, selections }: BetToInsure): InsuranceProblem | null {
  if (kind !== "MULTI") return { reason: "bet_type" };
  if (isFree) return { reason: "free_bet" };
  if (selections.some(({ isLive }) => isLive)) return { reason: "live" };
  if (selections.some(({ boost }) => boost !== undefined)) return { reason: "boosted" };
  const min = cuts * rule.selectionsPerCut;
  if (selections.length < min) return { reason: "selections", min };
  return selections.some(({ oddsThousandths }) => oddsThousandths < rule.oddsMinThousandths) ? { reason: "odds" } : null;
}

/** A chance of the selection if it stands; none where it may be half won or half lost, which insurance does not pay. */
function wholeChance(oddsThousandths: number, chances: Probabilities | null): readonly { oddsThousandths: number; chancePpm: number }[] {
  if (chances === null || chances.halfWinPpm > 0 || chances.halfLosePpm > 0) return [];
  const standing = MILLION - chances.refundPpm;
  if (standing <= 0 || chances.winPpm <= 0) return [];
  return [{ oddsThousandths, chancePpm: Math.min(MILLION, Math.floor((chances.winPpm * MILLION) / standing)) }];
}

const MILLION = 1_000_000;

function isInForce({ validFrom, validTo }: { readonly validFrom: LocalDay; readonly validTo: LocalDay | null }, day: LocalDay): boolean {
  return validFrom <= day && (validTo === null || day <= validTo);
}
