/** Confirms a phone number by the code from the SMS, opens the wallet and logs the player in; and asks for a new code. */
import { ok } from "../../../shared/kernel/result.ts";
import type { TokensAnswer } from "../../../shared/protocol/http/identity.ts";
import type { ServiceContext, ServiceResult } from "../context.ts";
import { identityError } from "./identity-refusal.ts";
import { readPhone } from "./read-phone.ts";
import { tokensFor } from "./session.ts";

/** Refuses VALIDATION_FAILED (also without `userId` for a number registered twice), CODE_INVALID (`attempts_left`), CODE_EXPIRED. */
export async function verifyPhone(
  ctx: ServiceContext,
  input: { readonly phone: string; readonly code: string; readonly userId: string | null },
): Promise<ServiceResult<TokensAnswer>> {
  const phone = readPhone(ctx, input.phone);
  if (!phone.ok) return phone;
  const { identity, objectId } = phone.value;
  const session = await identity.verifyPhone({ code: input.code, userId: input.userId });
  if (!session.ok) return { ok: false, error: identityError(session.error) };
  return tokensFor(ctx, identity, objectId, session.value);
}

/** Sends a new code if the number waits for one; the answer is the same if it does not. Refuses RATE_LIMIT_EXCEEDED. */
export async function resendCode(ctx: ServiceContext, input: { readonly phone: string }): Promise<ServiceResult<null>> {
  const phone = readPhone(ctx, input.phone);
  if (!phone.ok) return phone;
  const sent = await phone.value.identity.resendCode();
  return sent.ok ? ok(null) : { ok: false, error: identityError(sent.error) };
}
