/** What a change of results would do to bets, counted bet by bet. Amounts in minor units. */
import type { PromisedLead } from "../../shared/betting/early-payout.ts";
import { outcomeFactor } from "../../shared/betting/factors.ts";
import { minor, mulRatio } from "../../shared/money/minor.ts";
import type { FixtureState } from "../../shared/odds/fixture-state.ts";
import { resultFor } from "../../shared/odds/market-results.ts";
import { parseSelectionId } from "../../shared/odds/selection-id.ts";
import type { SelectionOutcome } from "../../shared/protocol/rpc/wallet.ts";
import { leadFor } from "./results-teller.ts";

export interface PreviewCount {
  readonly bets: number;
  readonly stakeMinor: number;
  readonly returnedNowMinor: number;
  readonly returnedThenMinor: number;
}

export const EMPTY_COUNT: PreviewCount = { bets: 0, stakeMinor: 0, returnedNowMinor: 0, returnedThenMinor: 0 };

export interface CountedBet {
  readonly stakeMinor: number;
  readonly placedAtMs: number;
  readonly selections: readonly { readonly selectionId: string; readonly oddsThousandths: number; readonly early?: PromisedLead }[];
}

/**
 * Adds a bet whose results of a market differ between the two states. What it returns is counted at each of its selections' own odds, as liability
 * is: exact for a single, for others what to expect while the rest is open.
 */
export function addToPreview(
  count: PreviewCount,
  marketId: string,
  bet: CountedBet,
  { standing, planned, nowMs }: { readonly standing: FixtureState; readonly planned: FixtureState; readonly nowMs: number },
): PreviewCount {
  let [isConcerned, returnedNow, returnedThen] = [false, 0, 0];
  for (const { selectionId, oddsThousandths, early } of bet.selections) {
    const parts = parseSelectionId(selectionId);
    if (parts?.marketId !== marketId) continue;
    const [before, after] = [standing, planned].map((state) => {
      if (leadFor(state, { selectionId, early }, bet.placedAtMs, nowMs).state === "won") return "won";
      return resultFor(state, marketId, parts.outcomeId, bet.placedAtMs)?.outcome ?? null;
    });
    if (before === after || before === undefined || after === undefined) continue;
    isConcerned = true;
    returnedNow += returnOf(bet.stakeMinor, oddsThousandths, before);
    returnedThen += returnOf(bet.stakeMinor, oddsThousandths, after);
  }
  if (!isConcerned) return count;
  return {
    bets: count.bets + 1,
    stakeMinor: count.stakeMinor + bet.stakeMinor,
    returnedNowMinor: count.returnedNowMinor + returnedNow,
    returnedThenMinor: count.returnedThenMinor + returnedThen,
  };
}

function returnOf(stakeMinor: number, oddsThousandths: number, outcome: SelectionOutcome | null): number {
  if (outcome === null) return 0;
  const { n, d } = outcomeFactor(oddsThousandths, outcome);
  return mulRatio(minor(stakeMinor), n, d, "down");
}
