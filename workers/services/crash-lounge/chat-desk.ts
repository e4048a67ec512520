/** The operators' side of a game's chat: reports, deleting a message, silencing an author. Each is in the audit log before it is done. */

import { tenantOfGame } from "../../../shared/crash/games.ts";
import { PAGE_ROWS_MAX } from "../../../shared/kernel/limits.ts";
import { ok } from "../../../shared/kernel/result.ts";
import { MINUTE_MS } from "../../../shared/kernel/time.ts";
import type { ChatReport } from "../../../shared/protocol/rpc/crash-lounge.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { refuse, type ServiceContext, type ServiceResult } from "../context.ts";
import { requireStaff } from "../operators/require-staff.ts";
import { answerOf } from "./chat.ts";
import { type CrashLoungeStub, crashLounge } from "./lounge-guest.ts";

interface Desk {
  readonly lounge: CrashLoungeStub;
  readonly country: Country;
  readonly email: string;
}

/** Reports that wait. Refuses UNAUTHORIZED, FORBIDDEN and NOT_FOUND, as all verbs of the desk. */
export async function readReports(ctx: ServiceContext, game: string): Promise<ServiceResult<readonly ChatReport[]>> {
  const desk = await openDesk(ctx, game, "chat.read_reports", game);
  return desk.ok ? ok(await desk.value.lounge.reports(PAGE_ROWS_MAX)) : desk;
}

export async function closeReport(
  ctx: ServiceContext,
  order: { readonly game: string; readonly reportId: string; readonly reason: string },
): Promise<ServiceResult<null>> {
  const desk = await openDesk(ctx, order.game, "chat.close_report", order.reportId, { reason: order.reason });
  if (!desk.ok) return desk;
  return answerOf(await desk.value.lounge.closeReport(order.reportId, desk.value.email), desk.value.country);
}

export async function deleteMessage(
  ctx: ServiceContext,
  order: { readonly game: string; readonly messageId: string; readonly reason: string },
): Promise<ServiceResult<null>> {
  const desk = await openDesk(ctx, order.game, "chat.delete_message", order.messageId, { reason: order.reason });
  return desk.ok ? answerOf(await desk.value.lounge.deleteMessage(order.messageId), desk.value.country) : desk;
}

/** Says whose messages are silenced, and until when. */
export async function silenceAuthor(
  ctx: ServiceContext,
  order: { readonly game: string; readonly author: string; readonly minutes: number; readonly reason: string },
): Promise<ServiceResult<{ readonly userId: string; readonly untilMs: number }>> {
  const { game, author, minutes, reason } = order;
  const desk = await openDesk(ctx, game, "chat.silence", author, { reason, minutes });
  if (!desk.ok) return desk;
  const untilMs = ctx.nowMs + minutes * MINUTE_MS;
  const silenced = answerOf(await desk.value.lounge.silence(author, untilMs), desk.value.country);
  return silenced.ok ? ok({ userId: silenced.value.userId, untilMs }) : silenced;
}

async function openDesk(
  ctx: ServiceContext,
  game: string,
  action: string,
  subject: string,
  details?: Readonly<Record<string, unknown>>,
): Promise<ServiceResult<Desk>> {
  const tenant = tenantOfGame(game);
  const scope = await requireStaff(ctx, {
    ...{ roles: ["support", "compliance"], action, subject, country: tenant?.country },
    ...(details === undefined ? {} : { details: { ...details, game } }),
  });
  if (!scope.ok) return scope;
  if (tenant === null) return refuse("NOT_FOUND");
  return ok({ lounge: crashLounge(ctx.env, tenant), country: tenant.country, email: scope.value.staff.email });
}
