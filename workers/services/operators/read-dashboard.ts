/** The totals of one country for its operators. */
import { ok } from "../../../shared/kernel/result.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import type { Country, Tenant } from "../../../shared/tenants/tenant.ts";
import { type CountryTotals, countryTotals } from "../../adapters/d1/operator-reports.ts";
import type { ServiceContext, ServiceResult } from "../context.ts";
import { requireStaff } from "./require-staff.ts";

export interface Dashboard {
  readonly tenant: Tenant;
  readonly totals: CountryTotals;
}

export async function readDashboard(ctx: ServiceContext, country: Country | undefined): Promise<ServiceResult<Dashboard>> {
  const scope = await requireStaff(ctx, {
    roles: ["finance", "compliance", "regulator", "trader"],
    action: "dashboard.read",
    subject: "country",
    country,
  });
  if (!scope.ok) return scope;
  return ok({ tenant: tenantOf(scope.value.country), totals: await countryTotals(scope.value.database) });
}
