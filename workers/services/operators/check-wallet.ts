/**
 * Has a player's wallet check itself (L1) for an operator: from its last checkpoint on, in steps between which the player's own commands
 * run. A violation freezes the wallet, as it does in every check.
 */
import { ok } from "../../../shared/kernel/result.ts";
import type { WalletHead, WalletView } from "../../../shared/protocol/rpc/wallet.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { refuse, type ServiceContext, type ServiceResult } from "../context.ts";
import { readWallet } from "./read-wallet.ts";

/** Steps of one call: with a thousand entries each, enough for what a wallet gathers between two checks. */
const STEPS_MAX = 20;

export interface CheckedWallet {
  readonly view: WalletView;
  readonly head: WalletHead;
  /** The last entry that was replayed. */
  readonly checkedSeq: number;
  /** False for a history that takes another call to its end. */
  readonly isComplete: boolean;
  readonly violations: readonly string[];
}

/** Refuses NOT_FOUND for a user without a wallet in that country. */
export async function checkWallet(
  ctx: ServiceContext,
  query: { readonly userId: string; readonly country: Country | undefined },
): Promise<ServiceResult<CheckedWallet>> {
  const found = await readWallet(ctx, query);
  if (!found.ok) return found;
  const { wallet, view, head } = found.value;
  for (let step = 1; ; step += 1) {
    const check = await wallet.check();
    if (!check.ok) return refuse("NOT_FOUND");
    const { toSeq, isDone, violations } = check.value;
    if (isDone || step === STEPS_MAX) return ok({ view, head, checkedSeq: toSeq, isComplete: isDone, violations });
  }
}
