/** Interesting states that a set of runs must have reached, or it has not tested what it says. */
import { FAULT_RATES } from "./faults.ts";

export const DECLARED_STATES: readonly string[] = [
  ...Object.keys(FAULT_RATES).map((fault) => `fault:${fault}`),
  ...["bet:SINGLE", "bet:MULTI", "bet:SYSTEM", "bet:ODDS_CHANGED", "bet:MARKET_SUSPENDED", "bet:INSUFFICIENT_BALANCE", "bet:WALLET_FROZEN"],
  ...["bet:SELF_EXCLUDED", "bet:INVALID_BET", "bet-outcome-unknown", "outcome-unknown", "intent-outcome-unknown"],
  ...["credit", "credit-after-end", "endDeposit", "deposit:limit_reached", "deposit:amount_too_low", "deposit:self_excluded"],
  ...["confirm", "fail", "confirm:hold_closed", "fail:hold_closed", "withdrawal-contradicted", "withdrawal:insufficient_funds"],
  ...[
    "settleStake",
    "settleStake:hold_closed",
    "settleStake:wallet_frozen",
    "releaseHold",
    "releaseHold:hold_closed",
    "settle-against-release",
  ],
  ...["commit-part", "commit-close", "commit-after-expire", "commit-past-held", "commit:hold_closed", "release", "release:hold_closed"],
  ...[
    "reserve:insufficient_funds",
    "reserve:account_frozen",
    "openAccount",
    "post",
    "adjust",
    "adjust:unbalanced",
    "adjust:posting_not_permitted",
  ],
  ...["reverse", "reverse:already_reversed", "setLimit", "exclude", "freeze", "unfreeze", "depositLimits"],
  ...["late-retry-of-success", "late-retry-of-refusal", "key-reused", "queue-retry", "stale-instance-stopped", "debt", "expired-hold"],
  ...["result-corrected", "result-rolled-back", "market-cancelled", "bet-won", "bet-lost", "bet-void"],
  ...["cash-out-whole", "cash-out-part", "cash-out:CASH_OUT_CHANGED", "cash-out:not_eligible", "rule", "rule-took", "rule-removed", "edit"],
  ...["edit:EDIT_CLOSED", "position-repeated", "bet-cashed_out", "free-bet:SINGLE", "free-bet-used", "free-bet-returned"],
  ...["kick-off", "bet-held", "held-accepted", "held-rejected", "cash-out-waits", "waited-cash-out-taken", "waited-cash-out-refused"],
  ...["edit-waits", "waited-edit-taken", "waited-edit-refused"],
  ...["bonus-active", "bonus-completed", "bonus-forfeited", "grantBonus:bonus_refused", "giveUpBonus", "acceptBonus"],
  ...[
    "crash-bet",
    "crash-cash-out",
    "crash-cashed_out",
    "crash-lost",
    "crash-refunded",
    "crash-bet:betting_closed",
    "crash-queued",
    "crash-cancelled-waiting",
    "crash-autoplay",
  ],
  ...["crash-void", "crash-moved", "crash-other-table", "tables-beside-went-on"],
  ...["feed-message-missed", "feed-recovery", "feed-recovery-wanted", "feed-checked", "producer-up", "producer-away"],
  ...["intent:deposit", "intent:withdrawal", "intent-ended:COMPLETED", "intent-ended:FAILED", "intent-ended:REVIEW"],
];

/** Declared states that were never reached. */
export function unreached(reached: ReadonlyMap<string, number>): readonly string[] {
  return DECLARED_STATES.filter((state) => !reached.has(state));
}
