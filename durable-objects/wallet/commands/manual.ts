/**
 * Entries made by hand: bonus grants, adjustments, money parked in suspense; and their reversal. What a manual entry may move is the
 * chart's; nothing but the journal knows of it, so that its negative undoes it whole.
 */
import { err, ok, type Result } from "../../../shared/kernel/result.ts";
import { account, free } from "../../../shared/ledger/book.ts";
import { type AccountCode, isAccountCode, isEntryKind, isManual, permits } from "../../../shared/ledger/chart.ts";
import { move } from "../../../shared/ledger/entry.ts";
import { fingerprint } from "../../../shared/ledger/fingerprint.ts";
import { isBalanced } from "../../../shared/ledger/invariants.ts";
import type { Book, DraftPosting } from "../../../shared/ledger/model.ts";
import { minor, negate } from "../../../shared/money/minor.ts";
import type { PostedEntry, PostManual, ReverseEntry, WalletRefusal, WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import { sha256Hex } from "../../platform/hash.ts";
import { firstRefusal } from "../eligibility.ts";
import { callerKey } from "../idempotency-store.ts";
import { type Moment, runCommand } from "../run-command.ts";
import type { WalletStores } from "../wallet-stores.ts";
import { checkOpened } from "./accounts.ts";

/**
 * Posts a manual entry (minor units). Refuses, in this order: `unbalanced`, `posting_not_permitted`, `account_not_open`,
 * `account_frozen`, `insufficient_funds`. Idempotent by key.
 */
export function postManual(wallet: WalletStores, command: PostManual, moment: Moment): WalletReply<PostedEntry> {
  const { key, kind, ref, reason } = command;
  const fields = { kind, ref, reason, occurredAtMs: command.occurredAtMs, postings: command.postings.map((each) => ({ ...each })) };
  const print = fingerprint("post", fields, sha256Hex);
  return runCommand(wallet, moment, { name: "post", key: callerKey(key), fingerprint: print }, (scope) => {
    const amounts = command.postings.map((each) => ({ ...each, amountMinor: minor(each.amountMinor) }));
    if (amounts.length === 0 || !isBalanced({ postings: amounts })) return err({ reason: "unbalanced" });
    if (!isEntryKind(kind) || !isManual(kind)) return err({ reason: "posting_not_permitted", account: amounts[0]?.account ?? "" });
    const postings: DraftPosting[] = [];
    for (const { account: code, amountMinor } of amounts) {
      if (!isAccountCode(code) || !permits(kind, move(code, amountMinor))) return err({ reason: "posting_not_permitted", account: code });
      postings.push(move(code, amountMinor));
    }
    const refusal = checkMovements(wallet.journal.book(), postings);
    if (refusal !== null) return refusal;

    // From here it must succeed.
    const occurredAtMs = command.occurredAtMs ?? moment.nowMs;
    const { seq } = scope.post({ kind, ref, refType: "manual", postings, facts: { reason }, occurredAtMs });
    return ok({ seq });
  });
}

/**
 * Posts the negative of a manual entry, once; each names the other. Refuses `not_found`, `not_reversible` (not a manual entry),
 * `already_reversed`, `account_frozen`, and `insufficient_funds` when the money is gone. Idempotent by key.
 */
export function reverseEntry(wallet: WalletStores, command: ReverseEntry, moment: Moment): WalletReply<PostedEntry> {
  const { seq, reason } = command;
  const print = fingerprint("reverse", { seq, reason }, sha256Hex);
  return runCommand(wallet, moment, { name: "reverse", key: callerKey(command.key), fingerprint: print }, (scope) => {
    const entry = wallet.journal.entry(seq);
    if (entry === null) return err({ reason: "not_found" });
    if (!isManual(entry.kind)) return err({ reason: "not_reversible" });
    const reversedBy = wallet.journal.reversedBy(seq);
    if (reversedBy !== null) return err({ reason: "already_reversed", seq: reversedBy });
    const postings = entry.postings.map((posting) => move(posting.account, negate(posting.amountMinor)));
    const refusal = checkMovements(wallet.journal.book(), postings);
    if (refusal !== null) return refusal;

    // From here it must succeed.
    const reversal = scope.post({ kind: "REVERSED", ref: entry.ref, refType: "manual", postings, facts: { reverses: seq, reason } });
    wallet.journal.markReversed(seq, reversal.seq);
    return ok({ seq: reversal.seq });
  });
}

/** Refuses what may not leave its account: not open, frozen, too little there; each asked of all accounts before the next. */
export function checkMovements(book: Book, postings: readonly DraftPosting[]): ReturnType<typeof firstRefusal> {
  const net = new Map<AccountCode, number>();
  for (const posting of postings) net.set(posting.account, (net.get(posting.account) ?? 0) + posting.amountMinor);
  const codes = [...net.keys()];
  const debits = [...net].filter(([, amountMinor]) => amountMinor < 0);
  return firstRefusal(
    ...codes.map((code) => () => checkOpened(book, code)),
    ...debits.map(
      ([code]) =>
        () =>
          checkThawed(book, code),
    ),
    ...debits.map(
      ([code, amountMinor]) =>
        () =>
          checkCovered(book, code, -amountMinor),
    ),
  );
}

function checkThawed(book: Book, code: AccountCode): Result<null, WalletRefusal> {
  return account(book, code).frozen ? err({ reason: "account_frozen", account: code }) : ok(null);
}

function checkCovered(book: Book, code: AccountCode, debitMinor: number): Result<null, WalletRefusal> {
  const of = account(book, code);
  const availableMinor = free(of);
  if (of.floorMinor === null || debitMinor <= availableMinor) return ok(null);
  return err({ reason: "insufficient_funds", requiredMinor: debitMinor, availableMinor });
}
