/**
 * The decision on an identity check, from what the authority answered and what the player registered. Whatever can't be read counts
 * as unproven: an unreadable date of birth goes to a person, never to "adult".
 */
import { assertNever } from "../kernel/invariant.ts";
import { isCalendarDay } from "../kernel/time.ts";
import { compareNames } from "./person-name.ts";

/** An authority's answer in our words; each provider's adapter maps its codes to these. */
export type AuthorityAnswer =
  | { readonly kind: "found"; readonly fullName: string | null; readonly dateOfBirth: string | null }
  | { readonly kind: "not_found" }
  | { readonly kind: "no_match" }
  | { readonly kind: "invalid_document" }
  /** The provider is still looking at it, or sees only a part of a match. */
  | { readonly kind: "undecided" };

export type VerificationReason =
  | "document_not_found"
  | "document_invalid"
  | "details_differ"
  | "name_differs"
  | "name_differs_in_part"
  | "name_unreadable"
  | "birth_date_differs"
  | "birth_date_unreadable"
  | "provider_undecided";

export type VerificationDecision =
  | { readonly status: "verified" }
  | { readonly status: "failed" | "review"; readonly reason: VerificationReason };

export interface RegisteredPerson {
  readonly fullName: string;
  /** `YYYY-MM-DD`. */
  readonly dateOfBirth: string;
}

/** Decides `verified`, `failed` (the player may correct the input) or `review` (a person has to look). */
export function decideVerification(answer: AuthorityAnswer, person: RegisteredPerson): VerificationDecision {
  switch (answer.kind) {
    case "found":
      return comparePerson(answer, person);
    case "not_found":
      return { status: "failed", reason: "document_not_found" };
    case "no_match":
      return { status: "failed", reason: "details_differ" };
    case "invalid_document":
      return { status: "failed", reason: "document_invalid" };
    case "undecided":
      return { status: "review", reason: "provider_undecided" };
    default:
      return assertNever(answer, "decideVerification");
  }
}

/** A sentence for the player and what to do next; it names no value from the register. */
export const VERIFICATION_SENTENCES: Readonly<Record<VerificationReason, string>> = {
  document_not_found: "The identity authority does not know this document number. Check the number and try again.",
  document_invalid: "The identity authority does not take this document number. Check the type and the number.",
  details_differ: "The document's details differ from your registration. Contact support to correct them.",
  name_differs: "The name on the document differs from your registration. Use your own document, or contact support.",
  name_differs_in_part: "The name on the document differs in part from your registration. Support looks at it now.",
  name_unreadable: "The identity authority gave no name for this document. Support looks at it now.",
  birth_date_differs: "The date of birth on the document differs from your registration. Contact support to correct it.",
  birth_date_unreadable: "The identity authority gave no date of birth for this document. Support looks at it now.",
  provider_undecided: "The identity check is not finished. Support looks at it now.",
};

function comparePerson(
  record: { readonly fullName: string | null; readonly dateOfBirth: string | null },
  person: RegisteredPerson,
): VerificationDecision {
  const dateOfBirth = record.dateOfBirth !== null && isCalendarDay(record.dateOfBirth) ? record.dateOfBirth : null;
  // What contradicts comes before what is missing: a stranger's document is never worth a person's look.
  const name = record.fullName === null ? null : compareNames(person.fullName, record.fullName);
  if (name === "none") return { status: "failed", reason: "name_differs" };
  if (dateOfBirth !== null && dateOfBirth !== person.dateOfBirth) return { status: "failed", reason: "birth_date_differs" };
  if (name === null) return { status: "review", reason: "name_unreadable" };
  if (name === "partial") return { status: "review", reason: "name_differs_in_part" };
  if (dateOfBirth === null) return { status: "review", reason: "birth_date_unreadable" };
  return { status: "verified" };
}
