/**
 * Bugs that the simulator plants in the product to show that it would find them. The product knows nothing of this: methods of its
 * classes are wrapped from outside for the length of one run.
 */
import { FeedMonitorStore } from "../../durable-objects/feed-monitor/feed-monitor-store.ts";
import { BetStore } from "../../durable-objects/wallet/bet-store.ts";
import { DeliveryStore } from "../../durable-objects/wallet/delivery-store.ts";
import { type Hold, HoldStore } from "../../durable-objects/wallet/hold-store.ts";
import { Wallet } from "../../durable-objects/wallet/wallet.ts";
import { add, minor, ZERO } from "../../shared/money/minor.ts";
import { walletRunSchema } from "../../shared/protocol/queue/wallet-run.ts";
import { crashPaidTwice, lateBetCounts, reachedTargetLost } from "./planted-crash-bugs.ts";
import type { Platform } from "./platform.ts";
import { inTurn, wrap } from "./wrap.ts";

/** Each bug with a seed that finds it within a run; those of the crash game need one in which it is played. */
const SEEDS = {
  ...{ "commit-past-held": "1", "settle-twice": "1", "acked-on-send": "1" },
  "producer-believed": "1",
  ...{ "crash-paid-twice": "27", "crash-target-lost": "27", "crash-late-bet": "18" },
} as const;
export type PlantedBug = keyof typeof SEEDS;
export const PLANTED_BUGS = Object.keys(SEEDS) as readonly PlantedBug[];

export function seedThatFinds(bug: PlantedBug): string {
  return SEEDS[bug];
}

/** Plants a bug; the answer takes it out again. */
export function plant(bug: PlantedBug, platform: Platform): () => void {
  const planted = {
    "commit-past-held": commitPastHeld,
    "settle-twice": settleTwice,
    "acked-on-send": () => ackedOnSend(platform),
    "producer-believed": producerBelieved,
    "crash-paid-twice": crashPaidTwice,
    "crash-target-lost": reachedTargetLost,
    "crash-late-bet": lateBetCounts,
  };
  return planted[bug]();
}

/** What the hold lets through beyond what it holds. */
const BEYOND = minor(50_000);

/** A hold forgets where it ends: more can be committed than it holds, and its row doesn't show it. */
function commitPastHeld(): () => void {
  let real: Hold | null = null;
  const during = duringCalls("commit");
  const unfind = wrap(HoldStore.prototype, "find", (find, _store, ...args) => {
    const hold = find(...args);
    real = hold;
    if (hold === null || !during.isRunning()) return hold;
    const shares = hold.shares.map((share, index) => (index > 0 ? share : { ...share, amountMinor: add(share.amountMinor, BEYOND) }));
    return { ...hold, amountMinor: add(hold.amountMinor, BEYOND), shares };
  });
  const uncommit = wrap(HoldStore.prototype, "commit", (commit, _store, holdId, amountMinor) => {
    const left = real === null ? ZERO : minor(real.amountMinor - real.committedMinor);
    if (left > 0) commit(holdId, minor(Math.min(amountMinor, left)));
  });
  return inTurn(during.end, unfind, uncommit);
}

/** A bet forgets what it was told and paid: the same result settles it again. */
function settleTwice(): () => void {
  const during = duringCalls("settleBets");
  const unfind = wrap(BetStore.prototype, "findAll", (findAll, _store, betIds) => {
    const bets = findAll(betIds);
    if (!during.isRunning()) return bets;
    const forgot = { results: new Map(), paidMinor: ZERO, status: "PENDING" as const };
    return new Map([...bets].map(([betId, bet]) => [betId, { ...bet, ...forgot }]));
  });
  return inTurn(during.end, unfind);
}

/** What was handed to the queue counts as stored by the projection. */
function ackedOnSend(platform: Platform): () => void {
  let sender: DeliveryStore | null = null;
  const unread = wrap(DeliveryStore.prototype, "ackedSeq", (ackedSeq, store) => {
    sender = store;
    return ackedSeq();
  });
  const unsend = wrap(platform.env.PROJECTION_QUEUE as { send(body: unknown): Promise<unknown> }, "send", (send, _queue, body) => {
    const run = walletRunSchema.safeParse(body);
    if (run.success) sender?.acknowledge(run.data.toSeq);
    return send(body);
  });
  return inTurn(unread, unsend);
}

/** A sign of life is enough: a producer is there again although what it missed has not come. */
function producerBelieved(): () => void {
  return wrap(FeedMonitorStore.prototype, "heard", (heard, store, producer, nowMs) => {
    heard(producer, nowMs);
    store.turn(producer, true);
  });
}

/** Knows whether a method of a wallet runs right now: up to its first wait, which is all of a command. */
function duringCalls(method: "commit" | "settleBets"): { readonly isRunning: () => boolean; readonly end: () => void } {
  let depth = 0;
  const end = wrap(Wallet.prototype as unknown as Record<string, (...args: unknown[]) => unknown>, method, (call, _wallet, ...args) => {
    depth += 1;
    try {
      return call(...args);
    } finally {
      depth -= 1;
    }
  });
  return { isRunning: () => depth > 0, end };
}
