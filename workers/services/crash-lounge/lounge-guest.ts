/**
 * Who may be in a game's lounge: players of its tenant, at home, verified and not excluded. The wallet says so each time; nothing here
 * remembers it.
 */
import { log } from "../../../durable-objects/platform/log.ts";
import { err, ok } from "../../../shared/kernel/result.ts";
import type { CrashLoungeRpc } from "../../../shared/protocol/rpc/crash-lounge.ts";
import type { Tenant } from "../../../shared/tenants/tenant.ts";
import { type WalletOwner, walletOf } from "../../adapters/objects.ts";
import type { Env } from "../../env.ts";
import { type Actor, type PlayerScope, refuse, requirePlayerAtHome, type ServiceContext, type ServiceResult } from "../context.ts";
import { gameTenant } from "../crash/crash-objects.ts";
import { walletError } from "../wallet-refusal.ts";

export type CrashLoungeStub = CrashLoungeRpc & { fetch(request: Request): Promise<Response> };

export interface LoungeGuest {
  readonly lounge: CrashLoungeStub;
  readonly actor: Actor;
  readonly tenant: Tenant;
}

export function crashLounge(env: Env, { country, crash }: Tenant): CrashLoungeStub {
  return env.CRASH_LOUNGE.getByName(`${country}:${crash.gameId}`);
}

/** First line of every player's verb here. Refuses UNAUTHORIZED, GEO_BLOCKED, NOT_FOUND (another tenant's game), USER_NOT_VERIFIED and SELF_EXCLUDED. */
export async function requireGuest(ctx: ServiceContext, game: string): Promise<ServiceResult<LoungeGuest>> {
  const player = requirePlayerAtHome(ctx);
  if (!player.ok) return player;
  const { actor, tenant } = player.value;
  const named = gameTenant(ctx, game);
  if (!named.ok) return named;
  if (named.value.country !== tenant.country) return refuse("NOT_FOUND");
  const admitted = await admit(ctx.env, actor);
  return admitted.ok ? ok({ lounge: crashLounge(ctx.env, tenant), actor, tenant }) : admitted;
}

/** Closes what the player reads of the lounge. A word that is lost costs no more than the life of a socket: they are short for this. */
export async function leaveLounge(env: Env, { actor, tenant }: PlayerScope): Promise<void> {
  try {
    await crashLounge(env, tenant).expel(actor.userId);
  } catch (error) {
    log("warn", "lounge_unreachable", { gameId: tenant.crash.gameId, error });
  }
}

/** Refuses USER_NOT_VERIFIED and SELF_EXCLUDED, as the player's wallet has it. */
export async function admit(env: Env, owner: WalletOwner): Promise<ServiceResult<null>> {
  const wallet = await walletOf(env, owner).read();
  if (!wallet.ok) return err(walletError(wallet.error));
  const { verified, exclusion } = wallet.value.player;
  if (!verified) return refuse("USER_NOT_VERIFIED");
  return exclusion === null ? ok(null) : err(walletError({ reason: "self_excluded", untilMs: exclusion.untilMs }));
}
