/**
 * All of one wallet's state behind one value, so that commands run the same inside the object and over node:sqlite in tests.
 */

import { account, availableCash, bonusTotal } from "../../shared/ledger/book.ts";
import type { Book } from "../../shared/ledger/model.ts";
import type { Balances } from "../../shared/protocol/rpc/wallet.ts";
import type { Sql } from "../platform/sql.ts";
import { BetStore } from "./bet-store.ts";
import { BonusStore } from "./bonus-store.ts";
import { BoostGrantStore } from "./boost-grant-store.ts";
import { CashOutOrderStore } from "./cash-out-order-store.ts";
import { CheckStore } from "./check-store.ts";
import { DeliveryStore } from "./delivery-store.ts";
import { EditRequestStore } from "./edit-request-store.ts";
import { FreeBetStore } from "./free-bet-store.ts";
import { HoldStore } from "./hold-store.ts";
import { IdempotencyStore } from "./idempotency-store.ts";
import { JournalStore } from "./journal-store.ts";
import { PaymentStore } from "./payment-store.ts";
import { PendingBetStore } from "./pending-bet-store.ts";
import { ProfileStore } from "./profile-store.ts";

export class WalletStores {
  readonly sql: Sql;
  readonly profiles: ProfileStore;
  readonly journal: JournalStore;
  readonly keys: IdempotencyStore;
  readonly holds: HoldStore;
  readonly bets: BetStore;
  readonly pendingBets: PendingBetStore;
  readonly freeBets: FreeBetStore;
  readonly boosts: BoostGrantStore;
  readonly cashOutOrders: CashOutOrderStore;
  readonly editRequests: EditRequestStore;
  readonly bonuses: BonusStore;
  readonly payments: PaymentStore;
  readonly delivery: DeliveryStore;
  readonly checks: CheckStore;

  constructor(sql: Sql) {
    this.sql = sql;
    this.profiles = new ProfileStore(sql);
    this.journal = new JournalStore(sql, this.profiles);
    this.keys = new IdempotencyStore(sql);
    this.holds = new HoldStore(sql);
    this.bets = new BetStore(sql);
    this.pendingBets = new PendingBetStore(sql);
    this.freeBets = new FreeBetStore(sql);
    this.boosts = new BoostGrantStore(sql);
    this.cashOutOrders = new CashOutOrderStore(sql);
    this.editRequests = new EditRequestStore(sql);
    this.bonuses = new BonusStore(sql);
    this.payments = new PaymentStore(sql);
    this.delivery = new DeliveryStore(sql);
    this.checks = new CheckStore(sql, this.profiles);
  }

  /** Drops what is cached, after a transaction that failed. */
  forget(): void {
    this.profiles.forget();
    this.journal.forget();
    this.payments.forget();
    this.pendingBets.forget();
    this.cashOutOrders.forget();
    this.bonuses.forget();
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
    bonusMinor: bonusTotal(book),
  };
}
