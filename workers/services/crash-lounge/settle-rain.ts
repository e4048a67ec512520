/**
 * What a drawn rain asks of the outside: a free bet in each wallet that has a share, and at its end the part of the budget that was given.
 * The budget was counted whole when the rain started, so a share is never more than what is there.
 */
import { sha256Bytes } from "../../../durable-objects/platform/hash.ts";
import { canonical } from "../../../shared/kernel/canonical.ts";
import { idFromDigest } from "../../../shared/kernel/ids.ts";
import type { RainEndRow, RainShareRow } from "../../../shared/protocol/queue/lounge-rows.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { resizeGrant } from "../../adapters/d1/promotion-budgets.ts";
import { walletOf } from "../../adapters/objects.ts";
import { databaseOf, type Env } from "../../env.ts";

/** Gives a drawn player the free bet; says `granted`, or why the wallet refused it. Idempotent by rain and player. */
export async function giveRainShare(env: Env, country: Country, share: RainShareRow): Promise<string> {
  const { rainId, userId, campaignId, amountMinor, terms, days } = share;
  const freeBetId = idFromDigest("fbt", sha256Bytes(canonical([rainId, userId])));
  const command = { key: `rain:${rainId}`, freeBetId, campaignId, amountMinor, terms, days, reason: `rain ${rainId}` };
  const granted = await walletOf(env, { country, userId }).grantFreeBet(command);
  // A wallet that has forgotten the key still has the token: there is no other that this key could have made.
  return granted.ok || granted.error.reason === "idempotency_key_reused" ? "granted" : granted.error.reason;
}

/** Leaves in the campaign's budget what the rain did not give. Idempotent. */
export async function endRain(env: Env, country: Country, { rainId, grantedMinor }: RainEndRow): Promise<void> {
  await resizeGrant(databaseOf(env, country), rainId, grantedMinor);
}
