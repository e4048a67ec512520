/**
 * The life of a deposit or withdrawal as a table: (state, event) gives the next state, or nothing changes.
 *
 * `tried_again` is for a request that the wallet had no time for (too many, not open yet): it never reached the provider.
 *
 * What the table guarantees: `completed` and `review` are never left; money that arrived for a deposit that was not credited is
 * credited, whatever was believed before; a withdrawal's hold is only given back from `unpaid`, which only a sure "no money moved"
 * reaches; and a message for a state that does not expect it (a duplicate, a late one) changes nothing.
 */
import type { IntentKind, IntentStatus } from "../protocol/rpc/payment-intent.ts";

export type IntentState =
  /** Stored; the wallet has not been asked. */
  | "created"
  /** The wallet agreed; the provider has not been called. */
  | "allowed"
  /** The call to the provider is under way, or died with its object. */
  | "calling"
  /** The provider accepted the request. */
  | "pending"
  /** Whether the provider acts on the request is not known. */
  | "unknown"
  /** The money moved; the wallet does not know yet. */
  | "paid"
  /** Surely no money moved; the wallet does not know yet. */
  | "unpaid"
  /** No answer for so long that a person should look; a late answer still ends it. */
  | "overdue"
  | "completed"
  | "failed"
  /** The facts contradict each other: only a person may decide. */
  | "review";

export type IntentEvent =
  | "wallet_allowed"
  | "wallet_denied"
  | "tried_again"
  | "call_started"
  | "call_accepted"
  | "call_refused"
  | "call_unanswered"
  | "reported_paid"
  | "reported_unpaid"
  | "reported_other_amount"
  | "reported_unclear"
  | "time_over"
  | "wallet_took_paid"
  | "wallet_took_unpaid"
  | "wallet_refused_paid"
  | "wallet_refused_unpaid";

type Table = Readonly<Record<IntentState, Readonly<Partial<Record<IntentEvent, IntentState>>>>>;

/** States in which the provider's word decides. */
const OPEN = {
  reported_paid: "paid",
  reported_unpaid: "unpaid",
  reported_other_amount: "review",
  reported_unclear: "unknown",
  time_over: "overdue",
} as const;

/** No call can have been made from here, so a report of money is a contradiction. */
const BEFORE_CALL = { reported_paid: "review", reported_other_amount: "review" } as const;

const COMMON = {
  created: { ...BEFORE_CALL, wallet_allowed: "allowed", wallet_denied: "failed" },
  allowed: { ...BEFORE_CALL, call_started: "calling" },
  // A callback can overtake the answer to the call.
  calling: { ...OPEN, call_accepted: "pending", call_refused: "unpaid", call_unanswered: "unknown" },
  pending: OPEN,
  // A repeat that is refused says nothing about the first call, so `call_refused` is not heard here.
  unknown: { ...OPEN, call_accepted: "pending" },
  paid: { wallet_took_paid: "completed", wallet_refused_paid: "review" },
  overdue: { reported_paid: "paid", reported_unpaid: "unpaid", reported_other_amount: "review" },
  completed: {},
  review: {},
} as const;

const DEPOSIT: Table = {
  ...COMMON,
  // A query said "not paid" and the money came after all: credit it. The wallet takes a deposit that it was told had ended.
  unpaid: { wallet_took_unpaid: "failed", wallet_refused_unpaid: "failed", reported_paid: "paid", reported_other_amount: "review" },
  failed: { tried_again: "created", reported_paid: "paid", reported_other_amount: "review" },
};

const WITHDRAWAL: Table = {
  ...COMMON,
  // The hold is being given back, or was: the player may have spent it, so a payout that happened after all needs a person.
  unpaid: { wallet_took_unpaid: "failed", wallet_refused_unpaid: "review", reported_paid: "review", reported_other_amount: "review" },
  failed: { tried_again: "created", reported_paid: "review", reported_other_amount: "review" },
};

const TABLES: Readonly<Record<IntentKind, Table>> = { deposit: DEPOSIT, withdrawal: WITHDRAWAL };

/** The state after `event`, or null when the event changes nothing. */
export function nextState(kind: IntentKind, state: IntentState, event: IntentEvent): IntentState | null {
  const next = TABLES[kind][state][event];
  return next === undefined || next === state ? null : next;
}

const STATUSES: Readonly<Record<IntentState, IntentStatus>> = {
  created: "CREATED",
  allowed: "CREATED",
  calling: "CREATED",
  pending: "PENDING",
  unknown: "PENDING_UNKNOWN",
  paid: "PENDING",
  unpaid: "PENDING",
  overdue: "REVIEW",
  completed: "COMPLETED",
  failed: "FAILED",
  review: "REVIEW",
};

/** What the world is told of a state. */
export function statusOf(state: IntentState): IntentStatus {
  return STATUSES[state];
}

/** True while the provider can still be asked how the payment ended. */
export function awaitsProvider(state: IntentState): boolean {
  return state === "pending" || state === "unknown";
}

/** What the object does next by itself; `wait` when only a message or the clock can go on. */
export type IntentStep = "ask_wallet" | "call_provider" | "give_up_call" | "tell_wallet_paid" | "tell_wallet_unpaid" | "wait";

/** Says what is to be done in a state, so that work cut short by a crash is taken up where its state says it stood. */
export function stepOf(state: IntentState): IntentStep {
  switch (state) {
    case "created":
      return "ask_wallet";
    case "allowed":
      return "call_provider";
    case "calling":
      return "give_up_call";
    case "paid":
      return "tell_wallet_paid";
    case "unpaid":
      return "tell_wallet_unpaid";
    default:
      return "wait";
  }
}
