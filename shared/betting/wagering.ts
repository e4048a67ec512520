/**
 * What a bonus asks to be staked before it becomes cash, and what a decided bet counts towards it.
 *
 * A bet counts what of its stake was at risk to the end: not what was cashed out, and nothing when it is void, not decided, or below
 * the odds of its kind. Odds are those that were agreed; a selection that became void neither helps nor harms.
 */
import { type Minor, minor, mulRatio, smallest, subtract, ZERO } from "../money/minor.ts";
import type { BonusCampaign, WageringTerms } from "../tenants/sports/promotions.ts";
import type { BetKind, BetStatus, SelectionOutcome } from "./types.ts";

/** Odds of 1 in thousandths. */
const UNIT = 1_000n;

/** How much has to be staked, minor units. */
export function requirementOf({ times, base }: WageringTerms, bonusMinor: Minor, depositMinor: Minor): Minor {
  return minor(times * (base === "bonus" ? bonusMinor : bonusMinor + depositMinor));
}

/** What a campaign gives for a deposit, minor units; zero when it gives nothing. */
export function matchOf({ match, amountMinMinor, amountMaxMinor }: BonusCampaign, depositMinor: Minor): Minor {
  if (match === null || depositMinor < match.depositMinMinor) return ZERO;
  const matched = smallest(mulRatio(depositMinor, BigInt(match.percent), 100n, "down"), minor(amountMaxMinor));
  return matched < amountMinMinor ? ZERO : matched;
}

export interface WageredBet {
  readonly kind: BetKind;
  readonly status: BetStatus;
  /** What was not cashed out, minor units. */
  readonly openStakeMinor: Minor;
  readonly selections: readonly { readonly oddsThousandths: number; readonly outcome: SelectionOutcome | null }[];
}

/** What a bet counts as it stands now, minor units. */
export function contributionOf({ counts }: WageringTerms, { kind, status, openStakeMinor, selections }: WageredBet): Minor {
  const rule = counts.find((each) => each.kind === kind);
  if (rule === undefined || (status !== "WON" && status !== "LOST")) return ZERO;
  const odds = selections.filter(({ outcome }) => outcome !== "void").map(({ oddsThousandths }) => oddsThousandths);
  if (odds.some((each) => each < rule.oddsMinThousandths)) return ZERO;
  // Total odds of at least the minimum, both sides times 1000 per selection.
  const product = odds.reduce((total, each) => total * BigInt(each), 1n);
  if (product * UNIT < BigInt(rule.totalOddsMinThousandths) * UNIT ** BigInt(odds.length)) return ZERO;
  return mulRatio(openStakeMinor, BigInt(rule.weightPercent), 100n, "down");
}

/** What a bonus that is wagered becomes: cash, and what goes back to promotions. Minor units. */
export function conversionOf(
  { convertedMaxMinor }: WageringTerms,
  bonusMinor: Minor,
): { readonly cashMinor: Minor; readonly backMinor: Minor } {
  const cashMinor = convertedMaxMinor === null ? bonusMinor : smallest(bonusMinor, minor(convertedMaxMinor));
  return { cashMinor, backMinor: subtract(bonusMinor, cashMinor) };
}
