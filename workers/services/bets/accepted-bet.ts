/** One of the player's own bets as far as it can be cashed out: accepted, or still waiting for that. */
import { ok } from "../../../shared/kernel/result.ts";
import type { BetView } from "../../../shared/protocol/rpc/wallet.ts";
import { isHeld } from "../../../shared/protocol/rpc/wallet-acceptance.ts";
import type { ServiceContext, ServiceResult } from "../context.ts";
import { getBet } from "./get-bet.ts";

export type FoundBet = { readonly isAccepted: true; readonly bet: BetView } | { readonly isAccepted: false; readonly isWaiting: boolean };

/** The player's bet, or whether one that is not accepted may still be; refuses NOT_FOUND. */
export async function acceptedBet(ctx: ServiceContext, betId: string): Promise<ServiceResult<FoundBet>> {
  const shown = await getBet(ctx, { betId });
  if (!shown.ok) return shown;
  const bet = shown.value;
  if (!isHeld(bet)) return ok({ isAccepted: true, bet });
  return ok({ isAccepted: false, isWaiting: bet.status === "DELAYED" || bet.status === "OFFERED" });
}
