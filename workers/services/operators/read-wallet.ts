/** Lets an operator see a player's wallet whole: accounts and their limits, open holds, what holds for the player, the journal's head. */
import { ok } from "../../../shared/kernel/result.ts";
import type { WalletHead, WalletView } from "../../../shared/protocol/rpc/wallet.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { walletOf } from "../../adapters/objects.ts";
import { refuse, type ServiceContext, type ServiceResult } from "../context.ts";
import { requireStaff } from "./require-staff.ts";
import type { WalletStub } from "./wallet-verb.ts";

export interface WalletForStaff {
  readonly wallet: WalletStub;
  readonly view: WalletView;
  readonly head: WalletHead;
}

/** Refuses NOT_FOUND for a user without a wallet in that country. */
export async function readWallet(
  ctx: ServiceContext,
  query: { readonly userId: string; readonly country: Country | undefined },
): Promise<ServiceResult<WalletForStaff>> {
  const scope = await requireStaff(ctx, {
    roles: ["support", "finance", "compliance", "regulator"],
    action: "wallet.read",
    subject: query.userId,
    country: query.country,
  });
  if (!scope.ok) return scope;
  const wallet = walletOf(ctx.env, { country: scope.value.country, userId: query.userId });
  const [view, head] = await Promise.all([wallet.read(), wallet.head()]);
  if (!view.ok || !head.ok) return refuse("NOT_FOUND");
  return ok({ wallet, view: view.value, head: head.value });
}
