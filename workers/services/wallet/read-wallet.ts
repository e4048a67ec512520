/** Shows the player's own balances, read from the wallet itself. */
import { err, ok } from "../../../shared/kernel/result.ts";
import type { WalletView } from "../../../shared/protocol/rpc/wallet.ts";
import { walletOf } from "../../adapters/objects.ts";
import { requirePlayer, type ServiceContext, type ServiceResult } from "../context.ts";
import { walletError } from "../wallet-refusal.ts";

/** Refuses UNAUTHORIZED, and PHONE_NOT_VERIFIED while there is no wallet. */
export async function readWallet(ctx: ServiceContext): Promise<ServiceResult<WalletView>> {
  const player = requirePlayer(ctx);
  if (!player.ok) return player;
  const view = await walletOf(ctx.env, player.value.actor).read();
  return view.ok ? ok(view.value) : err(walletError(view.error));
}
