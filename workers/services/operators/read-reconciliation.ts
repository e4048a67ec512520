/** Lets operators see what reconciliation looked at last, and what nobody has put right. */
import { ok } from "../../../shared/kernel/result.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { listOpenItems, listRuns, type ReconItemRow, type ReconRunRow } from "../../adapters/d1/reconciliation-log.ts";
import type { ServiceContext, ServiceResult } from "../context.ts";
import { requireStaff } from "./require-staff.ts";

const RUNS_SHOWN = 50;
const ITEMS_SHOWN = 100;

export interface Reconciliation {
  readonly country: Country;
  /** Newest first. */
  readonly runs: readonly ReconRunRow[];
  /** Oldest first: those with the greatest age. */
  readonly openItems: readonly ReconItemRow[];
  readonly openTotal: number;
}

export async function readReconciliation(ctx: ServiceContext, country: Country | undefined): Promise<ServiceResult<Reconciliation>> {
  const scope = await requireStaff(ctx, {
    roles: ["finance", "compliance", "regulator"],
    action: "reconciliation.read",
    subject: "country",
    country,
  });
  if (!scope.ok) return scope;
  const { database } = scope.value;
  const [runs, open] = await Promise.all([listRuns(database, RUNS_SHOWN), listOpenItems(database, ITEMS_SHOWN)]);
  return ok({ country: scope.value.country, runs, openItems: open.rows, openTotal: open.total });
}
