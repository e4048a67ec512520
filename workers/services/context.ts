/**
 * What every verb is called with, and how it refuses.
 *
 * A verb is `verb(ctx, input) => Promise<Result<Output, ServiceError>>`: scope first, then validation that needs state, then the
 * objects, then the mapping of their refusals to codes. HTTP, queues and cron are thin adapters over verbs.
 */
import type { UserId } from "../../shared/kernel/ids.ts";
import { err, ok, type Result } from "../../shared/kernel/result.ts";
import type { UnixMs } from "../../shared/kernel/time.ts";
import type { ErrorCode } from "../../shared/protocol/http/errors.ts";
import type { StaffView } from "../../shared/protocol/rpc/staff.ts";
import { tenantOf } from "../../shared/tenants/index.ts";
import type { Country, Tenant } from "../../shared/tenants/tenant.ts";
import type { Config, Env } from "../env.ts";

/** Who a valid access token says the caller is. */
export interface Actor {
  readonly userId: UserId;
  /** The player's tenant, fixed at registration. */
  readonly country: Country;
  /** Durable Object id of the player's Identity object, so that no phone number travels in tokens. */
  readonly identityObjectId: string;
  readonly sessionId: string;
}

export interface ServiceContext {
  readonly env: Env;
  readonly config: Config;
  readonly nowMs: UnixMs;
  readonly requestId: string;
  /** Where the request comes from, by `request.cf.country`; null when that is no tenant's country. */
  readonly country: Country | null;
  readonly actor: Actor | null;
  /** The operator of a call to the back office. */
  readonly staff: StaffView | null;
  /** For brakes and fraud signals only. */
  readonly ipAddress: string;
  /** Work that the answer does not wait for; must be safe to lose. */
  readonly later: (work: Promise<unknown>) => void;
}

export interface ServiceError {
  readonly code: ErrorCode;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds?: number;
}

export type ServiceResult<T> = Result<T, ServiceError>;

export interface PlayerScope {
  readonly actor: Actor;
  readonly tenant: Tenant;
}

/** Refuses an error code with details. */
export function refuse(code: ErrorCode, details?: Readonly<Record<string, unknown>>): { ok: false; error: ServiceError } {
  return err(details === undefined ? { code } : { code, details });
}

/** First line of every verb for players: refuses UNAUTHORIZED without a valid token. */
export function requirePlayer(ctx: ServiceContext): ServiceResult<PlayerScope> {
  if (ctx.actor === null) return refuse("UNAUTHORIZED");
  return ok({ actor: ctx.actor, tenant: tenantOf(ctx.actor.country) });
}

/**
 * First line of verbs that stake or pay in: refuses UNAUTHORIZED without a token and GEO_BLOCKED when the request does not come
 * from the player's own tenant (reading and withdrawing stay possible from the other tenants' countries).
 */
export function requirePlayerAtHome(ctx: ServiceContext): ServiceResult<PlayerScope> {
  const player = requirePlayer(ctx);
  if (player.ok && ctx.country !== player.value.actor.country)
    return refuse("GEO_BLOCKED", { country: ctx.country, licensed: player.value.actor.country });
  return player;
}
