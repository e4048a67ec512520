/** The players' side of a game's chat: read, write, mute, report. The lounge decides about text and pace; here is only who may come in. */
import { readTicket, ticketOf } from "../../../durable-objects/platform/ticket.ts";
import { assertNever } from "../../../shared/kernel/invariant.ts";
import { err, ok } from "../../../shared/kernel/result.ts";
import { toRfc3339, unixMs } from "../../../shared/kernel/time.ts";
import type { ChatMessage, ChatRefusal, ChatReply, MutedAuthor } from "../../../shared/protocol/rpc/crash-lounge.ts";
import { PLAYER_HEADER } from "../../../shared/protocol/ws/crash-lounge.ts";
import { loungeRulesOf } from "../../../shared/tenants/crash-lounge.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { refuse, type ServiceContext, type ServiceError, type ServiceResult } from "../context.ts";
import { gameTenant } from "../crash/crash-objects.ts";
import { admit, crashLounge, requireGuest } from "./lounge-guest.ts";

/** The newest messages, oldest first. Refuses what `requireGuest` does, as all verbs here. */
export async function readChat(ctx: ServiceContext, game: string): Promise<ServiceResult<readonly ChatMessage[]>> {
  const guest = await requireGuest(ctx, game);
  return guest.ok ? ok(await guest.value.lounge.messages(guest.value.actor.userId)) : guest;
}

/** Refuses CHAT_REFUSED, RATE_LIMIT_EXCEEDED. Idempotent by key while the message is kept. */
export async function sayInChat(
  ctx: ServiceContext,
  input: { readonly game: string; readonly text: string; readonly idempotencyKey: string | null },
): Promise<ServiceResult<ChatMessage>> {
  const guest = await requireGuest(ctx, input.game);
  if (!guest.ok) return guest;
  const { lounge, actor, tenant } = guest.value;
  const key = input.idempotencyKey ?? ctx.requestId;
  return answerOf(await lounge.say({ userId: actor.userId, key, text: input.text }), tenant.country);
}

/** Hides what an author writes from this player, or shows it again. Refuses NOT_FOUND, CHAT_REFUSED (too_many). Idempotent. */
export async function muteAuthor(
  ctx: ServiceContext,
  input: { readonly game: string; readonly author: string; readonly muted: boolean },
): Promise<ServiceResult<null>> {
  const guest = await requireGuest(ctx, input.game);
  if (!guest.ok) return guest;
  const { lounge, actor, tenant } = guest.value;
  const { author, muted } = input;
  return answerOf(await lounge.mute({ userId: actor.userId, author, muted }), tenant.country);
}

/** Whom this player does not read. */
export async function listMutes(ctx: ServiceContext, game: string): Promise<ServiceResult<readonly MutedAuthor[]>> {
  const guest = await requireGuest(ctx, game);
  return guest.ok ? ok(await guest.value.lounge.mutes(guest.value.actor.userId)) : guest;
}

/** Leaves a report for operators. Refuses NOT_FOUND, CHAT_REFUSED (too_many). Idempotent. */
export async function reportMessage(
  ctx: ServiceContext,
  input: { readonly game: string; readonly messageId: string; readonly why: string },
): Promise<ServiceResult<null>> {
  const guest = await requireGuest(ctx, input.game);
  if (!guest.ok) return guest;
  const { lounge, actor, tenant } = guest.value;
  const { messageId, why } = input;
  return answerOf(await lounge.reportMessage({ userId: actor.userId, messageId, why }), tenant.country);
}

/** Opens the lounge's socket by the ticket in the subprotocol. Refuses NOT_FOUND, UNAUTHORIZED, GEO_BLOCKED, USER_NOT_VERIFIED, SELF_EXCLUDED, OVERLOADED. */
export async function openChatSocket(
  ctx: ServiceContext,
  input: { readonly game: string; readonly request: Request },
): Promise<ServiceResult<Response>> {
  const tenant = gameTenant(ctx, input.game);
  if (!tenant.ok) return tenant;
  const { ticket } = ticketOf(input.request);
  const player = ticket === null ? null : readTicket(ctx.config.TICKET_SECRET, ticket, ctx.nowMs);
  if (player === null) return refuse("UNAUTHORIZED");
  if (player.country !== tenant.value.country || ctx.country !== player.country)
    return refuse("GEO_BLOCKED", { country: ctx.country, licensed: player.country });
  const admitted = await admit(ctx.env, player);
  if (!admitted.ok) return admitted;
  const request = new Request(input.request);
  // Replaces whatever the client sent under this name.
  request.headers.set(PLAYER_HEADER, player.userId);
  const opened = await crashLounge(ctx.env, tenant.value).fetch(request);
  return opened.status === 503 ? err({ code: "OVERLOADED", retryAfterSeconds: 30 }) : ok(opened);
}

/** A lounge's answer as a service's. */
export function answerOf<T>(reply: ChatReply<T>, country: Country): ServiceResult<T> {
  return reply.ok ? reply : err(chatError(reply.error, country));
}

function chatError(refusal: ChatRefusal, country: Country): ServiceError {
  switch (refusal.reason) {
    case "text": {
      const max = refusal.problem === "too_long" ? { max: loungeRulesOf(country).chat.charsMax } : {};
      return { code: "CHAT_REFUSED", details: { reason: refusal.problem, ...max } };
    }
    case "silenced":
      return { code: "CHAT_REFUSED", details: { reason: refusal.reason, until: toRfc3339(unixMs(refusal.untilMs)) } };
    case "too_many":
      return { code: "CHAT_REFUSED", details: { reason: refusal.reason } };
    case "too_fast":
      return { code: "RATE_LIMIT_EXCEEDED", retryAfterSeconds: Math.ceil(refusal.retryAfterMs / 1_000) };
    case "not_found":
      return { code: "NOT_FOUND" };
    default:
      return assertNever(refusal, "chatError");
  }
}
