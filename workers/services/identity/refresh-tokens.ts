/** Exchanging a refresh token, and ending its session. The token itself names the Identity object that knows it. */
import { ok } from "../../../shared/kernel/result.ts";
import type { TokensAnswer } from "../../../shared/protocol/http/identity.ts";
import { refuse, type ServiceContext, type ServiceResult } from "../context.ts";
import { identityById } from "./identity-object.ts";
import { identityError } from "./identity-refusal.ts";
import { tokensFor } from "./session.ts";

/** `<object id>.<secret>`: 64 hex characters and 32 bytes. */
const REFRESH_TOKEN = /^([0-9a-f]{64})\.[\w-]{43}$/;

/**
 * Idempotent by the client's key for some minutes. Refuses REFRESH_TOKEN_INVALID; a token used before has then ended its session for
 * everyone who holds one.
 */
export async function refreshTokens(
  ctx: ServiceContext,
  input: { readonly refreshToken: string; readonly key: string | null },
): Promise<ServiceResult<TokensAnswer>> {
  const objectId = REFRESH_TOKEN.exec(input.refreshToken)?.[1];
  const identity = objectId === undefined ? null : identityById(ctx.env, objectId);
  if (objectId === undefined || identity === null) return refuse("REFRESH_TOKEN_INVALID");
  const session = await identity.refresh(input);
  if (!session.ok) return { ok: false, error: identityError(session.error) };
  return tokensFor(ctx, identity, objectId, session.value);
}

/** Ends the token's session. Never refuses: an unknown token has no session, which is what was asked for. */
export async function logOut(ctx: ServiceContext, input: { readonly refreshToken: string }): Promise<ServiceResult<null>> {
  const objectId = REFRESH_TOKEN.exec(input.refreshToken)?.[1];
  const identity = objectId === undefined ? null : identityById(ctx.env, objectId);
  await identity?.logOut({ refreshToken: input.refreshToken });
  return ok(null);
}
