/** Lets finance open bonus accounts and say what holds for an account: how low it may go, and whether anything may leave it. */
import { ok } from "../../../shared/kernel/result.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import type { ServiceContext, ServiceResult } from "../context.ts";
import { restrictAtTables } from "../crash/plans.ts";
import { type OperatorReceipt, runWalletVerb, type WalletOrder } from "./wallet-verb.ts";

/** What stakes are taken from at a crash table. */
const STAKE_ACCOUNT = "user:cash";

export interface AccountToOpen extends WalletOrder {
  readonly account: string;
}

/** Opens `user:bonus:<grant>`. Refuses what the wallet's `openAccount` refuses; idempotent by key. */
export function openAccount(ctx: ServiceContext, order: AccountToOpen): Promise<ServiceResult<OperatorReceipt<null>>> {
  const { account } = order;
  const verb = { roles: ["finance"], action: "wallet.open_account", order, request: { account } } as const;
  return runWalletVerb<null>(ctx, verb, async (wallet, key) => ok(await wallet.openAccount({ key, account })));
}

export interface AccountToLimit extends AccountToOpen {
  /** Minor units; null for no floor. */
  readonly floorMinor: number | null;
  readonly frozen: boolean;
}

/** Sets an account's floor and whether it is frozen. Refuses what the wallet's `setLimit` refuses; idempotent by key. */
export function limitAccount(ctx: ServiceContext, order: AccountToLimit): Promise<ServiceResult<OperatorReceipt<null>>> {
  const { account, floorMinor, frozen } = order;
  const verb = { roles: ["finance"], action: "wallet.set_limit", order, request: { account, floorMinor, frozen } } as const;
  return runWalletVerb<null>(ctx, verb, async (wallet, key, country) => {
    const limited = await wallet.setLimit({ key, account, floorMinor, frozen });
    // A crash stake is cash: with the account frozen the wallet refuses every one, and a table that has something waiting hears of it now.
    if (limited.ok && frozen && account === STAKE_ACCOUNT)
      ctx.later(restrictAtTables(ctx, order.userId, tenantOf(country), { reason: "account_frozen", account }));
    return ok(limited);
  });
}
