/** The guarantees of the table of states, checked over every sequence of events that a run can meet. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { IntentKind } from "../protocol/rpc/payment-intent.ts";
import { type IntentEvent, type IntentState, nextState, statusOf, stepOf } from "./intent-machine.ts";

const STATES: readonly IntentState[] = [
  "created",
  "allowed",
  "calling",
  "pending",
  "unknown",
  "paid",
  "unpaid",
  "overdue",
  "completed",
  "failed",
  "review",
];
const EVENTS: readonly IntentEvent[] = [
  "wallet_allowed",
  "wallet_denied",
  "tried_again",
  "call_started",
  "call_accepted",
  "call_refused",
  "call_unanswered",
  "reported_paid",
  "reported_unpaid",
  "reported_other_amount",
  "reported_unclear",
  "time_over",
  "wallet_took_paid",
  "wallet_took_unpaid",
  "wallet_refused_paid",
  "wallet_refused_unpaid",
];
const KINDS: readonly IntentKind[] = ["deposit", "withdrawal"];

describe.each(KINDS)("a %s", (kind) => {
  it.each(["completed", "review"] as const)("never leaves %s", (state) => {
    for (const event of EVENTS) expect(nextState(kind, state, event)).toBeNull();
  });

  it("is completed only after the wallet took the money, and fails only when it is sure that none moved", () => {
    for (const state of STATES) {
      for (const event of EVENTS) {
        const next = nextState(kind, state, event);
        if (next === "completed") expect([state, event]).toEqual(["paid", "wallet_took_paid"]);
        if (next === "failed") expect(["wallet_denied", "wallet_took_unpaid", "wallet_refused_unpaid"]).toContain(event);
        if (next === "unpaid") expect(["call_refused", "reported_unpaid"]).toContain(event);
      }
    }
  });

  it("does not fail for want of an answer", () => {
    for (const event of ["call_unanswered", "reported_unclear", "time_over"] as const) {
      for (const state of STATES) expect([null, "unknown", "overdue"]).toContain(nextState(kind, state, event));
    }
  });

  it("comes to rest, whatever happens in whatever order, in a state that the world is told of", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...EVENTS), { maxLength: 60 }), (events) => {
        let state: IntentState = "created";
        for (const event of events) state = nextState(kind, state, event) ?? state;
        expect(statusOf(state)).toBeTypeOf("string");
        expect(stepOf(state)).toBeTypeOf("string");
      }),
    );
  });

  it("with a report of another amount is never settled by itself", () => {
    for (const state of STATES) {
      const next = nextState(kind, state, "reported_other_amount");
      if (next !== null) expect(next).toBe("review");
    }
  });
});

it("money that arrived for a deposit is credited, whatever was believed before", () => {
  for (const state of ["calling", "pending", "unknown", "unpaid", "overdue", "failed"] as const) {
    expect(nextState("deposit", state, "reported_paid")).toBe("paid");
  }
});

it("a payout that happened after its money was given back goes to a person", () => {
  for (const state of ["unpaid", "failed"] as const) expect(nextState("withdrawal", state, "reported_paid")).toBe("review");
});

it("a repeat that is refused says nothing about the first call", () => {
  expect(nextState("withdrawal", "unknown", "call_refused")).toBeNull();
});

it("the wallet's answer to one ending does not settle the other", () => {
  for (const kind of KINDS) {
    expect(nextState(kind, "paid", "wallet_took_unpaid")).toBeNull();
    expect(nextState(kind, "unpaid", "wallet_took_paid")).toBeNull();
  }
});
