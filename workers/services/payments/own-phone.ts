/**
 * Whose phone money may come from and go to: the player's own registered number only. The law forbids that a third party bears the
 * cost of a bet (facts/regulation.md KE-19), and a payout to another phone is how a stolen session would take money away.
 */

import { type E164, parseMobile } from "../../../shared/compliance/phone.ts";
import { ok } from "../../../shared/kernel/result.ts";
import { type PlayerScope, refuse, type ServiceContext, type ServiceResult } from "../context.ts";
import { ownIdentity } from "../identity/profile.ts";

/** The player's number; refuses UNAUTHORIZED without a profile and VALIDATION_FAILED when `typed` is another number. */
export async function ownPhone(ctx: ServiceContext, player: PlayerScope, typed: string | undefined): Promise<ServiceResult<E164>> {
  const identity = ownIdentity(ctx, player);
  if (!identity.ok) return identity;
  const profile = await identity.value.readProfile();
  if (!profile.ok) return refuse("UNAUTHORIZED");
  const own = profile.value.phoneNumber as E164;
  if (typed === undefined) return ok(own);
  const number = parseMobile(typed, player.actor.country);
  if (number === null) return refuse("VALIDATION_FAILED", { fields: { phone_number: "is not a mobile number" } });
  return number.e164 === own ? ok(own) : refuse("VALIDATION_FAILED", { fields: { phone_number: "is not your registered number" } });
}
