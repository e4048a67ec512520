/** Checks a claimed crash point: under our algorithm with a salt, given or looked up by the round, or under `letsbet-v1`. */
import { hmacSha256OfBytes, sha256OfBytes } from "../../../durable-objects/platform/hash.ts";
import { isHashHex } from "../../../shared/crash/hash.ts";
import { type Algorithm, LETSBET_V1, type Verification, verifyChainRound, verifyLetsbetRound } from "../../../shared/crash/verify.ts";
import { ok } from "../../../shared/kernel/result.ts";
import type { CrashVerifyRequest } from "../../../shared/protocol/http/crash.ts";
import { refuse, type ServiceContext, type ServiceResult } from "../context.ts";
import { crashGame, gameTenant } from "./crash-objects.ts";

export interface VerifiedRound extends Verification {
  readonly verified: boolean;
  readonly claimedHundredths: number;
  readonly algorithm: Algorithm;
}

const HASHES = { sha256: sha256OfBytes, hmacSha256: hmacSha256OfBytes };

/**
 * Computes the crash point and compares. Without a salt the round must be a finished one of the country's game, and its recorded hash is
 * compared too. Refuses VALIDATION_FAILED (the hash, a missing client seed) and NOT_FOUND (no such finished round).
 */
export async function verifyRound(ctx: ServiceContext, request: CrashVerifyRequest): Promise<ServiceResult<VerifiedRound>> {
  const { salt, client_seed: clientSeed, server_seed: serverSeed, claimed_crash: claimedHundredths } = request;
  const isLetsbet = request.algorithm === undefined ? salt === undefined && clientSeed !== undefined : request.algorithm === LETSBET_V1;
  if (isLetsbet) {
    if (clientSeed === undefined) return refuse("VALIDATION_FAILED", { fields: { client_seed: "is needed for letsbet-v1" } });
    const computed = verifyLetsbetRound({ serverSeed, clientSeed, roundNumber: request.round_number }, HASHES);
    return ok({ ...computed, claimedHundredths, verified: computed.crashHundredths === claimedHundredths });
  }
  const hash = serverSeed.toLowerCase();
  if (!isHashHex(hash)) return refuse("VALIDATION_FAILED", { fields: { server_seed: "is the round's hash: 64 hex digits" } });
  const tenant = gameTenant(ctx, null);
  if (!tenant.ok) return tenant;
  if (salt !== undefined) {
    const { houseEdgeBasisPoints, capHundredths } = tenant.value.crash;
    const rules = { salt, capHundredths, houseEdgeBasisPoints: request.house_edge_bp ?? houseEdgeBasisPoints };
    const computed = verifyChainRound(hash, rules, HASHES);
    return ok({ ...computed, claimedHundredths, verified: computed.crashHundredths === claimedHundredths });
  }
  const recorded = await crashGame(ctx.env, tenant.value).proof(request.round_number);
  if (recorded === null) return refuse("NOT_FOUND", { reason: "no finished round of this number; send the salt to check another game" });
  const computed = verifyChainRound(hash, recorded, HASHES);
  const verified = computed.crashHundredths === claimedHundredths && hash === recorded.serverSeed;
  return ok({
    ...computed,
    steps: [...computed.steps, { name: "hash recorded for the round", value: recorded.serverSeed }],
    claimedHundredths,
    verified,
  });
}
