/**
 * Proof of a wallet's state: what must hold is checked over everything stored, and one hash says whether two wallets are equal.
 * Reads the whole journal: for reconciliation and tests, not for a player's path. Writes nothing.
 */
import { canonical } from "../../shared/kernel/canonical.ts";
import { invariant } from "../../shared/kernel/invariant.ts";
import { genesisHash } from "../../shared/ledger/chain.ts";
import type { BetEvidence } from "../../shared/ledger/invariants.ts";
import { violations } from "../../shared/ledger/invariants.ts";
import type { WalletDigest } from "../../shared/protocol/rpc/wallet.ts";
import { sha256Hex } from "../platform/hash.ts";
import type { Bet } from "./bet-store.ts";
import type { Profile } from "./profile-store.ts";
import { WALLET_MIGRATIONS } from "./wallet-schema.ts";
import { balancesOf, type WalletStores } from "./wallet-stores.ts";

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
    outboxPending: wallet.outbox.pending(),
    digest: stateHash(wallet, profile),
    violations: violations({
      book,
      genesisHash: genesisHash(profile.walletId, sha256Hex),
      entries: wallet.journal.entries(),
      openHoldsMinor: wallet.holds.allOpen().map((hold) => hold.amountMinor),
      bets: wallet.bets.all().map(toEvidence),
      sha256: sha256Hex,
    }),
  };
}

function toEvidence(bet: Bet): BetEvidence {
  return {
    betId: bet.betId,
    paidMinor: bet.paidMinor,
    postedMinor: bet.settlements.map((settlement) => settlement.postedMinor),
    settlementVersions: bet.settlements.map((settlement) => settlement.version),
  };
}

/** Everything that a command may change, but for the keys it was given. */
function stateHash(wallet: WalletStores, profile: Profile): string {
  const book = wallet.journal.book();
  const limits = wallet.profiles.depositLimits();
  const state = {
    head: { ...book.head },
    accounts: [...book.accounts.values()]
      .map(({ code, postedMinor, heldMinor }) => [code, postedMinor, heldMinor])
      .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    holds: wallet.holds.allOpen().map(({ holdId, amountMinor }) => [holdId, amountMinor]),
    bets: wallet.bets
      .all()
      .map((bet) => [bet.betId, bet.status, bet.paidMinor, [...bet.results].map(([id, result]) => [id, result.version])]),
    player: {
      verified: profile.verified,
      exclusion: profile.exclusion === null ? null : [profile.exclusion.untilMs],
      frozen: profile.frozenReason,
      limits: [limits.day, limits.week, limits.month].map(({ amountMinor, next }) => [
        amountMinor,
        next?.amountMinor ?? null,
        next?.atMs ?? null,
      ]),
    },
    payments: wallet.payments.states(),
  };
  return sha256Hex(canonical(state));
}
