/**
 * Fewer frames for phones on slow lines: a client that asked for it gets at most one delta a period, with everything that changed in it.
 *
 * Clients of one period share their frames: a change costs them nothing until the period ends, and then one delta is made for all.
 * The delta says from which state it leads (`since`); a client that is further already takes from it what it does not have.
 */
import type { DeltaFrame } from "../../shared/protocol/ws/odds.ts";
import { CONFLATE_MS } from "../../shared/protocol/ws/odds.ts";
import type { OddsSockets } from "./odds-sockets.ts";

export type Changes = Pick<DeltaFrame, "added" | "changed" | "removed">;

/** How a channel remembers what its clients knew, and says what changed since. */
export interface ConflatedChannel<B> {
  readonly channel: string;
  /** What changed since `before`; null when a client would see no difference. */
  readonly changesSince: (before: B) => Changes | null;
  readonly stamp: () => Pick<DeltaFrame, "seq" | "published_at" | "late">;
}

interface Pending<B> {
  readonly since: number;
  readonly before: B;
}

export class Conflation<B> {
  readonly #sockets: OddsSockets;
  readonly #of: ConflatedChannel<B>;
  readonly #pending = new Map<number, Pending<B>>();

  constructor(sockets: OddsSockets, of: ConflatedChannel<B>) {
    this.#sockets = sockets;
    this.#of = of;
  }

  /**
   * Call with each change: `seq` is the channel's before it. `remember` gives what the clients knew; it gets what is remembered already,
   * so that a channel of many fixtures can add to it.
   */
  changed(seq: number, remember: (known: B | null) => B): void {
    for (const periodMs of CONFLATE_MS) {
      const pending = this.#pending.get(periodMs);
      if (pending === undefined && !this.#sockets.hasConflated(this.#of.channel, periodMs)) continue;
      this.#pending.set(periodMs, { since: pending?.since ?? seq, before: remember(pending?.before ?? null) });
      if (pending === undefined) setTimeout(() => this.#flush(periodMs), periodMs);
    }
  }

  #flush(periodMs: number): void {
    const pending = this.#pending.get(periodMs);
    this.#pending.delete(periodMs);
    if (pending === undefined) return;
    // Also when all of it was taken back: the clients' sequence has to go on.
    const frame: DeltaFrame = { type: "delta", ...this.#of.stamp(), since: pending.since, ...this.#of.changesSince(pending.before) };
    this.#sockets.broadcastConflated(this.#of.channel, periodMs, JSON.stringify(frame));
  }
}
