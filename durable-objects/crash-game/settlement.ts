/**
 * Works through decided bets until each wallet has acknowledged: at once after a decision, and by the alarm for what failed. A bet that
 * a wallet can't end now is tried again later, for ever, and logged; it never holds up the others.
 */
import type { Receipt } from "../../shared/protocol/rpc/wallet.ts";
import type { AlarmTable } from "../platform/alarm-table.ts";
import { log } from "../platform/log.ts";
import type { CrashTableStore } from "./crash-table-store.ts";
import type { StakeWallets } from "./stake-wallets.ts";
import type { BetRow } from "./table-rows.ts";

export const SETTLE_JOB = "settle";
/** Decided bets are settled at once; the job is for when the object dies first. */
const SETTLE_BY_ALARM_MS = 1_000;
const PARALLEL_CALLS = 20;
const PAGE_BETS = 200;
const PAGES_MAX = 50;

export class Settlement {
  readonly #store: CrashTableStore;
  readonly #wallets: StakeWallets;
  readonly #alarms: AlarmTable;
  readonly #onSettled: (bet: BetRow, receipt: Receipt<unknown>) => void;
  #isRunning = false;

  constructor(
    store: CrashTableStore,
    wallets: StakeWallets,
    alarms: AlarmTable,
    onSettled: (bet: BetRow, receipt: Receipt<unknown>) => void,
  ) {
    this.#store = store;
    this.#wallets = wallets;
    this.#alarms = alarms;
    this.#onSettled = onSettled;
  }

  /** Leaves the job for what was just decided; call in the same turn, so that both are on disk or neither. */
  scheduleFrom(nowMs: number): void {
    this.#alarms.scheduleIfAbsent(SETTLE_JOB, nowMs + SETTLE_BY_ALARM_MS);
    this.#alarms.arm();
  }

  /** Settles what is due; one run at a time. Never throws: failures stay in the rows. */
  async run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const bets = this.#store.unsettled(Date.now(), PAGE_BETS);
        if (bets.length === 0) break;
        for (let from = 0; from < bets.length; from += PARALLEL_CALLS)
          await Promise.all(bets.slice(from, from + PARALLEL_CALLS).map((bet) => this.#settle(bet)));
      }
    } finally {
      this.#isRunning = false;
      const nextAtMs = this.#store.nextSettleAtMs();
      if (nextAtMs === null) this.#alarms.cancel(SETTLE_JOB);
      else this.#alarms.schedule(SETTLE_JOB, Math.max(nextAtMs, Date.now() + SETTLE_BY_ALARM_MS));
      this.#alarms.arm();
    }
  }

  async #settle(bet: BetRow): Promise<void> {
    try {
      const receipt = await this.#wallets.settle(bet);
      this.#store.markSettled(bet.bet_id, Date.now());
      if (receipt !== null) this.#onSettled(bet, receipt);
    } catch (error) {
      log("error", "crash_settlement_failed", { betId: bet.bet_id, round: bet.round, attempts: bet.settle_attempts + 1, error });
      this.#store.settleLater(bet, Date.now());
    }
  }
}
