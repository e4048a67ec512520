/**
 * Registration: who may register, and with what. The tenant is the country of the request, and the number must be one of it. Answers
 * before the phone is confirmed; nothing can be played until then.
 */
import { checkAge } from "../../../shared/compliance/age.ts";
import { type IdentityDocument, parseDocument } from "../../../shared/compliance/document.ts";
import { parsePersonName } from "../../../shared/compliance/person-name.ts";
import { ID_RANDOM_BYTES, makeId } from "../../../shared/kernel/ids.ts";
import { ok } from "../../../shared/kernel/result.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import type { Tenant } from "../../../shared/tenants/tenant.ts";
import { refuse, type ServiceContext, type ServiceResult } from "../context.ts";
import { identityError } from "./identity-refusal.ts";
import { readPhone } from "./read-phone.ts";

export interface Registration {
  readonly phone: string;
  readonly secret: string;
  readonly fullName: string;
  readonly dateOfBirth: string;
  readonly nationalId: string;
  readonly email: string | null;
  readonly kraPin: string | null;
}

/** Refuses VALIDATION_FAILED, UNDERAGE (`minimum_age`), PHONE_TAKEN, RATE_LIMIT_EXCEEDED (codes to the number). */
export async function register(ctx: ServiceContext, input: Registration): Promise<ServiceResult<{ readonly userId: string }>> {
  const phone = readPhone(ctx, input.phone);
  if (!phone.ok) return phone;
  const { number, identity } = phone.value;
  if (number.country !== ctx.country)
    return refuse("VALIDATION_FAILED", { fields: { phone_number: "is not a number of the country you register in" } });
  const person = readPerson(ctx, input, tenantOf(number.country));
  if (!person.ok) return person;
  const userId = makeId("usr", ctx.nowMs, crypto.getRandomValues(new Uint8Array(ID_RANDOM_BYTES)));
  const registered = await identity.register({
    userId,
    country: number.country,
    phoneNumber: number.e164,
    secret: input.secret,
    fullName: person.value.fullName,
    dateOfBirth: input.dateOfBirth,
    idType: person.value.document.idType,
    nationalId: person.value.document.idNumber,
    email: input.email?.toLowerCase() ?? null,
    kraPin: input.kraPin?.toUpperCase() ?? null,
  });
  return registered.ok ? ok({ userId: registered.value.userId }) : { ok: false, error: identityError(registered.error) };
}

function readPerson(
  ctx: ServiceContext,
  input: Registration,
  tenant: Tenant,
): ServiceResult<{ readonly fullName: string; readonly document: IdentityDocument }> {
  const fields: Record<string, string> = {};
  const fullName = parsePersonName(input.fullName);
  if (fullName === null) fields.full_name = "is not a name";
  const document = parseDocument(null, input.nationalId, tenant);
  if (!document.ok) fields.national_id = `is not a ${tenant.idTypes[0]?.idType ?? "document"}, e.g. ${tenant.idTypes[0]?.example ?? ""}`;
  const age = checkAge(input.dateOfBirth, tenant, ctx.nowMs);
  if (!age.ok && age.error.reason === "not_a_birth_date") fields.date_of_birth = "is not a date of birth YYYY-MM-DD";
  if (fullName === null || !document.ok || Object.keys(fields).length > 0) return refuse("VALIDATION_FAILED", { fields });
  if (!age.ok) return refuse("UNDERAGE", { minimum_age: tenant.minimumAgeYears });
  return ok({ fullName, document: document.value });
}
