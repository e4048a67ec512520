/** Reads one of the player's own deposits or withdrawals. */
import { err, ok } from "../../../shared/kernel/result.ts";
import type { IntentView } from "../../../shared/protocol/rpc/payment-intent.ts";
import { requirePlayer, type ServiceContext, type ServiceResult } from "../context.ts";
import { intentError } from "./intent-error.ts";
import { paymentObject } from "./payment-object.ts";

/** Refuses NOT_FOUND for another player's payment exactly as for one that does not exist. */
export async function readPayment(ctx: ServiceContext, intentId: string): Promise<ServiceResult<IntentView>> {
  const scope = requirePlayer(ctx);
  if (!scope.ok) return scope;
  const { actor } = scope.value;
  const reply = await paymentObject(ctx.env, actor.country, intentId).read(actor.userId);
  return reply.ok ? ok(reply.value) : err(intentError(reply.error, intentId));
}
