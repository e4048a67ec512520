/**
 * What bets count for on a fixture's outcomes, gathered as differences: what stands on an outcome is at all times the sum over its bets.
 *
 * A selection counts until its bet was told how it ended. A result that is taken back lets it count again.
 */
import { payoutOf } from "../../shared/odds/liability.ts";
import { parseSelectionId } from "../../shared/odds/selection-id.ts";
import type { AcceptedBet } from "./accepted-bet-store.ts";
import type { ExposureChange } from "./exposure-store.ts";
import { isToldAt } from "./results-teller.ts";

type Standing = Pick<AcceptedBet, "stakeMinor" | "selections" | "told">;

const NOTHING: ExposureChange = { bets: 0, stakeMinor: 0, payoutMinor: 0, hardPayoutMinor: 0 };

export class ExposureChanges {
  readonly #markets = new Map<string, Map<string, ExposureChange>>();

  /** The bet counts as `after` instead of as `before`; null for not at all. */
  replace(before: Standing | null, after: Standing | null): void {
    if (before !== null) this.#add(before, -1);
    if (after !== null) this.#add(after, 1);
  }

  /** By market, then by outcome. */
  get markets(): ReadonlyMap<string, ReadonlyMap<string, ExposureChange>> {
    return this.#markets;
  }

  #add({ stakeMinor, selections, told }: Standing, sign: 1 | -1): void {
    const isTold = isToldAt(told);
    selections.forEach(({ selectionId, oddsThousandths, counted }, index) => {
      const parts = counted === null || isTold(index) ? null : parseSelectionId(selectionId);
      if (parts === null) return;
      const { stakeMinor: stake, payoutMinor: payout, isHard } = counted ?? asSingle(stakeMinor, oddsThousandths);
      const market = this.#markets.get(parts.marketId) ?? new Map<string, ExposureChange>();
      const known = market.get(parts.outcomeId) ?? NOTHING;
      market.set(parts.outcomeId, {
        bets: known.bets + sign,
        stakeMinor: known.stakeMinor + sign * stake,
        payoutMinor: known.payoutMinor + sign * payout,
        hardPayoutMinor: known.hardPayoutMinor + (isHard ? sign * payout : 0),
      });
      this.#markets.set(parts.marketId, market);
    });
  }
}

function asSingle(stakeMinor: number, oddsThousandths: number) {
  return { stakeMinor, payoutMinor: payoutOf(stakeMinor, oddsThousandths), isHard: true };
}
