/**
 * The one path of every command: one transaction, and inside it open -> idempotency -> frozen -> the command's own checks -> its writes
 * -> the stored reply.
 *
 * A refusal of a caller's command is stored under its key, so that a late retry of a refused bet can't succeed after the next deposit;
 * not stored are refusals that say nothing about the request (too many, not open, another request's key). A fact stays true: what a
 * fact's command was refused for may pass, so only its success is stored. A broken invariant rolls the command back and freezes the
 * wallet: it does not try to repair.
 */

import type { Canonical } from "../../shared/kernel/canonical.ts";
import { InvariantViolation } from "../../shared/kernel/invariant.ts";
import { err, ok, type Result } from "../../shared/kernel/result.ts";
import { type UnixMs, unixMs } from "../../shared/kernel/time.ts";
import { availableCash, debt } from "../../shared/ledger/book.ts";
import type { EntryKind } from "../../shared/ledger/chart.ts";
import { move } from "../../shared/ledger/entry.ts";
import type { Draft, DraftPosting, Entry, RefType, TaxLine } from "../../shared/ledger/model.ts";
import { negate, smallest } from "../../shared/money/minor.ts";
import type { Receipt, WalletRefusal, WalletReply } from "../../shared/protocol/rpc/wallet.ts";
import { log } from "../platform/log.ts";
import { factKey, type StoredKey } from "./idempotency-store.ts";
import type { Profile } from "./profile-store.ts";
import { balancesOf, type WalletStores } from "./wallet-stores.ts";

/** When a command runs, and whether rate windows count (they may be off in development). */
export interface Moment {
  readonly nowMs: UnixMs;
  readonly rateLimits: boolean;
}

export interface CommandSpec {
  /** Part of the fingerprint: one key can't serve two kinds of commands. */
  readonly name: string;
  readonly key: StoredKey;
  /** Over the caller's own fields. */
  readonly fingerprint: string;
  /** Runs although the wallet is frozen: what protects the player, and the way out. */
  readonly whileFrozen?: boolean;
  /** Opens a wallet that is not open yet; only the command that opens wallets has it. */
  readonly open?: () => void;
}

/** What a command's body works with: the open wallet, and how it writes entries. */
export interface CommandScope {
  readonly profile: Profile;
  readonly moment: Moment;
  /** Appends an entry; the journal's tail is what the projection is told. */
  readonly post: (posting: PostedEntry) => Entry;
}

export interface PostedEntry {
  readonly kind: EntryKind;
  readonly ref: string;
  readonly refType: RefType;
  readonly postings?: readonly DraftPosting[];
  readonly taxLines?: readonly TaxLine[];
  readonly facts?: Canonical;
  readonly occurredAtMs?: number;
  /** The entry's key where a command makes several: each follows from its own facts. The command's key otherwise. */
  readonly key?: StoredKey;
}

type Body<T> = (scope: CommandScope) => Result<T, WalletRefusal>;

const UNSTORED: ReadonlySet<WalletRefusal["reason"]> = new Set(["rate_limited", "wallet_not_open", "idempotency_key_reused"]);

/** Runs a command on an open wallet and answers with its stored reply when the key is known. */
export function runCommand<T>(wallet: WalletStores, moment: Moment, spec: CommandSpec, body: Body<T>): WalletReply<T> {
  return guarded(wallet, () => {
    if (wallet.profiles.profile() === null) spec.open?.();
    const profile = wallet.profiles.profile();
    // Before the stored replies: those of an import that is not at its end are not to be believed yet.
    if (profile === null) return err({ reason: "wallet_not_open" });
    const stored = storedReply<T>(wallet, spec);
    if (stored !== null) return stored;
    const reply =
      profile.frozenReason !== null && spec.whileFrozen !== true
        ? err({ reason: "wallet_frozen" })
        : receipt(wallet, body(scopeOf(wallet, profile, moment, spec)), () => repayDebt(wallet, profile, moment, spec));
    if (reply.ok || (!spec.key.startsWith("f:") && !UNSTORED.has(reply.error.reason))) saveReply(wallet, moment, spec, reply);
    return reply;
  });
}

/** Runs a command whose repeat is recognised by the state it works on: nothing is stored under a key. */
export function runOnState<T>(
  wallet: WalletStores,
  moment: Moment,
  spec: CommandSpec,
  body: (scope: CommandScope) => Result<{ readonly value: T; readonly replayed: boolean }, WalletRefusal>,
): WalletReply<T> {
  return guarded(wallet, () => {
    const profile = wallet.profiles.profile();
    if (profile === null) return err({ reason: "wallet_not_open" });
    if (profile.frozenReason !== null) return err({ reason: "wallet_frozen" });
    const result = body(scopeOf(wallet, profile, moment, spec));
    if (!result.ok) return result;
    const reply = receipt(wallet, ok(result.value.value), () => repayDebt(wallet, profile, moment, spec));
    return reply.ok ? ok({ ...reply.value, replayed: result.value.replayed }) : reply;
  });
}

class Undone extends Error {}

/** Answers what `run` would answer now, and undoes all of it: no entry, no stored key, no freeze. */
export function previewOf<T>(wallet: WalletStores, run: () => WalletReply<T>): WalletReply<T> {
  let reply: WalletReply<T> | null = null;
  try {
    wallet.sql.transaction(() => {
      reply = run();
      throw new Undone();
    });
  } catch (error) {
    if (!(error instanceof Undone)) throw error;
  } finally {
    wallet.forget();
  }
  if (reply === null) throw new Error("a preview without an answer");
  return reply;
}

/** The reply stored under a key, marked as replayed; a refusal when another request has it; null when the key is new. */
export function storedReply<T>(wallet: WalletStores, spec: CommandSpec): WalletReply<T> | null {
  const stored = wallet.keys.find(spec.key);
  if (stored === null) return null;
  if (stored.fingerprint !== fingerprintOf(spec)) return err({ reason: "idempotency_key_reused" });
  const reply = JSON.parse(stored.reply) as WalletReply<T>;
  return reply.ok ? ok({ ...reply.value, replayed: true }) : reply;
}

/**
 * Stores a reply under the command's key, as old as its entry, which may be ahead of the clock: a key that is forgotten by age must not
 * make an entry too near to its first one (I7).
 */
function saveReply<T>(wallet: WalletStores, moment: Moment, spec: CommandSpec, reply: WalletReply<T>): void {
  const atMs = reply.ok ? Math.max(moment.nowMs, wallet.journal.book().head.recordedAtMs) : moment.nowMs;
  wallet.keys.save(spec.key, { fingerprint: fingerprintOf(spec), reply: JSON.stringify(reply) }, atMs);
}

/** Runs `work` in the command's one transaction; a broken invariant undoes it and freezes the wallet. */
function guarded<T>(wallet: WalletStores, work: () => WalletReply<T>): WalletReply<T> {
  try {
    return wallet.sql.transaction(work);
  } catch (error) {
    wallet.forget();
    const profile = wallet.profiles.profile();
    if (!(error instanceof InvariantViolation) || profile === null) throw error;
    // The first reason stays: what broke afterwards may follow from it.
    if (profile.frozenReason === null) wallet.sql.transaction(() => wallet.profiles.setFrozen(error.message));
    log("error", "wallet_invariant_broken", { walletId: profile.walletId, error });
    return err({ reason: "wallet_frozen" });
  }
}

function fingerprintOf(spec: CommandSpec): string {
  return `${spec.name}:${spec.fingerprint}`;
}

function receipt<T>(wallet: WalletStores, result: Result<T, WalletRefusal>, finish: () => void): WalletReply<T> {
  if (!result.ok) return result;
  finish();
  const book = wallet.journal.book();
  const value: Receipt<T> = {
    value: result.value,
    head: { epoch: book.epoch, seq: book.head.seq, hash: book.head.hash },
    balances: balancesOf(book),
    replayed: false,
  };
  return ok(value);
}

function scopeOf(wallet: WalletStores, profile: Profile, moment: Moment, spec: CommandSpec): CommandScope {
  return {
    profile,
    moment,
    post: (posting) => wallet.journal.append(draftOf(posting, spec, moment), moment.nowMs),
  };
}

/**
 * Whatever frees cash pays a debt first, in an entry of its own after the command's. Its key is derived from that one's place: one
 * command may come back under its name (another page of a fixture's bets) and repay again.
 */
function repayDebt(wallet: WalletStores, profile: Profile, moment: Moment, spec: CommandSpec): void {
  const book = wallet.journal.book();
  const repaid = smallest(debt(book), availableCash(book));
  if (repaid === 0) return;
  const scope = scopeOf(wallet, profile, moment, { ...spec, key: factKey(`debt:${book.head.seq}`) });
  scope.post({
    kind: "DEBT_REPAID",
    ref: profile.walletId,
    refType: "wallet",
    postings: [move("user:cash", negate(repaid)), move("receivable", repaid)],
  });
}

function draftOf(posting: PostedEntry, spec: CommandSpec, moment: Moment): Draft {
  return {
    kind: posting.kind,
    key: posting.key ?? spec.key,
    ref: posting.ref,
    refType: posting.refType,
    occurredAtMs: unixMs(posting.occurredAtMs ?? moment.nowMs),
    postings: posting.postings ?? [],
    taxLines: posting.taxLines ?? [],
    facts: posting.facts ?? null,
  };
}
