/**
 * What callers say to a Wallet about cash-outs that are decided later: a request that waits for the delay of its matches, and the
 * player's rule that takes an offer when it is good enough. Both are orders that the wallet keeps. Additive only. Amounts are minor
 * units, times milliseconds since 1970.
 */
import type { NoCashOutReason } from "../http/cash-out.ts";
import type { AcceptedSelection, BetView, CashOutBet, PlaceBet, WalletReply } from "./wallet.ts";

/** Why a bet can't be cashed out: for now, or for good. */
export type NoCashOut = { readonly state: "SUSPENDED" | "CLOSED"; readonly reason: NoCashOutReason };

/** What a part of a bet would bring, and all of it; before taxes. */
export interface CashOutPrice {
  /** The bet's state that was priced. */
  readonly stateVersion: number;
  readonly amountMinor: number;
  readonly fullMinor: number;
}

export type CashOutOrderKind = "request" | "rule";

/** Why an order came to nothing: what kept the bet from being cashed out, or what ended the order. */
export type CashOutOrderEnd = NoCashOutReason | "changed" | "removed" | "replaced" | "not_decided";

/** What an order has come to. */
export type CashOutAnswer =
  | { readonly isTaken: true; readonly payoutMinor: number; readonly paidMinor: number; readonly remainingStakeMinor: number }
  | {
      readonly isTaken: false;
      readonly reason: CashOutOrderEnd;
      /** What is offered instead of what was asked for. */
      readonly offer: CashOutPrice | null;
    };

/** An order; it stands while it has no answer. */
export interface CashOutOrderView {
  readonly orderId: string;
  readonly betId: string;
  readonly kind: CashOutOrderKind;
  readonly percent: number;
  /** The least that is taken, before taxes. */
  readonly leastMinor: number;
  readonly placedAtMs: number;
  /** Nothing is decided before. */
  readonly decidesAtMs: number;
  readonly decidedAtMs: number | null;
  readonly answer: CashOutAnswer | null;
}

/** What a cash-out under a key was answered: at once, or with an order. */
export type CashOutReply = BetView | CashOutOrderView;

/** True for the answer to a cash-out that waits, or waited. */
export function isOrder(reply: CashOutReply): reply is CashOutOrderView {
  return "orderId" in reply;
}

/** A cash-out that is priced again after `delayMs`: taken if that price is not lower. */
export interface RequestCashOut extends CashOutBet {
  /** Takes the better price of then; otherwise exactly `payoutMinor`. */
  readonly takesBetter: boolean;
  readonly delayMs: number;
}

/** Takes `percent` of the bet once that brings `leastMinor`; replaces the bet's rule. */
export interface SetCashOutRule {
  readonly betId: string;
  readonly percent: number;
  readonly leastMinor: number;
  /** Nothing is taken earlier: a rule is no way around the delay of a match that runs. */
  readonly delayMs: number;
}

/** An order that is due, and the bet that it is about. */
export interface CashOutToDecide {
  readonly order: CashOutOrderView;
  readonly bet: BetView;
}

export type CashOutVerdict = ({ readonly verdict: "priced" } & CashOutPrice) | ({ readonly verdict: "none" } & NoCashOut);

export interface DecideCashOut {
  readonly orderId: string;
  readonly verdict: CashOutVerdict;
}

/** Closes a bet for `valueMinor`, before taxes, and places another one: one command, both or neither. */
export interface EditBet extends Omit<PlaceBet, "freeBetId"> {
  readonly parentId: string;
  /** The parent's state that was valued. */
  readonly stateVersion: number;
  readonly valueMinor: number;
}

/** The bet that was made, and what the parent brought for it after taxes. */
export interface EditedBet {
  readonly bet: BetView;
  readonly parentId: string;
  readonly valueMinor: number;
  readonly paidMinor: number;
}

/** An edit that is decided after `delayMs`, the odds of its selections being the least that is taken. */
export interface RequestEdit extends EditBet {
  readonly delayMs: number;
}

/** What an edit that waited has come to. */
export type EditAnswer =
  | { readonly isTaken: true; readonly betId: string; readonly valueMinor: number; readonly paidMinor: number }
  /** One of the public errors, and JSON of the object that a client is told. */
  | { readonly isTaken: false; readonly code: string; readonly details: string };

/** An edit that waits, or waited; it stands while it has no answer. */
export interface EditRequestView {
  readonly requestId: string;
  readonly parentId: string;
  readonly stakeMinor: number;
  readonly valueMinor: number;
  readonly placedAtMs: number;
  readonly decidesAtMs: number;
  readonly decidedAtMs: number | null;
  readonly answer: EditAnswer | null;
}

/** What an edit under a key was answered: carried out at once, or waiting. */
export type EditReply = EditedBet | EditRequestView;

/** True for the answer to an edit that waits, or waited. */
export function isEditRequest(reply: EditReply): reply is EditRequestView {
  return "requestId" in reply;
}

/** An edit that is due, and the bet that it closes. */
export interface EditToDecide {
  readonly terms: Omit<EditBet, "key" | "fingerprint">;
  readonly parent: BetView;
}

/** What the fixtures say of an edit after its delay. */
export type EditVerdict =
  | {
      readonly verdict: "priced";
      readonly stateVersion: number;
      readonly valueMinor: number;
      readonly selections: readonly AcceptedSelection[];
      readonly stakeMaxMinor: number | null;
    }
  | { readonly verdict: "refused"; readonly code: string; readonly details: string };

export interface DecideEdit {
  readonly requestId: string;
  readonly verdict: EditVerdict;
}

export interface WalletCashOutRpc {
  editBet(command: EditBet): Promise<WalletReply<EditReply>>;
  /** Keeps an edit under the key of the edit, which is answered with it from then on. */
  requestEdit(command: RequestEdit): Promise<WalletReply<EditReply>>;
  /** What an edit under this key was answered before; null when nothing was. */
  knownEdit(command: { readonly key: string; readonly fingerprint: string }): Promise<WalletReply<EditReply> | null>;
  editRequest(requestId: string): Promise<EditRequestView | null>;
  /** The edit if it is due to be decided, or null. */
  editToDecide(requestId: string): Promise<EditToDecide | null>;
  /** Carries out or refuses, once. */
  decideEdit(command: DecideEdit): Promise<WalletReply<EditRequestView>>;
  /** Keeps a request under the key of the cash-out, which is answered with it from then on. */
  requestCashOut(command: RequestCashOut): Promise<WalletReply<CashOutReply>>;
  /** What was answered under this key before; null when nothing was. */
  knownCashOut(command: { readonly key: string; readonly fingerprint: string }): Promise<WalletReply<CashOutReply> | null>;
  /** Idempotent: a rule that is the bet's already stays as it is. */
  setCashOutRule(command: SetCashOutRule): Promise<WalletReply<CashOutOrderView>>;
  /** Ends the bet's rule if it has one. */
  removeCashOutRule(command: { readonly betId: string }): Promise<WalletReply<null>>;
  /** The newest orders of a bet, newest first. */
  cashOutOrders(betId: string): Promise<readonly CashOutOrderView[]>;
  /** The order if it is due to be decided, or null. */
  cashOutToDecide(orderId: string): Promise<CashOutToDecide | null>;
  /** Pays, refuses, or leaves a rule standing whose time has not come. An order is answered once. */
  decideCashOut(command: DecideCashOut): Promise<WalletReply<CashOutOrderView>>;
}
