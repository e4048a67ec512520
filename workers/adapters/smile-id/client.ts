/**
 * The Smile ID client: Enhanced KYC (V1, synchronous) and the status of a job. One code for production, the provider's sandbox and our
 * simulator; only the base URL differs.
 *
 * The provider answers booleans as text and absent data as "Not Available" or "NaN-NaN-NaN": nothing is believed that can't be read.
 * A call that got no answer says so and nothing else: the provider may have done and billed it.
 */
import * as z from "zod";
import { splitName } from "../../../shared/compliance/person-name.ts";
import type { AuthorityAnswer } from "../../../shared/compliance/verification.ts";
import { isCalendarDay } from "../../../shared/kernel/time.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import type { Config } from "../../env.ts";
import { meaningOf } from "./result-codes.ts";
import { smileSignature } from "./signature.ts";

export interface CheckRequest {
  readonly jobId: string;
  readonly userId: string;
  readonly country: Country;
  readonly idType: string;
  readonly idNumber: string;
  readonly fullName: string;
  readonly dateOfBirth: string;
  readonly phoneNumber: string;
}

export type CheckOutcome =
  | {
      readonly kind: "answered";
      readonly answer: AuthorityAnswer;
      readonly resultCode: string;
      readonly resultText: string;
      readonly providerJobId: string | null;
    }
  /** The provider answered that it can't say now; the job is over. */
  | { readonly kind: "unavailable" | "misconfigured"; readonly resultCode: string }
  /** Time-out, network or a broken answer, or the job runs still: whether there is a result is not known. */
  | { readonly kind: "unknown"; readonly problem: string }
  /** The provider never heard of the job (only from `askJob`). */
  | { readonly kind: "no_such_job" };

/** A register's answer usually takes seconds; a browser would wait no longer. */
const CALL_TIMEOUT_MS = 12_000;
/** The answer may carry a photo. */
const ANSWER_CHARS_MAX = 2_000_000;
/** Enhanced KYC. */
const JOB_TYPE = 5;
const ABSENT = new Set(["", "Not Available", "NaN-NaN-NaN", "null", "undefined"]);
const JOB_UNKNOWN_CODE = "2304";

const text = z.union([z.string(), z.number()]).transform(String);
const resultSchema = z.object({
  ResultCode: text,
  ResultText: z.string().catch(""),
  IsFinalResult: z.union([z.string(), z.boolean()]).transform(String).catch("true"),
  SmileJobID: text.nullable().catch(null),
  FullName: z.string().nullable().catch(null),
  DOB: z.string().nullable().catch(null),
  PartnerParams: z.object({ job_id: z.string() }),
});
type ResultBody = z.infer<typeof resultSchema>;
const errorSchema = z.object({ code: text });
const statusSchema = z.object({
  code: text,
  job_complete: z.union([z.boolean(), z.string()]).transform((value) => String(value) === "true"),
  result: z.unknown().optional(),
  history: z.array(z.unknown()).catch([]),
});

/** Asks the country's register about a document. Not idempotent: each call is billed; ask `askJob` after an unknown outcome. */
export async function checkDocument(config: Config, request: CheckRequest, nowMs: number): Promise<CheckOutcome> {
  const { first, middle, last } = splitName(request.fullName);
  const answer = await post(config, "/v1/id_verification", {
    source_sdk: "rest_api",
    source_sdk_version: "1.0.0",
    ...signed(config, nowMs),
    partner_params: { user_id: request.userId, job_id: request.jobId, job_type: JOB_TYPE },
    country: request.country,
    id_type: request.idType,
    id_number: request.idNumber,
    first_name: first,
    middle_name: middle,
    last_name: last,
    dob: request.dateOfBirth,
    phone_number: request.phoneNumber.replace("+", ""),
  });
  if (answer.problem !== null) return { kind: "unknown", problem: answer.problem };
  const result = resultSchema.safeParse(answer.body);
  if (result.success) return readResult(result.data, request.jobId);
  return readError(answer.body, answer.status);
}

/** Asks what became of a job whose answer was lost. */
export async function askJob(
  config: Config,
  job: { readonly jobId: string; readonly userId: string },
  nowMs: number,
): Promise<CheckOutcome> {
  const answer = await post(config, "/v1/job_status", {
    ...signed(config, nowMs),
    user_id: job.userId,
    job_id: job.jobId,
    history: true,
    image_links: false,
  });
  if (answer.problem !== null) return { kind: "unknown", problem: answer.problem };
  const status = statusSchema.safeParse(answer.body);
  if (!status.success) {
    const error = errorSchema.safeParse(answer.body);
    return error.success && error.data.code === JOB_UNKNOWN_CODE ? { kind: "no_such_job" } : readError(answer.body, answer.status);
  }
  if (!status.data.job_complete) return { kind: "unknown", problem: "job_running" };
  for (const candidate of [status.data.result, ...status.data.history]) {
    const result = resultSchema.safeParse(candidate);
    if (result.success && result.data.PartnerParams.job_id === job.jobId) return readResult(result.data, job.jobId);
  }
  return { kind: "unknown", problem: "job_without_result" };
}

function readResult(result: ResultBody, jobId: string): CheckOutcome {
  if (result.PartnerParams.job_id !== jobId) return { kind: "unknown", problem: "answer_of_another_job" };
  const meaning = result.IsFinalResult.toLowerCase() === "false" ? "undecided" : meaningOf(result.ResultCode);
  if (meaning === "unavailable" || meaning === "misconfigured") return { kind: meaning, resultCode: result.ResultCode };
  if (meaning === "submitted") return { kind: "unknown", problem: "job_submitted_before" };
  const answer: AuthorityAnswer =
    meaning === "found" ? { kind: "found", fullName: present(result.FullName), dateOfBirth: dayIn(result.DOB) } : { kind: meaning };
  return {
    kind: "answered",
    answer,
    resultCode: result.ResultCode,
    resultText: result.ResultText.slice(0, 200),
    providerJobId: result.SmileJobID,
  };
}

/** An answer that is no result: `{code, error}`, or anything. Only a code that we know ends the job. */
function readError(body: unknown, status: number): CheckOutcome {
  const error = errorSchema.safeParse(body);
  const meaning = error.success ? meaningOf(error.data.code) : null;
  if (error.success && (meaning === "unavailable" || meaning === "misconfigured")) return { kind: meaning, resultCode: error.data.code };
  if (error.success && meaning === "invalid_document")
    return { kind: "answered", answer: { kind: "invalid_document" }, resultCode: error.data.code, resultText: "", providerJobId: null };
  if (status === 401 || status === 403) return { kind: "misconfigured", resultCode: `http_${status}` };
  return { kind: "unknown", problem: `http_${status}` };
}

function present(value: string | null): string | null {
  const trimmed = value?.trim().replace(/\s+/g, " ") ?? "";
  return ABSENT.has(trimmed) ? null : trimmed;
}

/** `1990-01-31`, with or without a time after it. */
function dayIn(value: string | null): string | null {
  const day = /^(\d{4}-\d{2}-\d{2})(?:[T ].*)?$/.exec(value?.trim() ?? "")?.[1];
  return day !== undefined && isCalendarDay(day) ? day : null;
}

function signed(config: Config, nowMs: number): { readonly partner_id: string; readonly timestamp: string; readonly signature: string } {
  const timestamp = new Date(nowMs).toISOString();
  const partnerId = config.SMILE_ID_PARTNER_ID;
  return { partner_id: partnerId, timestamp, signature: smileSignature(config.SMILE_ID_API_KEY, partnerId, timestamp) };
}

type HttpAnswer = { readonly problem: string } | { readonly problem: null; readonly status: number; readonly body: unknown };

async function post(config: Config, path: string, body: unknown): Promise<HttpAnswer> {
  try {
    const response = await fetch(`${config.SMILE_ID_BASE_URL}${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    });
    const answer = await response.text();
    if (answer.length > ANSWER_CHARS_MAX) return { problem: "answer_too_large" };
    return { problem: null, status: response.status, body: JSON.parse(answer) };
  } catch (error) {
    if (error instanceof SyntaxError) return { problem: "answer_not_json" };
    const isTimeout = error instanceof Error && (error.name === "TimeoutError" || error.name === "AbortError");
    return { problem: isTimeout ? "timeout" : "network" };
  }
}
