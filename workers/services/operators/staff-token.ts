/**
 * Access tokens of operators: EdDSA JWTs of 15 minutes with an audience and a type of their own, so that neither kind of token passes
 * for the other.
 */
import { jwtVerify, SignJWT } from "jose";
import { STAFF_ROLES, type StaffRole, type StaffView } from "../../../shared/protocol/rpc/staff.ts";
import { isCountry } from "../../../shared/tenants/index.ts";
import type { Config } from "../../env.ts";
import { signingKeyOf, TOKEN_ALGORITHM, TOKEN_ISSUER } from "../signing-key.ts";

export const STAFF_TOKEN_SECONDS = 15 * 60;
const AUDIENCE = "staff";
const TYPE = "staff+jwt";

/** Signs a token for an operator who just logged in. */
export async function signStaffToken(config: Config, staff: StaffView, nowMs: number): Promise<string> {
  const { kid, signing } = await signingKeyOf(config);
  const nowSeconds = Math.floor(nowMs / 1_000);
  return new SignJWT({ role: staff.role, cty: staff.countries })
    .setProtectedHeader({ alg: TOKEN_ALGORITHM, kid, typ: TYPE })
    .setIssuer(TOKEN_ISSUER)
    .setSubject(staff.email)
    .setAudience(AUDIENCE)
    .setIssuedAt(nowSeconds)
    .setExpirationTime(nowSeconds + STAFF_TOKEN_SECONDS)
    .sign(signing);
}

/** Reads a token; null when it is forged, expired or not an operator's. */
export async function verifyStaffToken(config: Config, token: string, nowMs: number): Promise<StaffView | null> {
  const { checking } = await signingKeyOf(config);
  try {
    const { payload } = await jwtVerify(token, checking, {
      algorithms: [TOKEN_ALGORITHM],
      issuer: TOKEN_ISSUER,
      audience: AUDIENCE,
      typ: TYPE,
      currentDate: new Date(nowMs),
      requiredClaims: ["sub", "exp", "role", "cty"],
    });
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
