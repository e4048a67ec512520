/**
 * Early payout: which selections of a bet are promised it, and whether a match's scores have kept the promise ("2UP"; betting-rules 2.7).
 *
 * Decided when the bet is taken, and kept with its terms. A lead counts once it has stood for the rule's time: a goal that is taken away
 * within it gave no lead, one that the other side answers did. By the rule a goal that is taken away later leaves what it won, or not.
 */
import { type LocalDay, localDay, type UnixMs } from "../kernel/time.ts";
import type { ScoreWord } from "../odds/score-history.ts";
import type { EarlyPayoutRule } from "../tenants/sports/early-payout.ts";
import type { BetKind } from "./types.ts";

export type Side = "home" | "away";

/** What a selection is promised, as it is kept with the bet and told to its match: won once `side` leads by `lead`. */
export type PromisedLead = {
  readonly side: Side;
  readonly lead: number;
  readonly confirmationMs: number;
  readonly afterReversal: EarlyPayoutRule["afterReversal"];
};

/** The promise of a bet: what each of these selections is promised. */
export type PromisedEarlyPayout = {
  readonly ruleId: string;
  readonly selections: readonly (PromisedLead & { readonly selectionId: string })[];
};

export interface BetForEarlyPayout {
  readonly kind: BetKind;
  readonly selections: readonly {
    readonly selectionId: string;
    readonly marketId: string;
    readonly sport: string;
    readonly isLive: boolean;
    /** A price that promotions made better is promised nothing more. */
    readonly boost?: object;
  }[];
}

/** What a bet that is taken now is promised; null when no rule in force covers one of its selections. Of several rules the first listed. */
export function promisedEarlyPayout(
  rules: readonly EarlyPayoutRule[],
  bet: BetForEarlyPayout,
  atMs: UnixMs,
  utcOffsetMinutes: number,
): PromisedEarlyPayout | null {
  const day = localDay(atMs, utcOffsetMinutes);
  for (const rule of rules) {
    if (!isInForce(rule, day) || !rule.kinds.some((kind) => kind === bet.kind)) continue;
    const selections = bet.selections.flatMap((selection) => {
      const side = sideOf(rule, selection);
      const { lead, confirmationMs, afterReversal } = rule;
      return side === null ? [] : [{ selectionId: selection.selectionId, side, lead, confirmationMs, afterReversal }];
    });
    if (selections.length > 0) return { ruleId: rule.ruleId, selections };
  }
  return null;
}

function isInForce({ validFrom, validTo }: EarlyPayoutRule, day: LocalDay): boolean {
  return validFrom <= day && (validTo === null || day <= validTo);
}

function sideOf({ market, sports }: EarlyPayoutRule, selection: BetForEarlyPayout["selections"][number]): Side | null {
  const { selectionId, marketId, sport, isLive, boost } = selection;
  if (isLive || boost !== undefined || marketId !== market.marketId || !sports.includes(sport)) return null;
  const outcomeId = selectionId.slice(selectionId.lastIndexOf(":") + 1);
  if (outcomeId === market.home) return "home";
  return outcomeId === market.away ? "away" : null;
}

/** The least lead that a match's bets may have been promised, by whatever rule and day; null where none ever was. */
export function leadMinOf(rules: readonly EarlyPayoutRule[], sport: string): number | null {
  const leads = rules.filter(({ sports }) => sports.includes(sport)).map(({ lead }) => lead);
  return leads.length === 0 ? null : Math.min(...leads);
}

/** `waits`: there is a lead that counts from `untilMs` on, if no goal of it is taken away. */
export type LeadVerdict = { readonly state: "none" } | { readonly state: "waits"; readonly untilMs: number } | { readonly state: "won" };

/**
 * Says whether the scores have kept a promise at `nowMs`. Times between words are the feed's, so a match that is heard of late is decided
 * alike; the wait for what may still be taken away is counted from when we heard of the lead.
 */
export function leadVerdict(scores: readonly ScoreWord[], promise: PromisedLead, nowMs: number): LeadVerdict {
  const { side, lead, confirmationMs, afterReversal } = promise;
  const goals = ({ homeScore, awayScore }: ScoreWord) => (side === "home" ? homeScore : awayScore);
  const ahead = ({ homeScore, awayScore }: ScoreWord) => (side === "home" ? homeScore - awayScore : awayScore - homeScore);
  let untilMs: number | null = null;
  for (const [index, word] of scores.entries()) {
    if (ahead(word) < lead) continue;
    const taken = scores.slice(index + 1).find((later) => goals(later) < goals(word));
    const stood = taken === undefined || (afterReversal === "keep" && taken.atMs - word.atMs >= confirmationMs);
    if (!stood) continue;
    const countsAtMs = word.heardAtMs + confirmationMs;
    if (countsAtMs <= nowMs) return { state: "won" };
    untilMs = Math.min(untilMs ?? countsAtMs, countsAtMs);
  }
  return untilMs === null ? { state: "none" } : { state: "waits", untilMs };
}
