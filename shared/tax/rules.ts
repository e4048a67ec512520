/**
 * Picks the tax rules in force and computes their lines.
 *
 * The rule is chosen by the tax point's local day, never by "now" in UTC: a Kenyan deposit at 22:30 UTC on 30 June falls on 1 July.
 * Integers only, one rounding a line, by the rule's own mode; the customer's part is always the gross less the lines.
 */
import { localDay, type UnixMs } from "../kernel/time.ts";
import type { TaxLine } from "../ledger/model.ts";
import { type Minor, mulRatio, sum } from "../money/minor.ts";
import type { BetProduct, TaxBase, TaxRule, Tenant } from "../tenants/tenant.ts";

const BASIS_POINTS = 10_000n;

export interface TaxPoint {
  readonly base: TaxBase;
  /** For stakes and winnings. */
  readonly product?: BetProduct;
  readonly atMs: UnixMs;
}

/** The tenant's rules for a base (and product) on the local day of the tax point. */
export function rulesInForce(tenant: Tenant, point: TaxPoint): readonly TaxRule[] {
  const day = localDay(point.atMs, tenant.utcOffsetMinutes);
  return tenant.taxRules.filter(
    (rule) =>
      rule.base === point.base &&
      (rule.products === undefined || (point.product !== undefined && rule.products.includes(point.product))) &&
      rule.validFrom <= day &&
      (rule.validTo === null || day <= rule.validTo),
  );
}

/** One line for each rule whose threshold the base passes; a base of zero has none. */
export function taxLinesOf(rules: readonly TaxRule[], baseMinor: Minor): readonly TaxLine[] {
  return rules
    .filter((rule) => baseMinor > rule.thresholdMinor)
    .map((rule) => ({
      ruleId: rule.ruleId,
      code: rule.code,
      legalName: rule.legalName,
      rateBasisPoints: rule.rateBasisPoints,
      baseMinor,
      taxMinor: taxOf(rule, baseMinor),
    }));
}

/** Adds up lines, minor units. */
export function totalTax(taxLines: readonly TaxLine[]): Minor {
  return sum(taxLines.map((line) => line.taxMinor));
}

function taxOf(rule: TaxRule, baseMinor: Minor): Minor {
  const rate = BigInt(rule.rateBasisPoints);
  return mulRatio(baseMinor, rate, rule.inclusive ? BASIS_POINTS : BASIS_POINTS + rate, rule.rounding);
}
