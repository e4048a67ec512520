/**
 * What a bet that is taken now is promised beside its odds, by the tenant's rules of the day: the accumulator bonus, early payout, and a
 * part of its stake back. One place, so that a quote says what placing will promise.
 */
import type { UnixMs } from "../kernel/time.ts";
import type { SportsRules } from "../tenants/sports/index.ts";
import { isEachWay } from "./each-way.ts";
import { type BetForEarlyPayout, type PromisedEarlyPayout, promisedEarlyPayout } from "./early-payout.ts";
import { type PromisedRefund, promisedRefund } from "./promised-cut.ts";
import { type PromisedLadder, promisedLadder } from "./promised-ladder.ts";

export interface BetToPromise extends BetForEarlyPayout {
  readonly stakeMinor: number;
  readonly isFree: boolean;
  readonly isInsured: boolean;
  readonly selections: readonly (BetForEarlyPayout["selections"][number] & {
    readonly oddsThousandths: number;
    readonly place?: object;
  })[];
}

export interface Promises {
  readonly ladder: PromisedLadder | null;
  readonly earlyPayout?: PromisedEarlyPayout;
  readonly cutRefund?: PromisedRefund;
}

/**
 * An insured bet is promised nothing more: its price is of what it pays. Nor is one each way, of which half may win. A free bet has no bonus and no stake to give back; a boosted
 * price has no refund.
 */
export function promisesOf(
  { promotions, earlyPayout: leads, cut }: Pick<SportsRules, "promotions" | "earlyPayout" | "cut">,
  bet: BetToPromise,
  atMs: UnixMs,
  utcOffsetMinutes: number,
): Promises {
  if (bet.isInsured || isEachWay(bet.selections)) return { ladder: null };
  const isBoosted = bet.selections.some(({ boost }) => boost !== undefined);
  const earlyPayout = promisedEarlyPayout(leads, bet, atMs, utcOffsetMinutes);
  const cutRefund = bet.isFree || isBoosted ? null : promisedRefund(cut.refunds, bet, atMs, utcOffsetMinutes);
  return {
    ladder: bet.isFree ? null : promisedLadder(promotions.ladders, bet, atMs, utcOffsetMinutes),
    ...(earlyPayout === null ? {} : { earlyPayout }),
    ...(cutRefund === null ? {} : { cutRefund }),
  };
}
