/**
 * Lets an operator fix the salt of a crash game's chain, once, after its end was published; for a chain that was made offline, another
 * operator than the one who brought it: whoever may know the links must not choose the salt.
 */
import { ok } from "../../../shared/kernel/result.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import { COUNTRIES } from "../../../shared/tenants/tenant.ts";
import { refuse, type ServiceContext, type ServiceResult } from "../context.ts";
import { audit, requireStaff } from "./require-staff.ts";

export interface SaltToPublish {
  readonly gameId: string;
  readonly salt: string;
  readonly source: string;
  readonly reason: string;
}

export interface PublishedSalt extends SaltToPublish {
  readonly terminatingHash: string;
}

/** Refuses NOT_FOUND for a game of no tenant, VALIDATION_FAILED for what is no salt, SALT_FIXED for a second one, CHAIN_REFUSED. */
export async function publishSalt(ctx: ServiceContext, command: SaltToPublish): Promise<ServiceResult<PublishedSalt>> {
  const country = COUNTRIES.find((each) => tenantOf(each).crash.gameId === command.gameId);
  const { gameId, salt, source } = command;
  const action = { action: "crash.publish_salt", subject: gameId };
  const scope = await requireStaff(ctx, { roles: ["compliance"], ...action, country, details: { salt, source } });
  if (!scope.ok) return scope;
  if (country === undefined) return refuse("NOT_FOUND");
  const published = await ctx.env.CRASH_GAME.getByName(gameId).publishSalt(salt, source, scope.value.staff.email);
  const details = published.ok ? { done: published.value } : { refused: published.error };
  await audit(ctx, scope.value, { ...action, action: `${action.action}:done`, details });
  if (published.ok) return ok({ ...command, terminatingHash: published.value.terminatingHash });
  const { reason } = published.error;
  if (reason === "already_fixed") return refuse("SALT_FIXED");
  if (reason === "not_a_salt") return refuse("VALIDATION_FAILED", { fields: { salt: "is not a salt" } });
  return refuse("CHAIN_REFUSED", { reason });
}
