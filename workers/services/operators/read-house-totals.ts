/** What the house earned and owes in a country over some days, as all wallets' books together say it; a second behind the wallets. */
import { ok } from "../../../shared/kernel/result.ts";
import { localDay } from "../../../shared/kernel/time.ts";
import { type AccountTotal, grossGamingRevenue, unexplained } from "../../../shared/ledger/house-totals.ts";
import type { Minor } from "../../../shared/money/minor.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import type { Country, Tenant } from "../../../shared/tenants/tenant.ts";
import { type DayRange, houseTotals } from "../../adapters/d1/house-totals.ts";
import type { ServiceContext, ServiceResult } from "../context.ts";
import { requireStaff } from "./require-staff.ts";

export interface HouseTotals extends DayRange {
  readonly tenant: Tenant;
  readonly totals: readonly AccountTotal[];
  readonly grossGamingRevenueMinor: Minor;
  /** Zero, or a posting was lost on the way to the totals. */
  readonly unexplainedMinor: Minor;
}

/** Days that are left out are today; amounts in minor units. */
export async function readHouseTotals(
  ctx: ServiceContext,
  query: { readonly country: Country | undefined; readonly fromDay: string | undefined; readonly toDay: string | undefined },
): Promise<ServiceResult<HouseTotals>> {
  const scope = await requireStaff(ctx, {
    roles: ["finance", "compliance", "regulator"],
    action: "house_totals.read",
    subject: "country",
    country: query.country,
  });
  if (!scope.ok) return scope;
  const tenant = tenantOf(scope.value.country);
  const today = localDay(ctx.nowMs, tenant.utcOffsetMinutes);
  const days = { fromDay: query.fromDay ?? today, toDay: query.toDay ?? today };
  const totals = await houseTotals(scope.value.database, tenant.currency, days);
  return ok({ ...days, tenant, totals, grossGamingRevenueMinor: grossGamingRevenue(totals), unexplainedMinor: unexplained(totals) });
}
