/**
 * A wallet's check of itself (L1): replays the journal from the last checkpoint and compares the end with what is stored.
 *
 * Bounded: one step replays at most `STEP_ENTRIES` and moves the checkpoint, so that a long history is checked once and then only
 * what is new. Each step leaves a row of evidence, clean or not. A violation freezes the wallet and raises an alarm; nothing repairs it.
 */
import { InvariantViolation } from "../../shared/kernel/invariant.ts";
import {
  areHoldsHeld,
  type InvariantId,
  isDebtAlone,
  isPaidAsSettled,
  isSameBook,
  isWithinLimits,
  isZeroSum,
  sentenceOf,
} from "../../shared/ledger/invariants.ts";
import type { Book, Entry } from "../../shared/ledger/model.ts";
import { emptyBook, replay } from "../../shared/ledger/replay.ts";
import { takeShares } from "../../shared/ledger/spending.ts";
import type { WalletCheck } from "../../shared/protocol/rpc/wallet.ts";
import { sha256Hex } from "../platform/hash.ts";
import { log } from "../platform/log.ts";
import type { Bet } from "./bet-store.ts";
import { remainingOf } from "./hold-store.ts";
import type { Profile } from "./profile-store.ts";
import type { Moment } from "./run-command.ts";
import type { WalletStores } from "./wallet-stores.ts";

/** Some 50 ms of work. */
const STEP_ENTRIES = 1_000;

/** Runs one step. Idempotent: a clean wallet is clean again. */
export function checkStep(wallet: WalletStores, profile: Profile, moment: Moment): WalletCheck {
  wallet.forget();
  const from = wallet.checks.checkpoint() ?? emptyBook(profile.walletId, profile.currency, profile.epoch, sha256Hex);
  const { book, isDone, violations } = examined(wallet, from);
  const check: WalletCheck = { fromSeq: from.head.seq + 1, toSeq: book.head.seq, isDone, violations };
  wallet.sql.transaction(() => {
    if (violations.length === 0) wallet.checks.moveTo(book);
    else if (profile.frozenReason === null) wallet.profiles.setFrozen(violations.join("; "));
    wallet.checks.note(check, moment.nowMs);
  });
  if (violations.length > 0) log("error", "wallet_violates_invariants", { walletId: profile.walletId, violations });
  return check;
}

type Examined = Pick<WalletCheck, "isDone" | "violations"> & { readonly book: Book };

/** What the next step finds; what is stored and can't even be read is a finding too. */
function examined(wallet: WalletStores, from: Book): Examined {
  try {
    const entries = wallet.journal.entries(from.head.seq + 1, STEP_ENTRIES);
    const { book, broken } = replay(from, entries, new Map(), sha256Hex);
    const isDone = broken !== null || entries.length < STEP_ENTRIES;
    const bets = betsOf(wallet, entries);
    const ids = broken !== null ? broken.ids : isDone ? brokenAtHead(wallet, book, bets) : brokenBets(bets);
    return { book, isDone, violations: ids.map((id) => (broken === null ? sentenceOf(id) : `${sentenceOf(id)} (entry ${broken.seq})`)) };
  } catch (error) {
    if (!(error instanceof InvariantViolation)) throw error;
    return { book: from, isDone: true, violations: [`what is stored can't be read: ${error.message}`] };
  }
}

/** What does not hold between the folded journal, the stored balances, the open holds and these bets. */
export function brokenAtHead(wallet: WalletStores, folded: Book, bets: readonly Bet[]): readonly InvariantId[] {
  const book = wallet.journal.book();
  const accounts = [...book.accounts.values()];
  const broken: InvariantId[] = [];
  if (!isZeroSum(accounts)) broken.push("I2");
  if (!isSameBook(book, folded)) broken.push("I3");
  if (!accounts.every(isWithinLimits)) broken.push("I4");
  if (!areHoldsHeld(accounts, openShares(wallet))) broken.push("I5");
  if (folded.head.seq !== book.head.seq || folded.head.hash !== book.head.hash) broken.push("I6");
  broken.push(...brokenBets(bets));
  if (!isDebtAlone(book)) broken.push("I12");
  return broken;
}

function brokenBets(bets: readonly Bet[]): readonly InvariantId[] {
  return bets.every((bet) => isPaidAsSettled(evidenceOf(bet))) ? [] : ["I11"];
}

function openShares(wallet: WalletStores): ReturnType<typeof takeShares> {
  return wallet.holds.allOpen().flatMap((hold) => takeShares(hold.shares, hold.committedMinor, remainingOf(hold)));
}

/** The bets that these entries speak of. */
function betsOf(wallet: WalletStores, entries: readonly Entry[]): readonly Bet[] {
  const ids = new Set(entries.filter((entry) => entry.refType === "bet").map((entry) => entry.ref));
  return [...ids].map((betId) => wallet.bets.find(betId)).filter((bet) => bet !== null);
}

function evidenceOf(bet: Bet): Parameters<typeof isPaidAsSettled>[0] {
  return {
    betId: bet.betId,
    paidMinor: bet.paidMinor,
    postedMinor: bet.settlements.map((settlement) => settlement.postedMinor),
    settlementVersions: bet.settlements.map((settlement) => settlement.version),
  };
}
