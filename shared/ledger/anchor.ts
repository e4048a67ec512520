/**
 * Anchors: once a day and shard, one signed hash over where each wallet's journal stands. Whoever later changes a wallet, a database or
 * the list itself can't make the three agree again without the key.
 *
 * A leaf is the canonical text of (walletId, epoch, seq, hash); leaves are sorted by wallet and kept whole as NDJSON. The head names
 * the root and the root of the shard's anchor before it, so that no day can be taken out. What is signed is the head's canonical text.
 */
import { type Canonical, canonical } from "../kernel/canonical.ts";
import { merkleRoot, type Sha256OfBytes } from "./merkle.ts";

export interface AnchorLeaf {
  readonly walletId: string;
  readonly epoch: number;
  readonly seq: number;
  /** Of the entry `seq`. */
  readonly hash: string;
}

export type AnchorHead = {
  readonly v: 1;
  readonly country: string;
  /** The UTC day that it stands for, `YYYY-MM-DD`. */
  readonly day: string;
  readonly shard: number;
  readonly count: number;
  readonly root: string;
  /** Root of the shard's anchor before this one; null for its first. */
  readonly previousRoot: string | null;
  /** When the leaves were read: later than the day for one that was missed. */
  readonly anchoredAtMs: number;
};

/** As it is stored: the head, and a compact JWS over its canonical text. */
export interface SignedAnchor {
  readonly head: AnchorHead;
  readonly signature: string;
}

/** What is signed. */
export function headText(head: AnchorHead): string {
  return canonical(head);
}

/** The leaves' texts, sorted by wallet: what the root is over and, joined by newlines, what is stored. */
export function leafTexts(leaves: readonly AnchorLeaf[]): readonly string[] {
  const sorted = [...leaves].sort((a, b) => (a.walletId < b.walletId ? -1 : a.walletId > b.walletId ? 1 : 0));
  return sorted.map(({ walletId, epoch, seq, hash }) => canonical({ walletId, epoch, seq, hash }));
}

/** The lines of stored NDJSON, without their breaks. */
export function storedLines(text: string): readonly string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

/** The wallet's leaf in a stored list, or null. */
export function leafOf(lines: readonly string[], walletId: string): AnchorLeaf | null {
  const ending = `"walletId":${canonical(walletId)}}`;
  const line = lines.find((each) => each.endsWith(ending));
  return line === undefined ? null : readLeaf(line);
}

/** Reads all leaves of a stored list; null when a line is none, or when they are not sorted by wallet, each once. */
export function leavesOf(lines: readonly string[]): readonly AnchorLeaf[] | null {
  const leaves = lines.map(readLeaf).filter((leaf) => leaf !== null);
  const isSorted = leaves.every(({ walletId }, index) => index === 0 || (leaves[index - 1]?.walletId ?? "") < walletId);
  return leaves.length === lines.length && isSorted ? leaves : null;
}

/** Says whether the list is the one that the head's root and count stand for. */
export function isListOf(head: AnchorHead, lines: readonly string[], sha256: Sha256OfBytes): boolean {
  return lines.length === head.count && merkleRoot(lines, sha256) === head.root;
}

/** Reads a stored signed head; null for anything else. */
export function readSignedAnchor(text: string): SignedAnchor | null {
  const value = parsed(text);
  const head = recordOf(value?.head);
  if (value === null || head === null || typeof value.signature !== "string") return null;
  const { v, country, day, shard, count, root, previousRoot, anchoredAtMs } = head;
  if (v !== 1 || typeof country !== "string" || typeof day !== "string" || typeof root !== "string") return null;
  if (!isCount(shard) || !isCount(count) || !isCount(anchoredAtMs)) return null;
  if (previousRoot !== null && typeof previousRoot !== "string") return null;
  return { head: { v, country, day, shard, count, root, previousRoot, anchoredAtMs }, signature: value.signature };
}

/** The stored text of a signed head. */
export function signedAnchorText({ head, signature }: SignedAnchor): string {
  return `${canonical({ head, signature })}\n`;
}

function readLeaf(line: string): AnchorLeaf | null {
  const leaf = parsed(line);
  if (leaf === null) return null;
  const { walletId, epoch, seq, hash } = leaf;
  if (typeof walletId !== "string" || !isCount(epoch) || !isCount(seq) || typeof hash !== "string") return null;
  return { walletId, epoch, seq, hash };
}

function parsed(text: string): Readonly<Record<string, Canonical | undefined>> | null {
  try {
    return recordOf(JSON.parse(text));
  } catch {
    return null;
  }
}

function recordOf(value: unknown): Readonly<Record<string, Canonical | undefined>> | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, Canonical>) : null;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
