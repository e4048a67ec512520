/**
 * Verifies, without the platform, that a wallet's export is the wallet that was anchored: the head's signature, the list under its root,
 * every line and entry of the export, and the one hash in which list and export must agree.
 */
import { createHash } from "node:crypto";
import type { JSONWebKeySet } from "jose";
import { isListOf, leafOf, readSignedAnchor, storedLines } from "../../shared/ledger/anchor.ts";
import { verifyExport } from "../../shared/ledger/export-format.ts";
import { shardOf } from "../../shared/ledger/shards.ts";
import { anchorSigner } from "../../workers/services/ledger/anchor-signature.ts";

export interface Evidence {
  /** `anchors/<country>/<day>/<shard>.json`. */
  readonly anchor: string;
  /** `anchors/<country>/<day>/<shard>.ndjson`. */
  readonly leaves: string;
  /** The wallet's export. */
  readonly walletExport: string;
  /** As `/.well-known/jwks.json` shows them, or showed them on that day. */
  readonly keys: JSONWebKeySet;
}

export type Verdict =
  /** What was verified, a sentence each. */
  { readonly ok: true; readonly verified: readonly string[] } | { readonly ok: false; readonly failure: string };

/** The first thing that does not hold, or all that does. */
export async function verifyAnchoredExport({ anchor, leaves, walletExport, keys }: Evidence): Promise<Verdict> {
  const signed = readSignedAnchor(anchor);
  if (signed === null) return failed("The anchor file is not a signed head.");
  const { head } = signed;
  const kid = await anchorSigner(signed, keys);
  if (kid === null) return failed("The anchor's signature is not by any of the given keys over this head.");
  const lines = storedLines(leaves);
  if (!isListOf(head, lines, (bytes) => createHash("sha256").update(bytes).digest()))
    return failed(`The list of leaves is not the one of the signed root: it has ${lines.length} lines, the head counts ${head.count}.`);

  const exported = verifyExport(storedLines(walletExport), (text) => createHash("sha256").update(text, "utf8").digest("hex"));
  if (!exported.ok) {
    const { line, seq, why } = exported.error;
    return failed(`The export does not hold at line ${line}${seq === null ? "" : ` (entry ${seq})`}: ${why}.`);
  }
  const { walletId, country, headSeq, hashAt } = exported.value;
  if (country !== head.country || shardOf(walletId) !== head.shard)
    return failed(
      `${walletId} belongs to shard ${shardOf(walletId)} of ${country}; this anchor is of shard ${head.shard} of ${head.country}.`,
    );
  const leaf = leafOf(lines, walletId);
  if (leaf === null) return failed(`The anchor's list does not have ${walletId}: the wallet is younger than the anchor, or not in it.`);
  const hash = hashAt(leaf.seq);
  if (hash === null) return failed(`The export ends at entry ${headSeq}; the anchor says that the wallet had ${leaf.seq}.`);
  if (hash !== leaf.hash) return failed(`Entry ${leaf.seq} of the export has the hash ${hash}; the anchor says ${leaf.hash}.`);
  return {
    ok: true,
    verified: [
      `The anchor of ${head.country}, ${head.day}, shard ${head.shard} is signed by the key ${kid}.`,
      `Its root ${head.root} is that of the list of ${head.count} wallets.`,
      `The export of ${walletId} holds: ${headSeq} entries, each balanced and chained to the one before it.`,
      `Its entry ${leaf.seq} is the anchored one: ${leaf.hash}.`,
    ],
  };
}

function failed(failure: string): Verdict {
  return { ok: false, failure };
}
