/**
 * The flight's curve: multiplier(ms) = floor(100 * e^(rate * ms)) / 100. Page and server compute it with the same function, so the
 * server sends a start time and never a multiplier that would have to be smoothed.
 */
import { invariant } from "../kernel/invariant.ts";
import { ONE_HUNDREDTHS } from "./multiplier.ts";

const RATE_SCALE = 1_000_000;

/** Gives the multiplier in hundredths `elapsedMs` after the start; 1.00x at the start and before it. */
export function multiplierAt(elapsedMs: number, rateMillionthsPerMs: number): number {
  if (elapsedMs <= 0) return ONE_HUNDREDTHS;
  return Math.floor(100 * Math.exp((rateMillionthsPerMs * elapsedMs) / RATE_SCALE));
}

/** Gives the first whole millisecond at which the multiplier is `hundredths` or more. */
export function millisecondsTo(hundredths: number, rateMillionthsPerMs: number): number {
  invariant(Number.isSafeInteger(hundredths) && hundredths >= ONE_HUNDREDTHS, `not a multiplier: ${hundredths}`);
  let elapsedMs = Math.ceil((Math.log(hundredths / 100) * RATE_SCALE) / rateMillionthsPerMs);
  // The logarithm may be off by a rounding; `multiplierAt` is what decides, so the answer is made to agree with it.
  while (multiplierAt(elapsedMs, rateMillionthsPerMs) < hundredths) elapsedMs += 1;
  while (elapsedMs > 0 && multiplierAt(elapsedMs - 1, rateMillionthsPerMs) >= hundredths) elapsedMs -= 1;
  return elapsedMs;
}

/** How long a flight lasts: it crashes at the first millisecond at which the multiplier would exceed the crash point. */
export function flightMs(crashHundredths: number, rateMillionthsPerMs: number): number {
  return millisecondsTo(crashHundredths + 1, rateMillionthsPerMs);
}
