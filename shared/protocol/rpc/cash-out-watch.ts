/**
 * What callers say to an OddsChannel about players' rules that wait for its prices. Additive only. A watch is a lease: it ends by itself
 * unless it is renewed, so that nobody has to say that a rule is over.
 */
import type { Builder } from "../../odds/bet-builder.ts";
import type { FixtureView } from "./odds-channel.ts";

export interface CashOutWatch {
  readonly walletId: string;
  readonly betId: string;
  readonly orderId: string;
  /** The rule's selections on this fixture, at the price that each was taken at. */
  readonly selections: readonly {
    readonly selectionId: string;
    readonly oddsThousandths: number;
    /** What it must be expected to return before the rule can be reached, millionths of a stake of 1. */
    readonly leastFactorPpm: number;
    readonly builder?: Builder;
  }[];
  readonly untilMs: number;
}

export interface CashOutWatchRpc {
  /** Begins or renews a watch and gives the fixture as it is now; null, and nothing kept, for a fixture that is not known. */
  watchCashOut(watch: CashOutWatch): Promise<FixtureView | null>;
}
