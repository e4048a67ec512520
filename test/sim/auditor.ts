/**
 * What one wallet must look like, judged from outside: only from what its callers asked and were answered. Plain maps, no SQL, and none
 * of the wallet's own code.
 *
 * A definite answer counts once per key; until there is one, both outcomes are possible, so callers retry until they know. Repeats must
 * get the first answer, byte for byte; an answer never speaks of an older journal than its caller has already seen.
 */
import type { Balances, EntryRef, WalletReply } from "../../shared/protocol/rpc/wallet.ts";
import { demand } from "./failure.ts";

/** How the answer to a key is remembered by the wallet. */
export type Memory = "always" | "success" | "state";

interface Answered {
  readonly text: string;
  readonly isOk: boolean;
}

/** Refusals that say nothing of the request and are not remembered. */
const PASSING: ReadonlySet<string> = new Set(["rate_limited", "wallet_not_open", "idempotency_key_reused"]);

export class Auditor {
  readonly walletId: string;
  /** Cash that answered commands brought and took, settlements of bets aside. */
  cashMinor = 0;
  seenSeq = 0;
  definite = 0;
  /** Ids of accepted bets, with their stakes. */
  readonly bets = new Map<string, number>();
  /** Those of them that a token of the house paid. */
  readonly free = new Set<string>();
  /** What each cash-out of a bet that the player took was said to bring. */
  readonly cashedOut = new Map<string, readonly number[]>();
  /** Bets that may be cashed out by themselves. */
  readonly ruled = new Set<string>();
  /** Bets that wait for a running match, with the stakes that were asked for. */
  readonly held = new Map<string, { readonly stakeMinor: number; readonly isFree: boolean }>();
  /** Bets with cash-outs that wait, or waited. */
  readonly askedOut = new Set<string>();
  /** Edits that wait, or waited, with the bet that they would close. */
  readonly askedEdits = new Map<string, string>();
  /** Bets that became another one. */
  readonly edited = new Map<string, string>();
  readonly #answers = new Map<string, Answered>();

  constructor(walletId: string) {
    this.walletId = walletId;
  }

  /** Notes a definite answer; true when it is the first for this key and a success. */
  note<T>(key: string, memory: Memory, reply: WalletReply<T>): boolean {
    this.definite += 1;
    if (reply.ok) this.#noteHead(key, reply.value.head, reply.value.balances, reply.value.replayed);
    const known = this.#answers.get(key);
    const text = textOf(reply);
    if (known !== undefined) {
      if (memory === "state") return false;
      demand(known.text === text, () => `${this.walletId}: the answer to ${key} changed from ${known.text} to ${text}`);
      return false;
    }
    const isKept = memory === "state" ? reply.ok : reply.ok || (memory === "always" && !PASSING.has(reply.error.reason));
    if (isKept) this.#answers.set(key, { text, isOk: reply.ok });
    return reply.ok;
  }

  /** True when the wallet must recognise this key with other content. */
  isKept(key: string): boolean {
    return this.#answers.has(key);
  }

  isSuccess(key: string): boolean {
    return this.#answers.get(key)?.isOk === true;
  }

  /** A read's answer: never older than what its caller has seen before asking. */
  noteRead(seenBefore: number, head: EntryRef): void {
    demand(head.seq >= seenBefore, () => `${this.walletId}: a read answered entry ${head.seq} after ${seenBefore} was acknowledged`);
    this.seenSeq = Math.max(this.seenSeq, head.seq);
  }

  #noteHead(key: string, head: EntryRef, balances: Balances, isReplay: boolean): void {
    this.seenSeq = Math.max(this.seenSeq, head.seq);
    demand(
      balances.availableMinor >= 0 && balances.heldMinor >= 0 && balances.cashMinor - balances.heldMinor >= balances.availableMinor,
      () => `${this.walletId}: impossible balances after ${key}${isReplay ? " (again)" : ""}: ${JSON.stringify(balances)}`,
    );
  }
}

/** An answer as it must come again: everything but the mark that it did. */
function textOf<T>(reply: WalletReply<T>): string {
  return JSON.stringify(reply.ok ? { ...reply.value, replayed: false } : reply.error);
}
