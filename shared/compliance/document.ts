/** Identity documents: which types a tenant takes, how a number is written, and how little of it is shown. */
import { err, ok, type Result } from "../kernel/result.ts";
import type { Tenant } from "../tenants/tenant.ts";

export interface IdentityDocument {
  readonly idType: string;
  readonly idNumber: string;
}

export type DocumentRefusal =
  | { readonly reason: "unknown_id_type"; readonly idTypes: readonly string[] }
  | { readonly reason: "malformed_id_number"; readonly example: string };

/** Checks a document of the tenant, its first type when none is named; the number comes back in capitals without spaces. */
export function parseDocument(idType: string | null, idNumber: string, tenant: Tenant): Result<IdentityDocument, DocumentRefusal> {
  const type = idType === null ? tenant.idTypes[0] : tenant.idTypes.find((known) => known.idType === idType.trim().toUpperCase());
  if (type === undefined) return err({ reason: "unknown_id_type", idTypes: tenant.idTypes.map((known) => known.idType) });
  const number = idNumber.replace(/\s+/g, "").toUpperCase();
  if (!new RegExp(type.pattern).test(number)) return err({ reason: "malformed_id_number", example: type.example });
  return ok({ idType: type.idType, idNumber: number });
}

/** One text for one document, however it is punctuated or zero-padded: what uniqueness is taken over. */
export function documentKey(document: IdentityDocument): string {
  return `${document.idType}:${document.idNumber.replace(/[^A-Z0-9]/g, "").replace(/^0+(?=.)/, "")}`;
}

/** Hides all but the last four characters, and at least half of a short number. */
export function maskNumber(idNumber: string): string {
  const shown = Math.min(4, Math.floor(idNumber.length / 2));
  return "*".repeat(idNumber.length - shown) + idNumber.slice(idNumber.length - shown);
}
