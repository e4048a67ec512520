/**
 * Proof of a wallet's state: what must hold is checked over everything stored, and one hash says whether two wallets are equal.
 * Replays the whole journal page by page: for reconciliation and tests, not for a player's path. Writes nothing.
 */
import { invariant } from "../../shared/kernel/invariant.ts";
import { type InvariantId, sentenceOf } from "../../shared/ledger/invariants.ts";
import { emptyBook, replay } from "../../shared/ledger/replay.ts";
import type { WalletDigest } from "../../shared/protocol/rpc/wallet.ts";
import { sha256Hex } from "../platform/hash.ts";
import { brokenAtHead } from "./check.ts";
import type { Profile } from "./profile-store.ts";
import { stateHash } from "./state-hash.ts";
import { WALLET_MIGRATIONS } from "./wallet-schema.ts";
import { balancesOf, type WalletStores } from "./wallet-stores.ts";

const PAGE_ENTRIES = 500;

/** Digests an open wallet; `violations` names the invariants that do not hold. */
export function digestOf(wallet: WalletStores): WalletDigest {
  wallet.forget();
  const profile = wallet.profiles.profile();
  invariant(profile !== null, "the digest of a wallet that is not open");
  const book = wallet.journal.book();
  const { epoch, head } = book;
  return {
    epoch,
    seq: head.seq,
    hash: head.hash,
    schema: WALLET_MIGRATIONS.length,
    balances: balancesOf(book),
    outboxPending: head.seq - wallet.delivery.ackedSeq(),
    digest: stateHash(wallet, profile),
    violations: violationsOf(wallet, profile).map(sentenceOf),
  };
}

function violationsOf(wallet: WalletStores, profile: Profile): readonly InvariantId[] {
  const keys = new Map<string, number>();
  let folded = emptyBook(profile.walletId, profile.currency, profile.epoch, sha256Hex);
  for (;;) {
    const entries = wallet.journal.entries(folded.head.seq + 1, PAGE_ENTRIES);
    const { book, broken } = replay(folded, entries, keys, sha256Hex);
    if (broken !== null) return [...new Set([...broken.ids, ...brokenAtHead(wallet, book, wallet.bets.all())])].sort();
    folded = book;
    if (entries.length < PAGE_ENTRIES) return brokenAtHead(wallet, folded, wallet.bets.all());
  }
}
