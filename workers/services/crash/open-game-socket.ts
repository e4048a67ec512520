/**
 * Opens a crash table's socket. Anyone may watch; who may bet is decided at the table by the ticket and by where the connection comes
 * from, which only this Worker knows. A player is brought to their own table, a spectator to any.
 */

import { readTicket, ticketOf } from "../../../durable-objects/platform/ticket.ts";
import { tableOf } from "../../../shared/crash/seats.ts";
import { ok } from "../../../shared/kernel/result.ts";
import { COUNTRY_HEADER, TABLES_HEADER } from "../../../shared/protocol/ws/crash.ts";
import type { ServiceContext, ServiceResult } from "../context.ts";
import { crashTable, gameTenant, heardTables, tablesOfGame } from "./crash-objects.ts";

/** The table said that somebody sits elsewhere. */
const MISDIRECTED = 421;

/** Hands the upgrade to a table of the game. Refuses NOT_FOUND. */
export async function openGameSocket(
  ctx: ServiceContext,
  input: { readonly game: string; readonly request: Request },
): Promise<ServiceResult<Response>> {
  const tenant = gameTenant(ctx, input.game);
  if (!tenant.ok) return tenant;
  const request = new Request(input.request);
  // Replaces whatever the client sent under this name.
  request.headers.set(COUNTRY_HEADER, ctx.country ?? "");
  const { ticket } = ticketOf(request);
  const player = ticket === null ? null : readTicket(ctx.config.TICKET_SECRET, ticket, ctx.nowMs);
  // A spectator sits anywhere: the request's id spreads them.
  const seat = player?.userId ?? ctx.requestId;
  const at = (tables: number) => crashTable(ctx.env, tenant.value, tableOf(seat, tables)).fetch(request.clone());
  const opened = await at(tablesOfGame(tenant.value));
  if (opened.status !== MISDIRECTED) return ok(opened);
  const tables = Number(opened.headers.get(TABLES_HEADER));
  heardTables(tenant.value, tables);
  return ok(await at(tables));
}
