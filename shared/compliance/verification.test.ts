import { expect, it } from "vitest";
import { type AuthorityAnswer, decideVerification } from "./verification.ts";

const person = { fullName: "Wanjiru Kamau", dateOfBirth: "1990-01-15" };
const found = (fullName: string | null, dateOfBirth: string | null): AuthorityAnswer => ({ kind: "found", fullName, dateOfBirth });

it("verifies only when name and date of birth both agree", () => {
  expect(decideVerification(found("KAMAU WANJIRU NJERI", "1990-01-15"), person)).toEqual({ status: "verified" });
});

it.each([
  [found("Peter Otieno", "1990-01-15"), "failed", "name_differs"],
  [found("Wanjiru Kamau", "1991-01-15"), "failed", "birth_date_differs"],
  [found("Peter Otieno", null), "failed", "name_differs"],
  [found(null, "1991-01-15"), "failed", "birth_date_differs"],
  [found("Wanjiru Otieno", "1990-01-15"), "review", "name_differs_in_part"],
  [found("Wanjiru Kamau", null), "review", "birth_date_unreadable"],
  [found("Wanjiru Kamau", "NaN-NaN-NaN"), "review", "birth_date_unreadable"],
  [found(null, "1990-01-15"), "review", "name_unreadable"],
  [{ kind: "not_found" }, "failed", "document_not_found"],
  [{ kind: "no_match" }, "failed", "details_differ"],
  [{ kind: "invalid_document" }, "failed", "document_invalid"],
  [{ kind: "undecided" }, "review", "provider_undecided"],
] as const)("case %#: %o is %s for %s", (answer, status, reason) => {
  expect(decideVerification(answer, person)).toEqual({ status, reason });
});
