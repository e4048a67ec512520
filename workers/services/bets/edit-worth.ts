/** What a bet brings when it is edited, or why it can't be: what the tenant lets be edited, and the value by the prices of now. */
import { cashOutValue } from "../../../shared/betting/cash-out-value.ts";
import { editValue, marginOn } from "../../../shared/betting/edit-value.ts";
import { ok } from "../../../shared/kernel/result.ts";
import { localDay, type UnixMs } from "../../../shared/kernel/time.ts";
import { fraction, ONE, ZERO_FRACTION } from "../../../shared/money/fraction.ts";
import { type Minor, minor } from "../../../shared/money/minor.ts";
import type { BetView } from "../../../shared/protocol/rpc/wallet.ts";
import { taxWinnings } from "../../../shared/tax/bets.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import { sportsRulesOf } from "../../../shared/tenants/sports/index.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { refuse, type ServiceResult } from "../context.ts";
import { fairValue, isAnyLive, type OpenFixtures, payoutCap, shapeOf } from "./cash-out-offer.ts";

export interface BetValue {
  readonly stateVersion: number;
  /** Before taxes, and after them: what the new stake is counted against. */
  readonly valueMinor: Minor;
  readonly paidMinor: Minor;
}

/** By what a bet is valued: its open matches as they are, the stake that its value pays (null: all of it), and the day. */
export interface ValuedBy {
  readonly fixtures: OpenFixtures;
  readonly stakeMinor: Minor | null;
  readonly nowMs: UnixMs;
}

/**
 * Values a bet whose value pays a stake (minor units), or all that it brings with null. Refuses EDIT_CLOSED with a reason (a free bet, a
 * builder, a selection with a result, a bet that is over, a value too small) and CASH_OUT_SUSPENDED.
 */
export function betValue(country: Country, bet: BetView, { fixtures, stakeMinor, nowMs }: ValuedBy): ServiceResult<BetValue> {
  const closed = closedReason(bet);
  if (closed !== null) return refuse("EDIT_CLOSED", { reason: closed });
  const valued = fairValue(bet, fixtures);
  if (!valued.ok) {
    const { state, reason } = valued.error;
    return refuse(state === "CLOSED" ? "EDIT_CLOSED" : "CASH_OUT_SUSPENDED", { reason });
  }
  const tenant = tenantOf(country);
  const rules = sportsRulesOf(country).cashOut;
  const { factors, bonus } = valued.value;
  const { fair } = cashOutValue(shapeOf(bet), fraction(bet.openNetStakeMinor), factors, ZERO_FRACTION, ONE, bonus);
  const paidOf = (amount: Minor) => taxWinnings(tenant, "sports", amount, minor(bet.openNetStakeMinor), nowMs).paidMinor;
  const value = editValue({
    ...{ fair, stakeMinor, capMinor: payoutCap(country, bet) },
    editMarginBasisPoints: marginOn(rules.editMargins, localDay(nowMs, tenant.utcOffsetMinutes)),
    cashOutMarginBasisPoints: isAnyLive(fixtures) ? rules.marginBasisPoints.live : rules.marginBasisPoints.upcoming,
    paidOf: (amount) => BigInt(paidOf(minor(Number(amount)))),
  });
  const valueMinor = minor(Number(value));
  if (valueMinor < rules.amountMinMinor) return refuse("EDIT_CLOSED", { reason: "too_small" });
  return ok({ stateVersion: bet.stateVersion, valueMinor, paidMinor: paidOf(valueMinor) });
}

function closedReason(bet: BetView): string | null {
  if (bet.status !== "PENDING") return bet.status === "CASHED_OUT" ? "cashed_out" : "settled";
  if (bet.freeBetId !== undefined) return "free_bet";
  if (bet.selections.some(({ builder }) => builder !== undefined)) return "builder";
  return bet.selections.some(({ outcome }) => outcome !== null) ? "has_result" : null;
}
