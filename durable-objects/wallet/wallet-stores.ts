/**
 * All of one wallet's state behind one value, so that commands run the same inside the object and over node:sqlite in tests.
 */

import { account, availableCash } from "../../shared/ledger/entry.ts";
import type { Book, Entry } from "../../shared/ledger/model.ts";
import type { WalletRow } from "../../shared/protocol/queue/wallet-row.ts";
import type { Balances, BetView } from "../../shared/protocol/rpc/wallet.ts";
import { Outbox, RESEND_AFTER_MS } from "../platform/outbox.ts";
import type { Sql } from "../platform/sql.ts";
import { BetStore } from "./bet-store.ts";
import { HoldStore } from "./hold-store.ts";
import { IdempotencyStore } from "./idempotency-store.ts";
import { JournalStore } from "./journal-store.ts";
import { PaymentStore } from "./payment-store.ts";
import { type Profile, ProfileStore } from "./profile-store.ts";

/** What an entry's message tells beside the entry: a placed bet must also reach the channels of its fixtures. */
export interface BetNews {
  readonly topic: "bet_placed" | "bet_settled";
  readonly view: BetView;
}

export class WalletStores {
  readonly sql: Sql;
  readonly profiles: ProfileStore;
  readonly journal: JournalStore;
  readonly keys: IdempotencyStore;
  readonly holds: HoldStore;
  readonly bets: BetStore;
  readonly payments: PaymentStore;
  readonly outbox: Outbox;

  constructor(sql: Sql) {
    this.sql = sql;
    this.profiles = new ProfileStore(sql);
    this.journal = new JournalStore(sql, this.profiles);
    this.keys = new IdempotencyStore(sql);
    this.holds = new HoldStore(sql);
    this.bets = new BetStore(sql);
    this.payments = new PaymentStore(sql);
    this.outbox = new Outbox(sql);
  }

  /** Drops what is cached, after a transaction that failed. */
  forget(): void {
    this.profiles.forget();
    this.journal.forget();
    this.payments.forget();
  }

  /** Adds the entry's message to the outbox under the entry's own sequence, so that an acknowledgement can never name another row. */
  announce(profile: Profile, entry: Entry, bet: BetNews | null, nowMs: number): void {
    const balances = balancesOf(this.journal.book());
    const { key: _key, facts: _facts, ...told } = entry;
    const row: WalletRow = {
      v: 1,
      walletId: profile.walletId,
      userId: profile.userId,
      country: profile.country,
      currency: profile.currency,
      entry: { ...told, postings: [...told.postings], taxLines: [...told.taxLines] },
      cashMinor: balances.cashMinor,
      heldMinor: balances.heldMinor,
      bonusMinor: balances.bonusMinor,
      bet: bet === null ? null : { ...bet.view, selections: [...bet.view.selections] },
    };
    // Sent at once by the wallet's sender; due for the net only when no acknowledgement came.
    this.outbox.add(bet?.topic ?? "entry", JSON.stringify(row), nowMs + RESEND_AFTER_MS, entry.seq);
  }
}

/** The balances that every reply carries. */
export function balancesOf(book: Book): Balances {
  const cash = account(book, "user:cash");
  return {
    currency: book.currency,
    cashMinor: cash.postedMinor,
    heldMinor: cash.heldMinor,
    availableMinor: availableCash(book),
    bonusMinor: account(book, "user:bonus").postedMinor,
  };
}
