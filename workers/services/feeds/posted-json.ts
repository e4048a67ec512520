/** JSON of a body whose text was signed: parsed only after the signature was checked. */
import type * as z from "zod";
import { ok } from "../../../shared/kernel/result.ts";
import { refuse, type ServiceResult } from "../context.ts";

const FIELDS_MAX = 20;

export function parseJsonBody(body: string): ServiceResult<unknown> {
  try {
    return ok(JSON.parse(body) as unknown);
  } catch {
    return refuse("MALFORMED_JSON");
  }
}

/** VALIDATION_FAILED with the fields that are wrong, the first of them. */
export function refuseFields(error: z.ZodError): ServiceResult<never> {
  const issues = error.issues.slice(0, FIELDS_MAX);
  return refuse("VALIDATION_FAILED", {
    fields: Object.fromEntries(issues.map((issue) => [issue.path.join(".") || "body", issue.message])),
  });
}
