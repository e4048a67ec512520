/**
 * From a session of an Identity object to what the client gets: the wallet is opened if it is not yet, then an access token is signed.
 *
 * Confirming a phone opens the session first and the wallet second. If the platform dies in between, the next log-in or refresh
 * finds the profile unmarked and opens the wallet then; opening is idempotent, so marking twice is harmless.
 */
import type { UserId } from "../../../shared/kernel/ids.ts";
import { ok } from "../../../shared/kernel/result.ts";
import type { TokensAnswer } from "../../../shared/protocol/http/identity.ts";
import type { IdentityRpc, SessionView } from "../../../shared/protocol/rpc/identity.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { walletOf } from "../../adapters/objects.ts";
import type { ServiceContext, ServiceResult } from "../context.ts";
import { walletError } from "../wallet-refusal.ts";
import { ACCESS_TOKEN_SECONDS, signAccessToken } from "./access-token.ts";
import { identityError } from "./identity-refusal.ts";

interface Owner {
  readonly userId: string;
  readonly country: Country;
}

/** Opens the wallet where that is still to do and makes the answer of a log-in. */
export async function tokensFor(
  ctx: ServiceContext,
  identity: IdentityRpc,
  objectId: string,
  session: SessionView,
): Promise<ServiceResult<TokensAnswer>> {
  const { profile } = session;
  if (!session.walletOpened) {
    const opened = await openWallet(ctx, identity, profile);
    if (!opened.ok) return opened;
  }
  const actor = {
    userId: profile.userId as UserId,
    country: profile.country,
    identityObjectId: objectId,
    sessionId: session.sessionId,
  };
  return ok({
    access_token: await signAccessToken(ctx.config, actor, ctx.nowMs),
    refresh_token: session.refreshToken,
    token_type: "Bearer",
    expires_in: ACCESS_TOKEN_SECONDS,
    user: { id: profile.userId, phone_number: profile.phoneNumber, full_name: profile.fullName, is_verified: profile.verified },
  });
}

/** Opens the player's wallet and notes it in the profile. Idempotent. */
export async function openWallet(ctx: ServiceContext, identity: IdentityRpc, owner: Owner): Promise<ServiceResult<null>> {
  const { userId, country } = owner;
  const wallet = walletOf(ctx.env, owner);
  const opened = await wallet.open({ key: `open:${userId}`, userId, country });
  if (!opened.ok) return { ok: false, error: walletError(opened.error) };
  const marked = await identity.markWalletOpened();
  return marked.ok ? ok(null) : { ok: false, error: identityError(marked.error) };
}
