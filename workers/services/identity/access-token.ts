/**
 * Access tokens of players: EdDSA JWTs of 15 minutes, signed by the platform's one key.
 *
 * A token says who and which session, never the phone number: `iid` is the id of the player's Identity object. A log-out ends the
 * session's refresh tokens; an access token lives out its minutes, which is why there are so few of them.
 */
import { type JWTPayload, jwtVerify, SignJWT } from "jose";
import { isId, type UserId } from "../../../shared/kernel/ids.ts";
import { SECOND_MS, type UnixMs } from "../../../shared/kernel/time.ts";
import { isCountry } from "../../../shared/tenants/index.ts";
import type { Config } from "../../env.ts";
import type { Actor } from "../context.ts";
import { anchorKeysOf, type PublicJwk, type SigningKey, signingKeyOf, TOKEN_ALGORITHM, TOKEN_ISSUER } from "../signing-key.ts";

export const ACCESS_TOKEN_SECONDS = 900;
const AUDIENCE = "player";
const TYPE = "at+jwt";
/** A request's token is usually one of the last few thousand; each takes about a kilobyte. */
const VERIFIED_TOKENS_MAX = 5_000;
/** Ours have about 500 characters: a longer text is not worth a signature check. */
const TOKEN_CHARS_MAX = 2_000;

/** A cache of this isolate; losing it costs one check a token. What another key signed is not known here. */
const verified = new Map<string, { readonly actor: Actor; readonly expiresAtMs: number; readonly keySource: string }>();

/** Signs a token for `actor`, good for `ACCESS_TOKEN_SECONDS`. */
export async function signAccessToken(config: Config, actor: Actor, nowMs: UnixMs): Promise<string> {
  const { kid, signing } = await signingKeyOf(config);
  const issuedAt = Math.floor(nowMs / SECOND_MS);
  return new SignJWT({ cty: actor.country, iid: actor.identityObjectId, sid: actor.sessionId })
    .setProtectedHeader({ alg: TOKEN_ALGORITHM, kid, typ: TYPE })
    .setIssuer(TOKEN_ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(actor.userId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + ACCESS_TOKEN_SECONDS)
    .sign(signing);
}

/** Reads a token; null when it is forged, expired, malformed or made for something else. On the path of every request. */
export async function verifyAccessToken(config: Config, token: string, nowMs: UnixMs): Promise<Actor | null> {
  const known = verified.get(token);
  if (known?.keySource === config.ACCESS_TOKEN_KEY) return known.expiresAtMs > nowMs ? known.actor : null;
  if (token.length > TOKEN_CHARS_MAX) return null;
  const payload = await checkedPayload(await signingKeyOf(config), token, nowMs);
  const actor = payload === null ? null : actorIn(payload);
  if (payload === null || actor === null) return null;
  if (verified.size >= VERIFIED_TOKENS_MAX) forgetOldest();
  verified.set(token, { actor, expiresAtMs: (payload.exp ?? 0) * SECOND_MS, keySource: config.ACCESS_TOKEN_KEY });
  return actor;
}

/** The key set that anyone may check tokens and anchors with; the header's `kid` says which. */
export async function publicKeys(config: Config): Promise<readonly PublicJwk[]> {
  const [{ publicJwk }, anchorKeys] = await Promise.all([signingKeyOf(config), anchorKeysOf(config)]);
  return [publicJwk, ...anchorKeys];
}

async function checkedPayload(key: SigningKey, token: string, nowMs: UnixMs): Promise<JWTPayload | null> {
  try {
    const { payload } = await jwtVerify(token, key.checking, {
      algorithms: [TOKEN_ALGORITHM],
      issuer: TOKEN_ISSUER,
      audience: AUDIENCE,
      typ: TYPE,
      currentDate: new Date(nowMs),
      requiredClaims: ["sub", "exp", "cty", "iid", "sid"],
    });
    return payload;
  } catch {
    // Every way in which a token can be wrong is one answer: there is nothing to tell a forger.
    return null;
  }
}

function actorIn({ sub, cty, iid, sid }: JWTPayload): Actor | null {
  if (sub === undefined || !isId("usr", sub) || !isCountry(cty) || typeof iid !== "string" || typeof sid !== "string") return null;
  return { userId: sub as UserId, country: cty, identityObjectId: iid, sessionId: sid };
}

/** A map keeps the order of insertion, so the first quarter of it is the oldest. */
function forgetOldest(): void {
  let left = VERIFIED_TOKENS_MAX / 4;
  for (const token of verified.keys()) {
    verified.delete(token);
    left -= 1;
    if (left <= 0) return;
  }
}
