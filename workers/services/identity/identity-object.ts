/** Identity objects and the names under which they are asked: by phone number before a log-in, by the token's object id after it. */
import type { E164 } from "../../../shared/compliance/phone.ts";
import type { IdentityRpc } from "../../../shared/protocol/rpc/identity.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import type { Env } from "../../env.ts";

/** The object's name: the country first, so that no name crosses tenants. */
export function identityName(country: Country, phoneNumber: E164): string {
  return `${country}:${phoneNumber}`;
}

export function identityOf(env: Env, name: string): IdentityRpc {
  return env.IDENTITY.getByName(name);
}

/** The object of an id taken from a token; null for a text that is no id of these objects. */
export function identityById(env: Env, objectId: string): IdentityRpc | null {
  try {
    return env.IDENTITY.get(env.IDENTITY.idFromString(objectId));
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

export function identityObjectId(env: Env, name: string): string {
  return env.IDENTITY.idFromName(name).toString();
}
