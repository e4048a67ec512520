/**
 * Access tokens of operators: EdDSA JWTs of 15 minutes with audience `staff`, so that neither kind of token passes for the other.
 */
import { importJWK, type JWK, jwtVerify, SignJWT } from "jose";
import { STAFF_ROLES, type StaffRole, type StaffView } from "../../../shared/protocol/rpc/staff.ts";
import { isCountry } from "../../../shared/tenants/index.ts";
import type { Config } from "../../env.ts";

export const STAFF_TOKEN_SECONDS = 15 * 60;
const AUDIENCE = "staff";

interface Keys {
  readonly kid: string;
  readonly sign: CryptoKey;
  readonly verify: CryptoKey;
}

let keys: { readonly text: string; readonly value: Promise<Keys> } | null = null;

/** Importing a key costs more than using it, so an isolate does it once. */
function keysOf(config: Config): Promise<Keys> {
  if (keys?.text !== config.ACCESS_TOKEN_KEY) keys = { text: config.ACCESS_TOKEN_KEY, value: importKeys(config.ACCESS_TOKEN_KEY) };
  return keys.value;
}

async function importKeys(text: string): Promise<Keys> {
  const jwk = JSON.parse(text) as JWK;
  const { d: _private, ...open } = jwk;
  return { kid: jwk.kid ?? "", sign: (await importJWK(jwk, "EdDSA")) as CryptoKey, verify: (await importJWK(open, "EdDSA")) as CryptoKey };
}

/** Signs a token for an operator who just logged in. */
export async function signStaffToken(config: Config, staff: StaffView, nowMs: number): Promise<string> {
  const { kid, sign } = await keysOf(config);
  const nowSeconds = Math.floor(nowMs / 1_000);
  return new SignJWT({ role: staff.role, cty: staff.countries })
    .setProtectedHeader({ alg: "EdDSA", kid })
    .setSubject(staff.email)
    .setAudience(AUDIENCE)
    .setIssuedAt(nowSeconds)
    .setExpirationTime(nowSeconds + STAFF_TOKEN_SECONDS)
    .sign(sign);
}

/** Reads a token; null when it is forged, expired or not an operator's. */
export async function verifyStaffToken(config: Config, token: string, nowMs: number): Promise<StaffView | null> {
  const { verify } = await keysOf(config);
  try {
    const { payload } = await jwtVerify(token, verify, { audience: AUDIENCE, algorithms: ["EdDSA"], currentDate: new Date(nowMs) });
    const { sub, role, cty } = payload;
    if (sub === undefined || !isRole(role) || !Array.isArray(cty) || !cty.every(isCountry)) return null;
    return { email: sub, role, countries: cty };
  } catch {
    // jose says by exceptions what is wrong with a token; to us each is just not a token.
    return null;
  }
}

function isRole(value: unknown): value is StaffRole {
  return (STAFF_ROLES as readonly unknown[]).includes(value);
}
