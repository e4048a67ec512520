/**
 * Computes a round's crash point step by step, so that a player can follow it with any SHA-256 tool. The same function answers the API
 * and works in a page, offline.
 */
import { ALGORITHM, type CrashPointRules, crashPoint } from "./crash-point.ts";
import { fromHex, type HmacSha256, type Sha256, toHex } from "./hash.ts";
import { letsbetCrash } from "./letsbet-v1.ts";
import { formatMultiplier } from "./multiplier.ts";

export const LETSBET_V1 = "letsbet-v1";
export const ALGORITHMS = [ALGORITHM, LETSBET_V1] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

export interface VerificationStep {
  readonly name: string;
  readonly value: string;
}

export interface Verification {
  readonly algorithm: Algorithm;
  readonly crashHundredths: number;
  readonly steps: readonly VerificationStep[];
}

interface Hashes {
  readonly sha256: Sha256;
  readonly hmacSha256: HmacSha256;
}

/** Verifies a round of our chain; `hashHex` is 64 lower-case hex digits. */
export function verifyChainRound(hashHex: string, rules: CrashPointRules, { sha256, hmacSha256 }: Hashes): Verification {
  const hash = fromHex(hashHex);
  const { hmac, draw, crashHundredths } = crashPoint(hash, rules, hmacSha256);
  const { salt, houseEdgeBasisPoints, capHundredths } = rules;
  return {
    algorithm: ALGORITHM,
    crashHundredths,
    steps: [
      { name: "hash", value: hashHex },
      { name: "commitment = SHA-256(hash bytes), the hash of the round before", value: toHex(sha256(hash)) },
      { name: "salt", value: salt },
      { name: "hmac = HMAC-SHA-256(key: salt as UTF-8, message: hash bytes)", value: hmac },
      { name: "h = first 13 hex digits of hmac", value: String(draw) },
      {
        name: `crash = (10000 - ${houseEdgeBasisPoints}) * 2^52 div (100 * (2^52 - h)), at least 100 and at most ${capHundredths}, in hundredths`,
        value: String(crashHundredths),
      },
      { name: "crash point", value: formatMultiplier(crashHundredths) },
    ],
  };
}

/** Verifies a result of the formula `letsbet-v1`. */
export function verifyLetsbetRound(
  round: { readonly serverSeed: string; readonly clientSeed: string; readonly roundNumber: number },
  { hmacSha256 }: Pick<Hashes, "hmacSha256">,
): Verification {
  const { hmac, instantBust, crashHundredths } = letsbetCrash(round, hmacSha256);
  return {
    algorithm: LETSBET_V1,
    crashHundredths,
    steps: [
      { name: "message", value: `${round.roundNumber}:${round.clientSeed}` },
      { name: "mac = HMAC-SHA-256(key: server seed as UTF-8, message)", value: hmac },
      { name: "last 4 bytes of mac mod 100 < 3: instant bust", value: String(instantBust) },
      {
        name: "r = first 8 bytes of mac >> 12; crash = floor(2^52 / r * 100) / 100, 1.00 to 10000.00",
        value: formatMultiplier(crashHundredths),
      },
    ],
  };
}
