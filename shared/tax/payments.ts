/** Taxes on money that crosses the wallet's border: what a deposit credits and what a withdrawal takes and pays. */
import { invariant } from "../kernel/invariant.ts";
import type { UnixMs } from "../kernel/time.ts";
import type { TaxLine } from "../ledger/model.ts";
import { type Minor, minor, subtract, ZERO } from "../money/minor.ts";
import type { TaxRule, Tenant } from "../tenants/tenant.ts";
import { rulesInForce, taxLinesOf, totalTax } from "./rules.ts";

export interface DepositCredit {
  readonly creditedMinor: Minor;
  readonly taxLines: readonly TaxLine[];
}

/** Splits a deposit of `grossMinor` into what the player gets and the tax lines. */
export function creditOfDeposit(tenant: Tenant, grossMinor: Minor, atMs: UnixMs): DepositCredit {
  const taxLines = taxLinesOf(rulesInForce(tenant, { base: "deposit", atMs }), grossMinor);
  return { creditedMinor: subtract(grossMinor, totalTax(taxLines)), taxLines };
}

export interface WithdrawalAmounts {
  /** What leaves the wallet. */
  readonly grossMinor: Minor;
  /** What the provider pays out, a multiple of the method's unit. */
  readonly netMinor: Minor;
  readonly taxLines: readonly TaxLine[];
}

/**
 * Finds the largest gross up to `requestedMinor` whose net the provider can move, so that nothing is rounded away: of 190.00 at 5% in
 * whole shillings, 189.47 leave, 9.47 are tax, 180.00 are paid and 0.53 stay. All zero when not one unit can be paid.
 */
export function quoteWithdrawal(tenant: Tenant, requestedMinor: Minor, unitMinor: Minor, atMs: UnixMs): WithdrawalAmounts {
  const rules = rulesInForce(tenant, { base: "withdrawal", atMs });
  const whole = netOf(rules, requestedMinor);
  const target = minor(whole - (whole % unitMinor));
  // The net never falls as the gross grows, and by steps of at most one: a binary search finds the last gross that pays the target.
  let low: number = target;
  let high: number = requestedMinor;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (netOf(rules, minor(middle)) <= target) low = middle;
    else high = middle - 1;
  }
  if (target === 0) return { grossMinor: ZERO, netMinor: ZERO, taxLines: [] };
  const grossMinor = minor(low);
  invariant(netOf(rules, grossMinor) === target, "no gross pays a whole number of the provider's units");
  return { grossMinor, netMinor: target, taxLines: taxLinesOf(rules, grossMinor) };
}

function netOf(rules: readonly TaxRule[], grossMinor: Minor): Minor {
  return subtract(grossMinor, totalTax(taxLinesOf(rules, grossMinor)));
}
