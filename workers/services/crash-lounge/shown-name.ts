/**
 * Whether a player is shown to others: only who has agreed is, under a masked name that follows from the registered one. The consent is
 * kept with its date and the text's version, and withdrawn at any time, from anywhere.
 */
import { tablesOf } from "../../../shared/crash/seats.ts";
import { maskedName } from "../../../shared/crash/shown-name.ts";
import { err, ok } from "../../../shared/kernel/result.ts";
import { DAY_MS, SECOND_MS } from "../../../shared/kernel/time.ts";
import type { ShownName } from "../../../shared/protocol/rpc/crash-lounge.ts";
import { loungeRulesOf } from "../../../shared/tenants/crash-lounge.ts";
import { requirePlayer, type ServiceContext, type ServiceResult } from "../context.ts";
import { crashGame, crashTable } from "../crash/crash-objects.ts";
import { identityError } from "../identity/identity-refusal.ts";
import { ownIdentity } from "../identity/profile.ts";
import { admit, crashLounge } from "./lounge-guest.ts";

/** Refuses UNAUTHORIZED. */
export async function readShownName(ctx: ServiceContext): Promise<ServiceResult<ShownName>> {
  const player = requirePlayer(ctx);
  if (!player.ok) return player;
  const { actor, tenant } = player.value;
  return ok(await crashLounge(ctx.env, tenant).shownName(actor.userId));
}

/** Consents or withdraws. Refuses UNAUTHORIZED; a consent also USER_NOT_VERIFIED, SELF_EXCLUDED and RATE_LIMIT_EXCEEDED. Idempotent. */
export async function setShownName(ctx: ServiceContext, shown: boolean): Promise<ServiceResult<ShownName>> {
  const player = requirePlayer(ctx);
  if (!player.ok) return player;
  const { actor, tenant } = player.value;
  const name = shown ? await nameToShow(ctx) : ok(null);
  if (!name.ok) return name;
  const { consentWording } = loungeRulesOf(tenant.country);
  const set = await crashLounge(ctx.env, tenant).setShownName(actor.userId, name.value, consentWording);
  if (!set.ok) return err({ code: "RATE_LIMIT_EXCEEDED", retryAfterSeconds: DAY_MS / SECOND_MS });
  const { tables } = await crashGame(ctx.env, tenant).view();
  // Where the player sits, and where a bet of theirs may still be listed.
  await Promise.all(
    tablesOf(actor.userId, tables).map((number) => crashTable(ctx.env, tenant, number).nameChanged(actor.userId, set.value.name)),
  );
  return set;
}

async function nameToShow(ctx: ServiceContext): Promise<ServiceResult<string>> {
  const player = requirePlayer(ctx);
  if (!player.ok) return player;
  const identity = ownIdentity(ctx, player.value);
  if (!identity.ok) return identity;
  const admitted = await admit(ctx.env, player.value.actor);
  if (!admitted.ok) return admitted;
  const profile = await identity.value.readProfile();
  return profile.ok ? ok(maskedName(profile.value.fullName)) : err(identityError(profile.error));
}
