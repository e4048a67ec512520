/**
 * What a bet is worth to the player and to each tax, from what was agreed, what was cashed out, and the results known so far.
 *
 * The position ledger posts the difference to what was posted before, so this is always the whole: paid for the parts that were cashed
 * out, and the return on the stake that remains. Each part is taxed by itself, by the rules of the day on which it was first decided.
 */

import type { PlaceShare } from "../../shared/betting/each-way.ts";
import { type PromisedInsurance, type PromisedRefund, refundOf } from "../../shared/betting/promised-cut.ts";
import { engineLadder, type PromisedLadder } from "../../shared/betting/promised-ladder.ts";
import { betReturn, type ResultedBet } from "../../shared/betting/returns.ts";
import type { BetKind, BetStatus, SelectionOutcome } from "../../shared/betting/types.ts";
import { type UnixMs, unixMs } from "../../shared/kernel/time.ts";
import type { TaxLine } from "../../shared/ledger/model.ts";
import { type Minor, minor, mulRatio, negate, smallest, subtract, ZERO } from "../../shared/money/minor.ts";
import { taxWinnings } from "../../shared/tax/bets.ts";
import type { Tenant } from "../../shared/tenants/tenant.ts";

/** A part of the stake that was turned into money before the bet was decided. Amounts in minor units. */
export interface CashedPart {
  /** Of the stake that remained, taxes included and without them. */
  readonly stakeMinor: Minor;
  readonly netStakeMinor: Minor;
  /** What was paid for it, net of `taxLines`. */
  readonly paidMinor: Minor;
  readonly taxLines: readonly TaxLine[];
}

export interface AgreedBet {
  readonly kind: BetKind;
  readonly systemSizes: readonly number[];
  readonly bankers: readonly number[];
  readonly stakeMinor: Minor;
  /** The stake less its taxes: what the lines are priced on. */
  readonly netStakeMinor: Minor;
  readonly stakeTaxLines: readonly TaxLine[];
  /** When the bet was first decided, or null: corrections are taxed by the rules of that day. */
  readonly taxPointAtMs: number | null;
  readonly cashOuts: readonly CashedPart[];
  readonly ladder: PromisedLadder | null;
  /** The house paid the stake: it is not paid back, and a void bet gives it back to promotions. */
  readonly isFree?: boolean;
  /** A part of the stake back when almost everything wins. */
  readonly cutRefund?: PromisedRefund;
  readonly insurance?: PromisedInsurance;
  /** How a refund is paid; in cash when absent. */
  readonly refundWay?: RefundWay;
}

/** `given`: its token is the player's already, and no more is. */
export type RefundWay = "cash" | "token" | "given";

export interface ResultedSelection {
  readonly oddsThousandths: number;
  readonly outcome: SelectionOutcome | null;
  /** The price before promotions made it better. */
  readonly unboostedThousandths?: number;
  /** Of an each-way bet: what its place pays, and the place's own result. */
  readonly place?: Pick<PlaceShare, "divisor">;
  readonly placeOutcome?: SelectionOutcome | null;
}

export interface Worth {
  readonly status: BetStatus;
  /** All that the player is to have been paid, net of taxes. */
  readonly paidMinor: Minor;
  /** All taxes that stand. */
  readonly taxLines: readonly TaxLine[];
  readonly taxPointAtMs: number | null;
  readonly settledAtMs: number | null;
  /** Given back to promotions: the stake of a void free bet. Below zero what they pay: of a boosted price, or a stake given back. */
  readonly promoMinor: Minor;
  /** A refund that is due as a token; absent when none is. */
  readonly tokenMinor?: Minor;
}

/** Says what a bet is worth at `nowMs`: PENDING while a line may still win, CASHED_OUT once nothing of the stake remains. */
export function worthOf(tenant: Tenant, bet: AgreedBet, selections: readonly ResultedSelection[], nowMs: UnixMs): Worth {
  const { kind, systemSizes, bankers, taxPointAtMs, isFree = false } = bet;
  const cashed = { promoMinor: ZERO, paidMinor: sumOf(bet.cashOuts, "paidMinor"), taxLines: bet.cashOuts.flatMap((part) => part.taxLines) };
  const stakeMinor = subtract(bet.stakeMinor, sumOf(bet.cashOuts, "stakeMinor"));
  const netStakeMinor = subtract(bet.netStakeMinor, sumOf(bet.cashOuts, "netStakeMinor"));
  const openTaxLines = [...bet.stakeTaxLines, ...cashed.taxLines];
  if (stakeMinor === 0) return { status: "CASHED_OUT", ...cashed, taxLines: openTaxLines, taxPointAtMs, settledAtMs: taxPointAtMs };

  const ladder = bet.ladder === null ? null : engineLadder(bet.ladder);
  const { insurance = null, cutRefund } = bet;
  const priced = { kind, stakeMinor: netStakeMinor, systemSizes, bankers, selections, ladder, freeBet: isFree, insurance };
  const decision = betReturn(priced);
  const isLost = decision.state === "decided" && decision.status === "LOST";
  const refundMinor = isLost && cutRefund !== undefined ? refundOf(cutRefund, selections, stakeMinor) : ZERO;
  if (decision.state === "open" || refundMinor === null)
    return { status: "PENDING", ...cashed, taxLines: openTaxLines, taxPointAtMs, settledAtMs: null };
  const decided = { status: decision.status, taxPointAtMs: taxPointAtMs ?? nowMs, settledAtMs: nowMs } as const;
  if (decision.status === "VOID" && isFree) return { ...decided, paidMinor: ZERO, taxLines: [], promoMinor: stakeMinor };
  // A void gives back what remains of the stake, its taxes included.
  if (decision.status === "VOID")
    return {
      ...decided,
      ...cashed,
      paidMinor: minor(cashed.paidMinor + stakeMinor),
      taxLines: [...stakeTaxesCashed(bet), ...cashed.taxLines],
    };
  const payoutMinor = smallest(decision.returnMinor, tenant.payoutMaxMinor);
  const { paidMinor, taxLines } = taxWinnings(tenant, "sports", payoutMinor, isFree ? ZERO : netStakeMinor, unixMs(decided.taxPointAtMs));
  const refund = refundBy(bet.refundWay ?? "cash", refundMinor, tenant);
  const promoMinor = negate(minor(refund.cashMinor + boostPaid(priced, payoutMinor, tenant)));
  return {
    ...decided,
    ...{ paidMinor: minor(cashed.paidMinor + paidMinor + refund.cashMinor), taxLines: [...openTaxLines, ...taxLines], promoMinor },
    ...(refund.tokenMinor === 0 ? {} : { tokenMinor: refund.tokenMinor }),
  };
}

/** What of a refund is cash and what a token: one that could not be staked is cash. */
function refundBy(way: RefundWay, refundMinor: Minor, { stake }: Tenant): { readonly cashMinor: Minor; readonly tokenMinor: Minor } {
  if (way === "given") return { cashMinor: ZERO, tokenMinor: ZERO };
  const isToken = way === "token" && refundMinor >= stake.minMinor && refundMinor <= stake.maxMinor;
  return isToken ? { cashMinor: ZERO, tokenMinor: refundMinor } : { cashMinor: refundMinor, tokenMinor: ZERO };
}

type BoostedBet = Omit<ResultedBet, "selections"> & { readonly selections: readonly ResultedSelection[] };

/** What boosted prices pay more than the prices before them, minor units. */
function boostPaid(bet: BoostedBet, payoutMinor: Minor, tenant: Tenant): Minor {
  if (bet.selections.every(({ unboostedThousandths }) => unboostedThousandths === undefined)) return ZERO;
  const selections = bet.selections.map((selection) => ({
    ...selection,
    oddsThousandths: selection.unboostedThousandths ?? selection.oddsThousandths,
  }));
  const unboosted = betReturn({ ...bet, selections });
  return unboosted.state === "open" ? ZERO : subtract(payoutMinor, smallest(unboosted.returnMinor, tenant.payoutMaxMinor));
}

/** The stake's taxes that belong to the parts that were cashed out, which no void gives back. Their sum is exact. */
function stakeTaxesCashed({ cashOuts, stakeTaxLines, stakeMinor, netStakeMinor }: AgreedBet): readonly TaxLine[] {
  const cashedMinor = sumOf(cashOuts, "stakeMinor");
  const taxMinor = subtract(cashedMinor, sumOf(cashOuts, "netStakeMinor"));
  if (taxMinor === 0) return [];
  const share = (of: Minor, part: Minor, whole: Minor) => mulRatio(of, BigInt(part), BigInt(whole), "down");
  let restMinor = taxMinor;
  return stakeTaxLines.map((line, index) => {
    const isLast = index === stakeTaxLines.length - 1;
    const ownMinor = isLast ? restMinor : share(line.taxMinor, taxMinor, subtract(stakeMinor, netStakeMinor));
    restMinor = subtract(restMinor, ownMinor);
    return { ...line, baseMinor: share(line.baseMinor, cashedMinor, stakeMinor), taxMinor: ownMinor };
  });
}

function sumOf(parts: readonly CashedPart[], field: "stakeMinor" | "netStakeMinor" | "paidMinor"): Minor {
  return minor(parts.reduce((total, part) => total + part[field], 0));
}
