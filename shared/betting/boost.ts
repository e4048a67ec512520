/**
 * Odds boosts: what a campaign makes of a price, and which bets may have it (betting-rules 2.7). The player names the campaign, never a
 * price. Both prices are kept with the bet: promotions pay what the better one pays more.
 */
import { err, ok, type Result } from "../kernel/result.ts";
import { localDay, type UnixMs } from "../kernel/time.ts";
import { ODDS_MAX, ODDS_SCALE } from "../money/odds.ts";
import type { BoostCampaign } from "../tenants/sports/boosts.ts";
import type { BetKind } from "./types.ts";

/** What a boosted selection keeps beside the price that it pays. */
export type SelectionBoost = {
  readonly boostId: string;
  /** The price before the boost. */
  readonly oddsThousandths: number;
};

export interface BoostableSelection {
  readonly selectionId: string;
  readonly fixtureId: string;
  readonly marketId: string;
  readonly sport: string;
  readonly isLive: boolean;
  readonly oddsThousandths: number;
  readonly boost?: SelectionBoost;
  readonly builder?: object;
}

export interface BetForBoost<Selection extends BoostableSelection> {
  readonly kind: BetKind;
  readonly stakeMinor: number;
  readonly isFree: boolean;
  readonly selections: readonly Selection[];
}

/** In order of precedence. `unknown`: no campaign of this name is in force. */
export type BoostProblem =
  | { readonly reason: "unknown" | "bet_type" | "free_bet" | "live" | "not_covered" | "odds" }
  | { readonly reason: "stake"; readonly maxMinor: number };

/** 1 + (odds - 1) x (1 + boost), cut down to thousandths. */
export function boostedOdds(oddsThousandths: number, basisPoints: number): number {
  const winnings = Math.floor(((oddsThousandths - ODDS_SCALE) * (10_000 + basisPoints)) / 10_000);
  return Math.min(ODDS_SCALE + winnings, ODDS_MAX);
}

/** The bet's selections at the prices of the campaign, in their order; refuses a bet that it does not cover. */
export function boosted<Selection extends BoostableSelection>(
  campaigns: readonly BoostCampaign[],
  boostId: string,
  bet: BetForBoost<Selection>,
  atMs: UnixMs,
  utcOffsetMinutes: number,
): Result<readonly Selection[], BoostProblem> {
  const campaign = campaignsOf(campaigns, atMs, utcOffsetMinutes).find((one) => one.boostId === boostId);
  if (campaign === undefined) return err({ reason: "unknown" });
  const problem = problemOf(campaign, bet);
  if (problem !== null) return err(problem);
  return ok(bet.selections.map((selection) => (isCovered(campaign, selection) ? raised(campaign, selection) : selection)));
}

/** Those in force on the tenant's day. */
export function campaignsOf(campaigns: readonly BoostCampaign[], atMs: UnixMs, utcOffsetMinutes: number): readonly BoostCampaign[] {
  const day = localDay(atMs, utcOffsetMinutes);
  return campaigns.filter(({ validFrom, validTo }) => validFrom <= day && day <= validTo);
}

function problemOf(campaign: BoostCampaign, bet: BetForBoost<BoostableSelection>): BoostProblem | null {
  const { kinds, stakeMaxMinor, oddsMinThousandths } = campaign;
  if (!kinds.some((kind) => kind === bet.kind)) return { reason: "bet_type" };
  if (bet.isFree) return { reason: "free_bet" };
  // A live bet waits for its price; what it waits for is the market's, not the campaign's.
  if (bet.selections.some(({ isLive }) => isLive)) return { reason: "live" };
  const covered = bet.selections.filter((selection) => isCovered(campaign, selection));
  if (covered.length === 0) return { reason: "not_covered" };
  if (covered.some(({ oddsThousandths }) => oddsThousandths < oddsMinThousandths)) return { reason: "odds" };
  return bet.stakeMinor > stakeMaxMinor ? { reason: "stake", maxMinor: stakeMaxMinor } : null;
}

function isCovered({ covers }: BoostCampaign, { selectionId, fixtureId, marketId, sport, builder }: BoostableSelection): boolean {
  const outcomeId = selectionId.slice(selectionId.lastIndexOf(":") + 1);
  const names = (list: readonly string[] | null, id: string) => list === null || list.includes(id);
  if (builder !== undefined || !names(covers.sports, sport) || !names(covers.fixtureIds, fixtureId)) return false;
  return names(covers.marketIds, marketId) && names(covers.outcomeIds, outcomeId);
}

function raised<Selection extends BoostableSelection>({ boostId, basisPoints }: BoostCampaign, selection: Selection): Selection {
  const { oddsThousandths } = selection;
  return { ...selection, oddsThousandths: boostedOdds(oddsThousandths, basisPoints), boost: { boostId, oddsThousandths } };
}
