/**
 * Merkle trees over texts: one hash that stands for a list, and short proofs that a text is in it.
 *
 * The shape and the domain separation are RFC 6962's: a leaf is hashed after 0x00 and a node after 0x01, so no node passes for a
 * leaf, and a list of n leaves splits at the largest power of two below n, so every n has its own shape and nothing is doubled to
 * fill up. Hashes are 64 hex characters; the hash function arrives as an argument and takes bytes.
 */
import { invariant } from "../kernel/invariant.ts";

export type Sha256OfBytes = (bytes: Uint8Array) => Uint8Array;

/** The way from a leaf to the root: the other half's hash at each fork, from the leaf up. */
export type MerkleProof = readonly { readonly side: "left" | "right"; readonly hash: string }[];

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** The root over the leaves in their order; of an empty list, the hash of nothing. */
export function merkleRoot(leaves: readonly string[], sha256: Sha256OfBytes): string {
  return toHex(leaves.length === 0 ? sha256(new Uint8Array()) : rootOf(hashesOf(leaves, sha256), 0, leaves.length, sha256));
}

/** Proves that the leaf at `index` is in the list; asserts that there is one. */
export function merkleProof(leaves: readonly string[], index: number, sha256: Sha256OfBytes): MerkleProof {
  invariant(Number.isSafeInteger(index) && index >= 0 && index < leaves.length, `no leaf ${index} of ${leaves.length}`);
  const hashes = hashesOf(leaves, sha256);
  const proof: { side: "left" | "right"; hash: string }[] = [];
  let [start, end] = [0, leaves.length];
  while (end - start > 1) {
    const middle = start + splitOf(end - start);
    const isLeft = index < middle;
    const other = isLeft ? rootOf(hashes, middle, end, sha256) : rootOf(hashes, start, middle, sha256);
    proof.push({ side: isLeft ? "right" : "left", hash: toHex(other) });
    if (isLeft) end = middle;
    else start = middle;
  }
  return proof.reverse();
}

/** Says whether the proof leads from this leaf to this root. */
export function isInTree(leaf: string, proof: MerkleProof, root: string, sha256: Sha256OfBytes): boolean {
  let hash = leafHash(leaf, sha256);
  for (const step of proof) {
    const other = fromHex(step.hash);
    if (other === null) return false;
    hash = step.side === "left" ? nodeHash(other, hash, sha256) : nodeHash(hash, other, sha256);
  }
  return toHex(hash) === root;
}

function rootOf(hashes: readonly Uint8Array[], start: number, end: number, sha256: Sha256OfBytes): Uint8Array {
  const only = hashes[start];
  invariant(only !== undefined && end > start, "a subtree has a leaf");
  if (end - start === 1) return only;
  const middle = start + splitOf(end - start);
  return nodeHash(rootOf(hashes, start, middle, sha256), rootOf(hashes, middle, end, sha256), sha256);
}

/** The largest power of two below `count`. */
function splitOf(count: number): number {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
}

function hashesOf(leaves: readonly string[], sha256: Sha256OfBytes): readonly Uint8Array[] {
  return leaves.map((leaf) => leafHash(leaf, sha256));
}

function leafHash(leaf: string, sha256: Sha256OfBytes): Uint8Array {
  return sha256(joined(LEAF, new TextEncoder().encode(leaf)));
}

function nodeHash(left: Uint8Array, right: Uint8Array, sha256: Sha256OfBytes): Uint8Array {
  return sha256(joined(NODE, left, right));
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function fromHex(hex: string): Uint8Array | null {
  if (!/^[0-9a-f]{64}$/.test(hex)) return null;
  return Uint8Array.from({ length: 32 }, (_, index) => Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16));
}
