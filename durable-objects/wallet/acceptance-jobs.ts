/**
 * The alarm of held bets: after its delay a bet is sent to be decided, again every few seconds until it is, and its stake is given back
 * when its time is over. Rows are the truth: a queue message that is lost, late or doubled changes nothing.
 */
import { HOUR_MS } from "../../shared/kernel/time.ts";
import type { ShownBet } from "../../shared/protocol/rpc/wallet-acceptance.ts";
import type { AlarmTable } from "../platform/alarm-table.ts";
import { endOverdueBets } from "./commands/decide-bet.ts";
import type { OpenBet } from "./pending-bet-store.ts";
import type { Moment } from "./run-command.ts";
import type { WalletStores } from "./wallet-stores.ts";

export const ACCEPTANCE_JOB = "accept-bets";
/** How long a decision may take before it is asked for again. */
const ASK_AGAIN_MS = 5_000;
/** Bets that one run looks at: as many as one batch of the queue takes. */
const BETS_MAX = 100;

export interface AcceptanceJobsPorts {
  readonly alarms: AlarmTable;
  readonly moment: () => Moment;
  /** Asks for decisions of bets. */
  readonly ask: (betIds: readonly string[]) => Promise<void>;
  /** Tells the player, and has the news sent, after stakes were given back. */
  readonly ended: (bets: readonly ShownBet[]) => void;
}

export class AcceptanceJobs {
  readonly #wallet: WalletStores;
  readonly #ports: AcceptanceJobsPorts;

  constructor(wallet: WalletStores, ports: AcceptanceJobsPorts) {
    this.#wallet = wallet;
    this.#ports = ports;
  }

  /** Call after a bet was held, offered or waits again, in the same event. */
  soon(): void {
    const atMs = this.#nextAtMs((bet) => bet.decidesAtMs);
    if (atMs === null) return;
    this.#ports.alarms.schedule(ACCEPTANCE_JOB, atMs);
    this.#ports.alarms.arm();
  }

  async run(): Promise<void> {
    const moment = this.#ports.moment();
    const ended = endOverdueBets(this.#wallet, moment);
    if (ended.length > 0) this.#ports.ended(ended);
    const due = this.#wallet.pendingBets
      .open(BETS_MAX)
      .filter((bet) => bet.state === "DELAYED" && bet.decidesAtMs <= moment.nowMs && bet.endsAtMs > moment.nowMs);
    // The next time stands before anything is sent: what is decided meanwhile plans anew.
    const nextAtMs = this.#nextAtMs((bet) => (bet.decidesAtMs > moment.nowMs ? bet.decidesAtMs : moment.nowMs + ASK_AGAIN_MS));
    if (nextAtMs !== null) {
      // What is due and could not be given back is tried again later, not at once and for ever.
      const isStuck = nextAtMs <= moment.nowMs;
      this.#ports.alarms.schedule(ACCEPTANCE_JOB, isStuck && ended.length === 0 ? moment.nowMs + HOUR_MS : nextAtMs);
    }
    if (due.length > 0) await this.#ports.ask(due.map((bet) => bet.betId));
  }

  /** When the next open bet ends, or is to be asked for. */
  #nextAtMs(askAtMs: (bet: OpenBet) => number): number | null {
    const times = this.#wallet.pendingBets
      .open(BETS_MAX)
      .map((bet) => (bet.state === "DELAYED" ? Math.min(bet.endsAtMs, askAtMs(bet)) : bet.endsAtMs));
    return times.length === 0 ? null : Math.min(...times);
  }
}
