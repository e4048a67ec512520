/** What Smile ID's result codes mean to us. A table, because the provider adds codes: one that is not here goes to a person. */
import type { AuthorityAnswer } from "../../../shared/compliance/verification.ts";

export type CodeMeaning =
  | AuthorityAnswer["kind"]
  /** Nobody's fault: the same question may be asked again later. */
  | "unavailable"
  /** The job exists already: its result has to be asked for. */
  | "submitted"
  /** Our account or our request is at fault; a person has to repair it. */
  | "misconfigured";

const MEANINGS: Readonly<Record<string, CodeMeaning>> = {
  "1012": "found",
  "1020": "found",
  "1021": "undecided",
  "1022": "no_match",
  "1013": "not_found",
  "1023": "not_found",
  "1014": "invalid_document",
  "0001": "invalid_document",
  "1015": "unavailable",
  "2201": "unavailable",
  "2301": "unavailable",
  "2401": "unavailable",
  "2215": "submitted",
  "1016": "misconfigured",
  "2204": "misconfigured",
  "2205": "misconfigured",
  "2405": "misconfigured",
  "2213": "misconfigured",
  "2413": "misconfigured",
  "2220": "misconfigured",
};

export function meaningOf(code: string): CodeMeaning {
  return MEANINGS[code] ?? "undecided";
}
