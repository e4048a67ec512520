/** Reads the phone number of a body, in the requester's country, and finds the Identity object that it names. */
import { type MobileNumber, parseMobile } from "../../../shared/compliance/phone.ts";
import { ok } from "../../../shared/kernel/result.ts";
import type { IdentityRpc } from "../../../shared/protocol/rpc/identity.ts";
import { refuse, type ServiceContext, type ServiceResult } from "../context.ts";
import { identityName, identityObjectId, identityOf } from "./identity-object.ts";

export interface PhoneOwner {
  readonly number: MobileNumber;
  readonly objectId: string;
  readonly identity: IdentityRpc;
}

/** Refuses VALIDATION_FAILED for what is no mobile number of a tenant, GEO_BLOCKED when the request comes from none. */
export function readPhone(ctx: ServiceContext, text: string): ServiceResult<PhoneOwner> {
  if (ctx.country === null) return refuse("GEO_BLOCKED");
  const number = parseMobile(text, ctx.country);
  if (number === null) return refuse("VALIDATION_FAILED", { fields: { phone_number: "is not a mobile number of our countries" } });
  const name = identityName(number.country, number.e164);
  return ok({ number, objectId: identityObjectId(ctx.env, name), identity: identityOf(ctx.env, name) });
}
