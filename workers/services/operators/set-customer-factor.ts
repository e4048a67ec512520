/** Lets traders say how much of the usual stake a player may bet. */
import { ok } from "../../../shared/kernel/result.ts";
import type { ServiceContext, ServiceResult } from "../context.ts";
import { type OperatorReceipt, runWalletVerb, type WalletOrder } from "./wallet-verb.ts";

export interface FactorToSet extends WalletOrder {
  /** 10,000 is the usual stake, 0 none. */
  readonly basisPoints: number;
}

/** Sets the player's factor, basis points. Refuses what the wallet's `setCustomerFactor` refuses; idempotent by key. */
export function setCustomerFactor(ctx: ServiceContext, order: FactorToSet): Promise<ServiceResult<OperatorReceipt<unknown>>> {
  const { basisPoints } = order;
  const verb = { roles: ["trader"], action: "wallet.set_customer_factor", order, request: { basisPoints } } as const;
  return runWalletVerb<unknown>(ctx, verb, async (wallet, key) => ok(await wallet.setCustomerFactor({ key, basisPoints })));
}
