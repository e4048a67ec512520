/**
 * The hash chain of a wallet's journal: each entry's hash covers its canonical text and the hash before it, so an entry that is
 * changed, dropped or moved breaks every later one. A chain starts at a hash of the wallet's name, so two wallets never share one.
 */
import { canonical } from "../kernel/canonical.ts";
import type { Entry, Sha256 } from "./model.ts";

const GENESIS = "mkeka-wallet-journal-1";

/** The hash that a wallet's first entry links to. */
export function genesisHash(walletId: string, sha256: Sha256): string {
  return sha256(`${GENESIS}\n${walletId}`);
}

/** Computes an entry's hash from its content and its `previousHash`. */
export function entryHash(entry: Omit<Entry, "hash">, sha256: Sha256): string {
  // Members in their sorted order already: nothing is left to sort.
  const body = canonical({
    epoch: entry.epoch,
    facts: entry.facts,
    key: entry.key,
    kind: entry.kind,
    occurredAtMs: entry.occurredAtMs,
    postings: entry.postings.map((posting) => [posting.account, posting.amountMinor, posting.heldMinor]),
    recordedAtMs: entry.recordedAtMs,
    ref: entry.ref,
    refType: entry.refType,
    seq: entry.seq,
    taxLines: entry.taxLines,
  });
  return sha256(`${entry.previousHash}\n${body}`);
}
