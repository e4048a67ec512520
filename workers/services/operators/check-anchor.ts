/** Lets an operator see whether a wallet is the one that was anchored. */
import { ok } from "../../../shared/kernel/result.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { walletName } from "../../adapters/objects.ts";
import { refuse, type ServiceContext, type ServiceResult } from "../context.ts";
import { type AnchorCheck, verifyWalletAnchor } from "../ledger/verify-wallet-anchor.ts";
import { requireStaff } from "./require-staff.ts";

export interface CheckedAnchor extends AnchorCheck {
  readonly walletId: string;
}

/** Refuses NOT_FOUND while the wallet's shard has no anchor in that country. */
export async function checkAnchor(
  ctx: ServiceContext,
  query: { readonly userId: string; readonly country: Country | undefined },
): Promise<ServiceResult<CheckedAnchor>> {
  const scope = await requireStaff(ctx, {
    roles: ["finance", "compliance", "regulator"],
    action: "wallet.check_anchor",
    subject: query.userId,
    country: query.country,
  });
  if (!scope.ok) return scope;
  const { country } = scope.value;
  const walletId = walletName({ country, userId: query.userId });
  const check = await verifyWalletAnchor(ctx.env, country, walletId);
  return check === null ? refuse("NOT_FOUND") : ok({ ...check, walletId });
}
