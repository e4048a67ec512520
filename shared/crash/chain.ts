/**
 * The hash chain that fixes every round before the first one is played.
 *
 * Link 0 is a secret seed, link k is SHA-256 of the 32 raw bytes of link k-1, and the last link is published. Rounds use the links
 * backwards, so that SHA-256 of a round's hash is the hash revealed before it: anyone can check that no round was changed, and nobody
 * can compute the next one. Checkpoints every `CHECKPOINT_LINKS` make opening a link cheap.
 */
import { invariant } from "../kernel/invariant.ts";
import type { Sha256 } from "./hash.ts";

export const CHECKPOINT_LINKS = 1_000;

export interface BuiltChain {
  /** The published end: link number `length`. */
  readonly terminating: Uint8Array;
  /** Links 0, 1000, 2000, ... below `length`. As secret as the seed. */
  readonly checkpoints: readonly Uint8Array[];
}

/** Computes a chain of `length` rounds from its secret seed. */
export function buildChain(seed: Uint8Array, length: number, sha256: Sha256): BuiltChain {
  invariant(seed.length === 32 && length > 0, "a chain needs a seed of 32 bytes and a length");
  const checkpoints: Uint8Array[] = [];
  let link = seed;
  for (let number = 0; number < length; number += 1) {
    if (number % CHECKPOINT_LINKS === 0) checkpoints.push(link);
    link = sha256(link);
  }
  return { terminating: link, checkpoints };
}

/** Says which link the round at `position` (1 for the chain's first round) uses. */
export function linkOfRound(length: number, position: number): number {
  invariant(position >= 1 && position <= length, `the chain has no round ${position}`);
  return length - position;
}

/** Walks from the checkpoint at or below `link` up to it. */
export function openLink(checkpoint: Uint8Array, link: number, sha256: Sha256): Uint8Array {
  let bytes = checkpoint;
  for (let step = link % CHECKPOINT_LINKS; step > 0; step -= 1) bytes = sha256(bytes);
  return bytes;
}

/** True when `hash` is what `revealed`, the hash before it in play, commits to. */
export function follows(hash: Uint8Array, revealed: Uint8Array, sha256: Sha256): boolean {
  const expected = sha256(hash);
  return expected.length === revealed.length && expected.every((byte, index) => byte === revealed[index]);
}
