/** Finds a crash game's objects by the name that a client uses. */
import { tenantOfGame } from "../../../shared/crash/games.ts";
import { ok } from "../../../shared/kernel/result.ts";
import type { CrashGameRpc, CrashTableRpc } from "../../../shared/protocol/rpc/crash.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import type { Tenant } from "../../../shared/tenants/tenant.ts";
import type { Env } from "../../env.ts";
import { refuse, type ServiceContext, type ServiceResult } from "../context.ts";

/** Names that clients use for the game of the country they are in. */
const OWN_GAME_NAMES: ReadonlySet<string> = new Set(["current", "crash-game-id"]);

/** Gives the tenant whose game it is; null and the own-game names mean the request's country. Refuses NOT_FOUND and GEO_BLOCKED. */
export function gameTenant(ctx: ServiceContext, name: string | null): ServiceResult<Tenant> {
  if (name === null || OWN_GAME_NAMES.has(name)) return ctx.country === null ? refuse("GEO_BLOCKED") : ok(tenantOf(ctx.country));
  const tenant = tenantOfGame(name);
  return tenant === null ? refuse("NOT_FOUND") : ok(tenant);
}

export function crashGame(env: Env, tenant: Tenant): CrashGameRpc {
  return env.CRASH_GAME.getByName(tenant.crash.gameId);
}

/** The table that holds the game's players. */
export function crashTable(env: Env, tenant: Tenant): CrashTableRpc & { fetch(request: Request): Promise<Response> } {
  return env.CRASH_TABLE.getByName(`${tenant.crash.gameId}:1`);
}
