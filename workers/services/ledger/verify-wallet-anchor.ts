/**
 * Compares a wallet with the newest anchor of its shard: the signature, the list in the archive, the database's row and the wallet's own
 * journal must all say the same. Which of them says something else is what the answer names.
 */
import { sha256OfBytes } from "../../../durable-objects/platform/hash.ts";
import { DAY_MS, HOUR_MS, localDay, unixMs } from "../../../shared/kernel/time.ts";
import {
  type AnchorLeaf,
  isListOf,
  leafOf,
  leafTexts,
  readSignedAnchor,
  type SignedAnchor,
  storedLines,
} from "../../../shared/ledger/anchor.ts";
import { type MerkleProof, merkleProof } from "../../../shared/ledger/merkle.ts";
import { shardOf } from "../../../shared/ledger/shards.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { type AnchorRow, latestAnchor } from "../../adapters/d1/anchors.ts";
import { type AnchorPlace, readAnchorPart } from "../../adapters/r2/anchor-archive.ts";
import { configOf, databaseOf, type Env } from "../../env.ts";
import { anchorKeysOf } from "../signing-key.ts";
import { anchorSigner } from "./anchor-signature.ts";

export type AnchorFailure = "archive_missing" | "signature" | "database_row" | "chain" | "list" | "unlisted" | "wallet";

/** Within it, the database may not have had a wallet yet that was open already. */
const PROJECTION_LAG_MS_MAX = HOUR_MS;

export interface AnchorCheck {
  readonly anchor: AnchorRow;
  /** What was anchored of the wallet; null for one that was not there yet. */
  readonly leaf: AnchorLeaf | null;
  /** That the leaf is under the anchor's root; empty without a leaf, or when the list is not the root's. */
  readonly proof: MerkleProof;
  /** Empty when everything agrees. */
  readonly failures: readonly AnchorFailure[];
}

/** Null while the wallet's shard has no anchor. */
export async function verifyWalletAnchor(env: Env, country: Country, walletId: string): Promise<AnchorCheck | null> {
  const shard = shardOf(walletId);
  const anchor = await latestAnchor(databaseOf(env, country), shard);
  if (anchor === null) return null;
  const place = { country, day: anchor.day, shard };
  const [headPart, listPart] = await Promise.all([
    readAnchorPart(env.ARCHIVE, place, "head"),
    readAnchorPart(env.ARCHIVE, place, "leaves"),
  ]);
  const signed = headPart === null ? null : readSignedAnchor(headPart);
  if (signed === null || listPart === null) return { anchor, leaf: null, proof: [], failures: ["archive_missing"] };

  const failures: AnchorFailure[] = [];
  if ((await anchorSigner(signed, { keys: [...(await anchorKeysOf(configOf(env)))] })) === null) failures.push("signature");
  if (!isRowOf(anchor, signed) || (await isSuperseded(env, place))) failures.push("database_row");
  const previous = await latestAnchor(databaseOf(env, country), shard, anchor.day);
  if ((previous?.root ?? null) !== signed.head.previousRoot) failures.push("chain");
  const lines = storedLines(listPart);
  const isWhole = isListOf(signed.head, lines, sha256OfBytes);
  if (!isWhole) failures.push("list");
  const leaf = leafOf(lines, walletId);
  if (leaf === null && (await wasOpenBefore(env, walletId, anchor.anchoredAtMs - PROJECTION_LAG_MS_MAX))) failures.push("unlisted");
  if (leaf !== null && (await env.WALLET.getByName(walletId).hashAt(leaf.seq)) !== leaf.hash) failures.push("wallet");
  return { anchor, leaf, proof: leaf !== null && isWhole ? proofOf(leaf, lines) : [], failures };
}

/** The archive has the next day's anchor: the database's newest row is gone, and an old anchor stands for the newest. */
async function isSuperseded(env: Env, place: AnchorPlace): Promise<boolean> {
  const day = localDay(unixMs(Date.parse(`${place.day}T00:00:00Z`) + DAY_MS), 0);
  return (await readAnchorPart(env.ARCHIVE, { ...place, day }, "head")) !== null;
}

async function wasOpenBefore(env: Env, walletId: string, atMs: number): Promise<boolean> {
  const run = await env.WALLET.getByName(walletId).readEntries({ fromSeq: 1, toSeq: 1 });
  const first = run?.rows[0]?.entry;
  return first !== undefined && first.recordedAtMs < atMs;
}

function proofOf(leaf: AnchorLeaf, lines: readonly string[]): MerkleProof {
  return merkleProof(lines, lines.indexOf(leafTexts([leaf])[0] ?? ""), sha256OfBytes);
}

function isRowOf(row: AnchorRow, { head, signature }: SignedAnchor): boolean {
  const { country, day, shard, count, root, previousRoot, anchoredAtMs } = row;
  const isHead = country === head.country && day === head.day && shard === head.shard && anchoredAtMs === head.anchoredAtMs;
  return isHead && count === head.count && root === head.root && previousRoot === head.previousRoot && row.signature === signature;
}
