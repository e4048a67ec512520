/** Lets finance and compliance stop a wallet, and let it go again. */
import { ok } from "../../../shared/kernel/result.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import type { ServiceContext, ServiceResult } from "../context.ts";
import { restrictAtTables } from "../crash/plans.ts";
import { type OperatorReceipt, runWalletVerb, type WalletOrder } from "./wallet-verb.ts";

const ROLES = ["finance", "compliance"] as const;

/** Stops every command but those that protect the player; reads go on. Idempotent by key. */
export function freezeWallet(ctx: ServiceContext, order: WalletOrder): Promise<ServiceResult<OperatorReceipt<null>>> {
  const { reason } = order;
  const verb = { roles: ROLES, action: "wallet.freeze", order, request: {} };
  return runWalletVerb<null>(ctx, verb, async (wallet, key, country) => {
    const frozen = await wallet.freeze({ key, reason });
    // From here the wallet refuses every stake; a crash table that has something waiting for the player hears of it now.
    if (frozen.ok) ctx.later(restrictAtTables(ctx, order.userId, tenantOf(country), { reason: "wallet_frozen" }));
    return ok(frozen);
  });
}

/** Lets a frozen wallet work again, whoever or whatever froze it. Idempotent by key. */
export function unfreezeWallet(ctx: ServiceContext, order: WalletOrder): Promise<ServiceResult<OperatorReceipt<null>>> {
  const { reason } = order;
  const verb = { roles: ROLES, action: "wallet.unfreeze", order, request: {} };
  return runWalletVerb<null>(ctx, verb, async (wallet, key) => ok(await wallet.unfreeze({ key, reason })));
}
