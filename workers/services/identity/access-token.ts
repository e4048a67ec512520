/**
 * Access tokens: EdDSA JWTs of 15 minutes, signed by the platform's one key (it has a `kid`, so that a change of keys is seen).
 *
 * A token says who and which session, never the phone number: `iid` is the id of the player's Identity object. A log-out ends the
 * session's refresh tokens; an access token lives out its minutes, which is why there are so few of them.
 */
import { importJWK, type JWTPayload, jwtVerify, SignJWT } from "jose";
import * as z from "zod";
import { isId, type UserId } from "../../../shared/kernel/ids.ts";
import { invariant } from "../../../shared/kernel/invariant.ts";
import { SECOND_MS, type UnixMs } from "../../../shared/kernel/time.ts";
import { isCountry } from "../../../shared/tenants/index.ts";
import type { Config } from "../../env.ts";
import type { Actor } from "../context.ts";

export const ACCESS_TOKEN_SECONDS = 900;
const ALGORITHM = "EdDSA";
const ISSUER = "mkeka";
const AUDIENCE = "player";
/** A request's token is usually one of the last few thousand; each takes about a kilobyte. */
const VERIFIED_TOKENS_MAX = 5_000;
/** Ours have about 500 characters: a longer text is not worth a signature check. */
const TOKEN_CHARS_MAX = 2_000;

const keySchema = z.object({ kty: z.literal("OKP"), crv: z.literal("Ed25519"), x: z.string(), d: z.string(), kid: z.string() });

type Key = Awaited<ReturnType<typeof importJWK>>;
interface Keys {
  readonly kid: string;
  readonly publicJwk: PublicJwk;
  readonly signing: Key;
  readonly checking: Key;
}
export interface PublicJwk {
  readonly kty: "OKP";
  readonly crv: "Ed25519";
  readonly x: string;
  readonly kid: string;
  readonly alg: "EdDSA";
  readonly use: "sig";
}

/** Caches of this isolate; losing them costs one import and one check a token. */
let imported: Promise<Keys> | null = null;
let importedFrom = "";
const verified = new Map<string, { readonly actor: Actor; readonly expiresAtMs: number }>();

/** Signs a token for `actor`, good for `ACCESS_TOKEN_SECONDS`. */
export async function signAccessToken(config: Config, actor: Actor, nowMs: UnixMs): Promise<string> {
  const keys = await keysOf(config);
  const issuedAt = Math.floor(nowMs / SECOND_MS);
  return new SignJWT({ cty: actor.country, iid: actor.identityObjectId, sid: actor.sessionId })
    .setProtectedHeader({ alg: ALGORITHM, kid: keys.kid, typ: "at+jwt" })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(actor.userId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + ACCESS_TOKEN_SECONDS)
    .sign(keys.signing);
}

/** Reads a token; null when it is forged, expired, malformed or made for something else. On the path of every request. */
export async function verifyAccessToken(config: Config, token: string, nowMs: UnixMs): Promise<Actor | null> {
  const known = verified.get(token);
  if (known !== undefined) return known.expiresAtMs > nowMs && importedFrom === config.ACCESS_TOKEN_KEY ? known.actor : null;
  if (token.length > TOKEN_CHARS_MAX) return null;
  const keys = await keysOf(config);
  const payload = await checkedPayload(keys, token, nowMs);
  const actor = payload === null ? null : actorIn(payload);
  if (payload === null || actor === null) return null;
  if (verified.size >= VERIFIED_TOKENS_MAX) forgetOldest();
  verified.set(token, { actor, expiresAtMs: (payload.exp ?? 0) * SECOND_MS });
  return actor;
}

/** The key set that anyone may check tokens with. */
export async function publicKeys(config: Config): Promise<readonly PublicJwk[]> {
  return [(await keysOf(config)).publicJwk];
}

async function checkedPayload(keys: Keys, token: string, nowMs: UnixMs): Promise<JWTPayload | null> {
  try {
    const { payload } = await jwtVerify(token, keys.checking, {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: AUDIENCE,
      typ: "at+jwt",
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

function keysOf(config: Config): Promise<Keys> {
  if (imported !== null && importedFrom === config.ACCESS_TOKEN_KEY) return imported;
  verified.clear();
  importedFrom = config.ACCESS_TOKEN_KEY;
  imported = importKeys(config.ACCESS_TOKEN_KEY);
  return imported;
}

async function importKeys(source: string): Promise<Keys> {
  const parsed = keySchema.safeParse(JSON.parse(source));
  invariant(parsed.success, "ACCESS_TOKEN_KEY is no Ed25519 private JWK with a kid");
  const { d, ...publicPart } = parsed.data;
  const publicJwk: PublicJwk = { ...publicPart, alg: ALGORITHM, use: "sig" };
  const signing = await importJWK({ ...publicPart, d, alg: ALGORITHM });
  return { kid: publicPart.kid, publicJwk, signing, checking: await importJWK({ ...publicJwk }) };
}
