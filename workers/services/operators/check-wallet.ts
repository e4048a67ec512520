/** Lets an operator see a player's wallet as it checks itself: balances, head of the journal, broken invariants. */
import { ok } from "../../../shared/kernel/result.ts";
import type { WalletDigest, WalletView } from "../../../shared/protocol/rpc/wallet.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { walletOf } from "../../adapters/objects.ts";
import { refuse, type ServiceContext, type ServiceResult } from "../context.ts";
import { requireStaff } from "./require-staff.ts";

export interface WalletCheck {
  readonly view: WalletView;
  readonly digest: WalletDigest;
}

/** Refuses NOT_FOUND for a user without a wallet in that country. */
export async function checkWallet(
  ctx: ServiceContext,
  query: { readonly userId: string; readonly country: Country | undefined },
): Promise<ServiceResult<WalletCheck>> {
  const scope = await requireStaff(ctx, {
    roles: ["support", "finance", "compliance", "regulator"],
    action: "wallet.read",
    subject: query.userId,
    country: query.country,
  });
  if (!scope.ok) return scope;
  const wallet = walletOf(ctx.env, { country: scope.value.country, userId: query.userId });
  const view = await wallet.read();
  if (!view.ok) return refuse("NOT_FOUND");
  return ok({ view: view.value, digest: await wallet.digest() });
}
