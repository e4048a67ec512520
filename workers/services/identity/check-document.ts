/**
 * One check of a document at the register: the job's row first, then the call, then its result.
 *
 * A call without an answer leaves its job open, and the next try asks what became of it before it makes (and pays for) another one.
 */

import { log } from "../../../durable-objects/platform/log.ts";
import { type IdentityDocument, maskNumber } from "../../../shared/compliance/document.ts";
import { type AuthorityAnswer, decideVerification, type VerificationDecision } from "../../../shared/compliance/verification.ts";
import { ID_RANDOM_BYTES, makeId } from "../../../shared/kernel/ids.ts";
import { ok } from "../../../shared/kernel/result.ts";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "../../../shared/kernel/time.ts";
import type { PersonToVerify } from "../../../shared/protocol/rpc/identity.ts";
import { addJob, type CheckEnd, type CheckJob, type DocumentHash, finishJob, openJob } from "../../adapters/d1/identity-checks.ts";
import { askJob, type CheckOutcome, checkDocument } from "../../adapters/smile-id/client.ts";
import { databaseOf } from "../../env.ts";
import { refuse, type ServiceContext, type ServiceResult } from "../context.ts";

export interface CheckedDocument {
  readonly jobId: string;
  readonly decision: VerificationDecision;
  readonly resultCode: string;
  readonly providerJobId: string | null;
}

/** Each check costs money; nobody needs more tries to type a number. */
const CHECKS_PER_DAY = 10;
/** After this long a lost answer is not looked for any more. */
const ANSWER_LOST_AFTER_MS = 15 * MINUTE_MS;

/**
 * Finds out about the document and decides. The job stays open when `verified`: it ends once everything that follows is done.
 * Refuses RATE_LIMIT_EXCEEDED, VERIFICATION_UNAVAILABLE.
 */
export async function decideDocument(
  ctx: ServiceContext,
  person: PersonToVerify,
  document: IdentityDocument,
  hash: DocumentHash,
): Promise<ServiceResult<CheckedDocument>> {
  const database = databaseOf(ctx.env, person.country);
  const earlier = await openJob(database, person.userId, hash, ctx.nowMs - ANSWER_LOST_AFTER_MS);
  if (earlier !== null) {
    const outcome = await askJob(ctx.config, earlier, ctx.nowMs);
    if (outcome.kind !== "no_such_job") return conclude(ctx, person, earlier.jobId, outcome);
    await finishJob(database, earlier.jobId, end(ctx, "void", "never_reached_the_provider", null));
  }
  const job = newJob(ctx, person, document, hash);
  if (!(await addJob(database, job, { max: CHECKS_PER_DAY, sinceMs: ctx.nowMs - DAY_MS })))
    return {
      ok: false,
      error: { code: "RATE_LIMIT_EXCEEDED", details: { retry_after: DAY_MS / SECOND_MS }, retryAfterSeconds: DAY_MS / SECOND_MS },
    };
  const { jobId } = job;
  const outcome = await checkDocument(ctx.config, { jobId, ...person, ...document }, ctx.nowMs);
  return conclude(ctx, person, jobId, outcome);
}

/** Ends a job whose decision has taken effect. */
export async function endJob(
  ctx: ServiceContext,
  person: PersonToVerify,
  checked: CheckedDocument,
  status: "verified" | "failed" | "review",
  reason: string | null,
): Promise<void> {
  const result = end(ctx, status, reason, checked.resultCode, checked.providerJobId);
  await finishJob(databaseOf(ctx.env, person.country), checked.jobId, result);
}

async function conclude(
  ctx: ServiceContext,
  person: PersonToVerify,
  jobId: string,
  outcome: CheckOutcome,
): Promise<ServiceResult<CheckedDocument>> {
  switch (outcome.kind) {
    case "answered": {
      const { resultCode, providerJobId } = outcome;
      return ok({ jobId, decision: decide(outcome.answer, person), resultCode, providerJobId });
    }
    case "unavailable":
    case "misconfigured": {
      if (outcome.kind === "misconfigured") log("error", "identity_check_misconfigured", { jobId, resultCode: outcome.resultCode });
      await finishJob(databaseOf(ctx.env, person.country), jobId, end(ctx, "unavailable", outcome.kind, outcome.resultCode));
      return refuse("VERIFICATION_UNAVAILABLE");
    }
    case "unknown":
    case "no_such_job":
      log("warn", "identity_check_without_answer", { jobId, problem: outcome.kind === "unknown" ? outcome.problem : outcome.kind });
      return refuse("VERIFICATION_UNAVAILABLE");
  }
}

function decide(answer: AuthorityAnswer, { fullName, dateOfBirth }: PersonToVerify): VerificationDecision {
  return decideVerification(answer, { fullName, dateOfBirth });
}

function newJob(
  ctx: ServiceContext,
  person: PersonToVerify,
  document: IdentityDocument,
  hash: DocumentHash,
): Omit<CheckJob, keyof Omit<CheckEnd, "status">> {
  return {
    jobId: makeId("kyc", ctx.nowMs, crypto.getRandomValues(new Uint8Array(ID_RANDOM_BYTES))),
    userId: person.userId,
    ...hash,
    numberMasked: maskNumber(document.idNumber),
    status: "open",
    startedAtMs: ctx.nowMs,
  };
}

function end(
  ctx: ServiceContext,
  status: CheckEnd["status"],
  reason: string | null,
  resultCode: string | null,
  providerJobId: string | null = null,
): CheckEnd {
  return { status, reason, resultCode, providerJobId, finishedAtMs: ctx.nowMs };
}
