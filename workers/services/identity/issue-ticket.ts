/** Tickets with which a browser, that can't send headers there, opens a WebSocket. */
import { makeTicket, TICKET_SECONDS } from "../../../durable-objects/platform/ticket.ts";
import { ok } from "../../../shared/kernel/result.ts";
import { SECOND_MS } from "../../../shared/kernel/time.ts";
import { requirePlayer, type ServiceContext, type ServiceResult } from "../context.ts";

/** Refuses UNAUTHORIZED. */
export function issueTicket(ctx: ServiceContext): ServiceResult<{ readonly ticket: string; readonly expiresInSeconds: number }> {
  const player = requirePlayer(ctx);
  if (!player.ok) return player;
  const { userId, country } = player.value.actor;
  const ticket = makeTicket(ctx.config.TICKET_SECRET, { userId, country, expiresAtMs: ctx.nowMs + TICKET_SECONDS * SECOND_MS });
  return ok({ ticket, expiresInSeconds: TICKET_SECONDS });
}
