/**
 * Opens a crash table's socket. Anyone may watch; who may bet is decided at the table by the ticket and by where the connection comes
 * from, which only this Worker knows.
 */
import { ok } from "../../../shared/kernel/result.ts";
import { COUNTRY_HEADER } from "../../../shared/protocol/ws/crash.ts";
import type { ServiceContext, ServiceResult } from "../context.ts";
import { crashTable, gameTenant } from "./crash-objects.ts";

/** Hands the upgrade to the game's table. Refuses NOT_FOUND. */
export async function openGameSocket(
  ctx: ServiceContext,
  input: { readonly game: string; readonly request: Request },
): Promise<ServiceResult<Response>> {
  const tenant = gameTenant(ctx, input.game);
  if (!tenant.ok) return tenant;
  const request = new Request(input.request);
  // Replaces whatever the client sent under this name.
  request.headers.set(COUNTRY_HEADER, ctx.country ?? "");
  return ok(await crashTable(ctx.env, tenant.value).fetch(request));
}
