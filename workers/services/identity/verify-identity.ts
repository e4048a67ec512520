/**
 * Verification of the player's identity by a document: no deposit and no bet comes before it where the tenant's law says so.
 *
 * A proven document belongs to one account: it is claimed first (one row, one owner), then the wallet learns of it, then the profile,
 * which is the mark that all is done. Whatever dies in between, the next try finds the claim and finishes without another check.
 */
import { hmacSha256Hex } from "../../../durable-objects/platform/hash.ts";
import { documentKey, type IdentityDocument, maskNumber, parseDocument } from "../../../shared/compliance/document.ts";
import { VERIFICATION_SENTENCES } from "../../../shared/compliance/verification.ts";
import { ok } from "../../../shared/kernel/result.ts";
import type { VerifyIdentityAnswer } from "../../../shared/protocol/http/identity.ts";
import type { IdentityRpc, PersonToVerify } from "../../../shared/protocol/rpc/identity.ts";
import type { Tenant } from "../../../shared/tenants/tenant.ts";
import { claimDocument, type DocumentHash, readClaim } from "../../adapters/d1/identity-checks.ts";
import { walletOf } from "../../adapters/objects.ts";
import { databaseOf } from "../../env.ts";
import { refuse, requirePlayer, type ServiceContext, type ServiceResult } from "../context.ts";
import { walletError } from "../wallet-refusal.ts";
import { decideDocument, endJob } from "./check-document.ts";
import { identityError } from "./identity-refusal.ts";
import { ownIdentity } from "./profile.ts";
import { openWallet } from "./session.ts";

export interface VerificationRequest {
  /** When given, it must be the player's own. */
  readonly userId: string | null;
  /** Both left out: the document of the registration. */
  readonly idType: string | null;
  readonly idNumber: string | null;
}

/**
 * Checks the document and marks the player verified when it proves the registration. Refuses UNAUTHORIZED, NOT_FOUND (another user's
 * id), VALIDATION_FAILED, NATIONAL_ID_TAKEN, RATE_LIMIT_EXCEEDED, VERIFICATION_UNAVAILABLE; a document that proves nothing is an
 * answer with a sentence, not a refusal.
 */
export async function verifyIdentity(ctx: ServiceContext, request: VerificationRequest): Promise<ServiceResult<VerifyIdentityAnswer>> {
  const player = requirePlayer(ctx);
  if (!player.ok) return player;
  if (request.userId !== null && request.userId !== player.value.actor.userId) return refuse("NOT_FOUND");
  const identity = ownIdentity(ctx, player.value);
  if (!identity.ok) return identity;
  const read = await identity.value.personToVerify();
  if (!read.ok) return { ok: false, error: identityError(read.error) };
  const person = read.value;
  if (person.verified !== null) return ok(answer(person, person.verified.idType, person.verified.idNumberMasked, "verified"));

  const document = readDocument(request, person, player.value.tenant);
  if (!document.ok) return document;
  const hash = hashOf(ctx, person, document.value);
  const claim = await readClaim(databaseOf(ctx.env, person.country), hash);
  if (claim !== null && claim.userId !== person.userId) return refuse("NATIONAL_ID_TAKEN");
  if (claim !== null) return markVerified(ctx, identity.value, person, document.value, claim.jobId);

  const checked = await decideDocument(ctx, person, document.value, hash);
  if (!checked.ok) return checked;
  const { decision, jobId } = checked.value;
  if (decision.status !== "verified") {
    await endJob(ctx, person, checked.value, decision.status, decision.reason);
    const masked = maskNumber(document.value.idNumber);
    return ok(answer(person, document.value.idType, masked, decision.status, VERIFICATION_SENTENCES[decision.reason]));
  }
  const mine = { userId: person.userId, jobId, claimedAtMs: ctx.nowMs };
  const owner = await claimDocument(databaseOf(ctx.env, person.country), hash, mine);
  if (owner?.userId !== person.userId) {
    await endJob(ctx, person, checked.value, "failed", "document_of_another_account");
    return refuse("NATIONAL_ID_TAKEN");
  }
  const marked = await markVerified(ctx, identity.value, person, document.value, owner.jobId);
  if (marked.ok) await endJob(ctx, person, checked.value, "verified", null);
  return marked;
}

/** The wallet first, the profile last. Idempotent. */
async function markVerified(
  ctx: ServiceContext,
  identity: IdentityRpc,
  person: PersonToVerify,
  document: IdentityDocument,
  jobId: string,
): Promise<ServiceResult<VerifyIdentityAnswer>> {
  if (!person.walletOpened) {
    const opened = await openWallet(ctx, identity, person);
    if (!opened.ok) return opened;
  }
  const wallet = walletOf(ctx.env, person);
  const allowed = await wallet.setVerified({ key: `kyc:${jobId}`, verified: true });
  if (!allowed.ok) return { ok: false, error: walletError(allowed.error) };
  const idNumberMasked = maskNumber(document.idNumber);
  const marked = await identity.markVerified({ jobId, idType: document.idType, idNumberMasked });
  if (!marked.ok) return { ok: false, error: identityError(marked.error) };
  return ok(answer(person, document.idType, idNumberMasked, "verified"));
}

function readDocument(request: VerificationRequest, person: PersonToVerify, tenant: Tenant): ServiceResult<IdentityDocument> {
  const isRegistered = request.idNumber === null && (request.idType === null || request.idType === person.idType);
  if (isRegistered) return ok({ idType: person.idType, idNumber: person.nationalId });
  if (request.idNumber === null) return refuse("VALIDATION_FAILED", { fields: { id_number: "is required" } });
  const document = parseDocument(request.idType, request.idNumber, tenant);
  if (document.ok) return document;
  const fields =
    document.error.reason === "unknown_id_type"
      ? { id_type: `is not one of ${document.error.idTypes.join(", ")}` }
      : { id_number: `is not such a number, e.g. ${document.error.example}` };
  return refuse("VALIDATION_FAILED", { fields });
}

/** Keyed, because a plain hash of eight digits is no secret. */
function hashOf(ctx: ServiceContext, person: PersonToVerify, document: IdentityDocument): DocumentHash {
  const numberHash = hmacSha256Hex(ctx.config.CREDENTIAL_PEPPER, `document:${person.country}:${documentKey(document)}`);
  return { country: person.country, idType: document.idType, numberHash };
}

/** Shows the player's own registration, never what the register holds. */
function answer(
  person: PersonToVerify,
  idType: string,
  idNumberMasked: string,
  status: VerifyIdentityAnswer["status"],
  sentence?: string,
): VerifyIdentityAnswer {
  return {
    verified: status === "verified",
    status,
    full_name: person.fullName,
    id_number: idNumberMasked,
    id_type: idType,
    country_code: person.country,
    ...(sentence === undefined ? {} : { error_message: sentence }),
  };
}
