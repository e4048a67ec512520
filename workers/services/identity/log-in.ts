/** Log-in by phone number and password or PIN. An unknown number takes the same path, time and answer as a wrong password. */
import type { TokensAnswer } from "../../../shared/protocol/http/identity.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import type { ServiceContext, ServiceResult } from "../context.ts";
import { identityError } from "./identity-refusal.ts";
import { readPhone } from "./read-phone.ts";
import { tokensFor } from "./session.ts";

/** Refuses VALIDATION_FAILED, RATE_LIMIT_EXCEEDED, ACCOUNT_LOCKED (`until`), INVALID_CREDENTIALS, PHONE_NOT_VERIFIED (`user_id`). */
export async function logIn(
  ctx: ServiceContext,
  input: { readonly phone: string; readonly secret: string },
): Promise<ServiceResult<TokensAnswer>> {
  const phone = readPhone(ctx, input.phone);
  if (!phone.ok) return phone;
  const { identity, objectId, number } = phone.value;
  const limitsOff = ctx.config.RATE_LIMITS === "off" && ctx.config.ENVIRONMENT === "development";
  const attemptsPerMinute = limitsOff ? null : tenantOf(number.country).requestLimits.loginsPerMinute;
  const session = await identity.logIn({ secret: input.secret, attemptsPerMinute });
  if (!session.ok) return { ok: false, error: identityError(session.error) };
  return tokensFor(ctx, identity, objectId, session.value);
}
