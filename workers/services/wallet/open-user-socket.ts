/**
 * Opens the player's own socket. The ticket says who the player is, so it is checked here, before any object is woken; it travels in
 * the subprotocol because an address would be logged and a browser can set no header.
 */
import { readTicket } from "../../../durable-objects/platform/ticket.ts";
import { ok } from "../../../shared/kernel/result.ts";
import { walletOf } from "../../adapters/objects.ts";
import { refuse, type ServiceContext, type ServiceResult } from "../context.ts";

const PROTOCOL_PREFIX = "mkeka-ticket.";

/** Answers the upgrade. Refuses UNAUTHORIZED without a valid ticket. */
export async function openUserSocket(ctx: ServiceContext, request: Request): Promise<ServiceResult<Response>> {
  const protocol = request.headers.get("Sec-WebSocket-Protocol");
  if (protocol === null || !protocol.startsWith(PROTOCOL_PREFIX)) return refuse("UNAUTHORIZED");
  const claims = readTicket(ctx.config.TICKET_SECRET, protocol.slice(PROTOCOL_PREFIX.length), ctx.nowMs);
  if (claims === null) return refuse("UNAUTHORIZED");
  const wallet = walletOf(ctx.env, claims);
  return ok(await wallet.fetch(request));
}
