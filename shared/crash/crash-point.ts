/**
 * From a round's hash to its crash point, in integers only.
 *
 * P(crash >= c) is (1 - edge) / c at every target c, because a cash-out at the crash point itself wins: the return to the player is
 * 1 - edge whatever the target. The formula is the public one of hash-chain crash games with the edge as a parameter; at an edge of
 * 100 basis points it gives their published results.
 */
import { invariant } from "../kernel/invariant.ts";
import { type HmacSha256, toHex } from "./hash.ts";
import { ONE_HUNDREDTHS } from "./multiplier.ts";

export const ALGORITHM = "mkeka-v1";

export interface CrashPointRules {
  /** Public text, fixed after the chain's end was published. */
  readonly salt: string;
  readonly houseEdgeBasisPoints: number;
  /** Largest crash point, hundredths. */
  readonly capHundredths: number;
}

export interface CrashPoint {
  readonly hmac: string;
  /** The first 52 bits of the HMAC. */
  readonly draw: number;
  readonly crashHundredths: number;
}

const DRAWS = 2n ** 52n;
const BASIS_POINTS = 10_000;
const DRAW_HEX_DIGITS = 13;

/** Computes a round's crash point: HMAC-SHA-256 keyed by the salt's UTF-8 text over the hash's 32 raw bytes. */
export function crashPoint(hash: Uint8Array, rules: CrashPointRules, hmacSha256: HmacSha256): CrashPoint {
  invariant(hash.length === 32, "a round's hash has 32 bytes");
  const hmac = toHex(hmacSha256(rules.salt, hash));
  const draw = Number.parseInt(hmac.slice(0, DRAW_HEX_DIGITS), 16);
  return { hmac, draw, crashHundredths: crashOfDraw(draw, rules) };
}

/** Maps a draw of 52 bits: max(1.00, floor of (1 - edge) / (1 - draw / 2^52)), at most the cap. */
export function crashOfDraw(draw: number, rules: Pick<CrashPointRules, "houseEdgeBasisPoints" | "capHundredths">): number {
  const remaining = 100n * (DRAWS - BigInt(draw));
  const hundredths = (BigInt(BASIS_POINTS - rules.houseEdgeBasisPoints) * DRAWS) / remaining;
  if (hundredths >= BigInt(rules.capHundredths)) return rules.capHundredths;
  return Math.max(ONE_HUNDREDTHS, Number(hundredths));
}
