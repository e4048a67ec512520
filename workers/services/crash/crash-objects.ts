/**
 * Finds a crash game's objects by the name that a client uses, and the table at which somebody sits.
 *
 * Who sits where follows from the round's number of tables. This isolate remembers the last number it heard; a table that is asked for
 * somebody who sits elsewhere says how many there are now, and the right one is asked.
 */
import { tenantOfGame } from "../../../shared/crash/games.ts";
import { tableOf } from "../../../shared/crash/seats.ts";
import { ok } from "../../../shared/kernel/result.ts";
import type { CrashGameRpc, CrashReply, CrashTableRpc } from "../../../shared/protocol/rpc/crash.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import type { Tenant } from "../../../shared/tenants/tenant.ts";
import type { Env } from "../../env.ts";
import { refuse, type ServiceContext, type ServiceResult } from "../context.ts";

/** Names that clients use for the game of the country they are in. */
const OWN_GAME_NAMES: ReadonlySet<string> = new Set(["current", "crash-game-id"]);
/** A cache; being behind costs one more question. */
const tablesHeard = new Map<string, number>();

export type CrashTableStub = CrashTableRpc & { fetch(request: Request): Promise<Response> };

/** Gives the tenant whose game it is; null and the own-game names mean the request's country. Refuses NOT_FOUND and GEO_BLOCKED. */
export function gameTenant(ctx: ServiceContext, name: string | null): ServiceResult<Tenant> {
  if (name === null || OWN_GAME_NAMES.has(name)) return ctx.country === null ? refuse("GEO_BLOCKED") : ok(tenantOf(ctx.country));
  const tenant = tenantOfGame(name);
  return tenant === null ? refuse("NOT_FOUND") : ok(tenant);
}

export function crashGame(env: Env, tenant: Tenant): CrashGameRpc {
  return env.CRASH_GAME.getByName(tenant.crash.gameId);
}

/** One of the game's tables, from 1. */
export function crashTable(env: Env, tenant: Tenant, number: number): CrashTableStub {
  return env.CRASH_TABLE.getByName(`${tenant.crash.gameId}:${number}`);
}

/** How many tables the game had when this isolate last heard of it. */
export function tablesOfGame({ crash }: Tenant): number {
  return tablesHeard.get(crash.gameId) ?? 1;
}

export function heardTables({ crash }: Tenant, tables: number): void {
  tablesHeard.set(crash.gameId, tables);
}

/** Asks the table at which the player sits. */
export async function askOwnTable<T>(
  env: Env,
  tenant: Tenant,
  userId: string,
  ask: (table: CrashTableStub) => Promise<CrashReply<T>>,
): Promise<CrashReply<T>> {
  const first = await ask(crashTable(env, tenant, tableOf(userId, tablesOfGame(tenant))));
  if (first.ok || first.error.reason !== "other_table") return first;
  heardTables(tenant, first.error.tables);
  return ask(crashTable(env, tenant, tableOf(userId, first.error.tables)));
}
