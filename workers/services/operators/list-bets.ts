/** Lets operators look through a country's bets. */
import { ok } from "../../../shared/kernel/result.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { type BetFilter, type BetRow, listBets } from "../../adapters/d1/operator-reports.ts";
import { walletName } from "../../adapters/objects.ts";
import type { ServiceContext, ServiceResult } from "../context.ts";
import { requireStaff } from "./require-staff.ts";

export interface BetsQuery extends Omit<BetFilter, "walletId"> {
  readonly userId: string | undefined;
  readonly country: Country | undefined;
}

/** Bets that match, newest first; read from the projection, a second behind the wallets. */
export async function listBetsForStaff(
  ctx: ServiceContext,
  query: BetsQuery,
): Promise<ServiceResult<{ readonly rows: readonly BetRow[]; readonly total: number }>> {
  const scope = await requireStaff(ctx, {
    roles: ["support", "trader", "finance", "compliance", "regulator"],
    action: "bets.list",
    subject: query.userId ?? "all",
    country: query.country,
  });
  if (!scope.ok) return scope;
  const { database, country } = scope.value;
  const { userId, ...filter } = query;
  return ok(await listBets(database, { ...filter, walletId: userId === undefined ? undefined : walletName({ country, userId }) }));
}
