/**
 * How much may still be staked on a fixture's selections: limit of the tenant less what stands on the outcome less what was priced for
 * bets in the last seconds and is not confirmed yet.
 *
 * What is pending lives in memory: a restart forgets at most its window, and confirmed bets are stored. Nothing is refused here: the
 * wallet holds the stake against the answer.
 */
import { liabilityOf, type MarketMove, payoutOf, stakeWithin, worstCaseOf } from "../../shared/odds/liability.ts";
import { parseSelectionId } from "../../shared/odds/selection-id.ts";
import type { TradingLimits } from "../../shared/odds/trading.ts";
import type { ConfirmBet } from "../../shared/protocol/rpc/odds-channel.ts";
import type { AcceptedSelection } from "../../shared/protocol/rpc/wallet.ts";
import type { RiskRules } from "../../shared/tenants/sports/risk.ts";
import type { ExposureChanges } from "./exposure-changes.ts";
import type { ExposureChange, ExposureStore } from "./exposure-store.ts";

interface Pending {
  readonly expiresAtMs: number;
  readonly stakeMinor: number;
  readonly selections: readonly AcceptedSelection[];
}

interface Bounds {
  readonly productMaxMinor: number;
  readonly risk: RiskRules;
  /** What the house says of a market; null where the tenant's rules hold. */
  readonly limitsOf: (marketId: string) => TradingLimits;
}

export interface ReservedBet extends Pending {
  readonly walletId: string;
  readonly betId: string;
}

export class Exposure {
  readonly #store: ExposureStore;
  readonly #pending = new Map<string, Pending>();

  constructor(store: ExposureStore) {
    this.#store = store;
  }

  /**
   * The largest stake for these selections, minor units; then counts the bet's own stake as pending. A stake above the answer counts
   * nothing: the wallet refuses it.
   */
  reserve(bet: ReservedBet, { productMaxMinor, risk: { outcomeLiabilityMaxMinor }, limitsOf }: Bounds, nowMs: number): number {
    for (const [key, { expiresAtMs }] of this.#pending) if (expiresAtMs <= nowMs) this.#pending.delete(key);
    const key = keyOf(bet);
    this.#pending.delete(key);
    const most = Math.min(
      productMaxMinor,
      ...bet.selections.map((selection) => {
        const own = limitsOf(selection.marketId);
        const usual = selection.isLive ? outcomeLiabilityMaxMinor.live : outcomeLiabilityMaxMinor.upcoming;
        const limit = own.outcomeLiabilityMaxMinor ?? usual;
        return Math.min(
          own.stakeMaxMinor ?? productMaxMinor,
          stakeWithin(limit, this.#liability(selection.selectionId, selection.marketId), selection.oddsThousandths),
        );
      }),
    );
    const { expiresAtMs, selections } = bet;
    if (bet.stakeMinor > 0 && bet.stakeMinor <= most) this.#pending.set(key, { expiresAtMs, selections, stakeMinor: bet.stakeMinor });
    return most;
  }

  /** Changes what stands, and says how the worst case of each market concerned moved. Call in the transaction that stores why. */
  change({ markets }: ExposureChanges): readonly MarketMove[] {
    return [...markets].map(([marketId, outcomes]) => {
      const worstBeforeMinor = worstCaseOf(this.#store.ofMarket(marketId));
      for (const [outcomeId, change] of outcomes) if (isSome(change)) this.#store.change(marketId, outcomeId, change);
      return { marketId, worstBeforeMinor, worstAfterMinor: worstCaseOf(this.#store.ofMarket(marketId)) };
    });
  }

  /** Forgets what was pending for bets that are stored now. */
  confirmed(bets: readonly ConfirmBet[]): void {
    for (const bet of bets) this.#pending.delete(keyOf(bet));
  }

  /** Pending stakes on other outcomes may never become bets: they take nothing off. */
  #liability(selectionId: string, marketId: string): number {
    let liability: number = liabilityOf(this.#store.ofMarket(marketId), parseSelectionId(selectionId)?.outcomeId ?? "");
    for (const { stakeMinor, selections } of this.#pending.values()) {
      for (const each of selections) {
        if (each.selectionId === selectionId) liability += payoutOf(stakeMinor, each.oddsThousandths) - stakeMinor;
      }
    }
    return liability;
  }
}

function isSome({ bets, stakeMinor, payoutMinor, hardPayoutMinor }: ExposureChange): boolean {
  return bets !== 0 || stakeMinor !== 0 || payoutMinor !== 0 || hardPayoutMinor !== 0;
}

function keyOf({ walletId, betId }: { readonly walletId: string; readonly betId: string }): string {
  return `${walletId}/${betId}`;
}
