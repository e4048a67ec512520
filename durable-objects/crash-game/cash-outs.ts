/**
 * Cash-outs of one table while a round flies: presses, each worth the multiplier of its receipt, and automatic targets.
 *
 * A press is noted, granted by the game, stored and only then answered. The presses of a moment are granted together: the game hears from a
 * table a few times a second, however many play there.
 */
import { multiplierAt } from "../../shared/crash/curve.ts";
import { invariant } from "../../shared/kernel/invariant.ts";
import { err, ok } from "../../shared/kernel/result.ts";
import type { CrashBetView, CrashGameRpc, CrashReply } from "../../shared/protocol/rpc/crash.ts";
import { Gather } from "../platform/gather.ts";
import { log } from "../platform/log.ts";
import { multiplierNow } from "./crash-frames.ts";
import type { CrashTableStore } from "./crash-table-store.ts";
import type { BetRow } from "./table-rows.ts";

/** What a press is worth is fixed by then; this is how long its answer may take longer. */
const GATHER_MS = 40;

interface Press {
  readonly betId: string;
  readonly round: number;
  readonly hundredths: number;
}

export interface CashOutPorts {
  readonly gameId: string;
  readonly store: CrashTableStore;
  readonly game: () => CrashGameRpc;
  readonly decided: (bets: readonly BetRow[]) => void;
}

export class CashOuts {
  readonly #ports: CashOutPorts;
  readonly #presses: Gather<Press, null>;
  #isSweeping = false;

  constructor(ports: CashOutPorts) {
    this.#ports = ports;
    this.#presses = new Gather((presses) => this.#grant(presses), GATHER_MS);
  }

  /** A press of a player on a running bet of theirs, received at `receivedAtMs`. */
  async press(bet: BetRow, receivedAtMs: number): Promise<CrashReply<CrashBetView>> {
    const { store, gameId } = this.#ports;
    const round = store.round();
    if (round?.number !== bet.round) return err({ reason: "unavailable" });
    if (round.status !== "RUNNING" || round.started_at === null) return err({ reason: "round_not_running" });
    const pressed = store.press(bet.bet_id, multiplierAt(receivedAtMs - round.started_at, round.curve_millionths_per_ms));
    if (pressed !== null) {
      const hundredths = Math.min(pressed, bet.target_hundredths ?? pressed);
      try {
        await this.#presses.add({ betId: bet.bet_id, round: bet.round, hundredths });
      } catch (error) {
        // The press is stored with its multiplier: the next sweep or the end of the round decides it by the same rule.
        log("warn", "crash_game_unreachable", { gameId, error });
        return err({ reason: "unavailable" });
      }
    }
    const now = store.bet(bet.bet_id);
    invariant(now !== null, "a bet that is in stays");
    return this.ended(now);
  }

  /** What a press on a bet that has ended answers. */
  ended(bet: BetRow): CrashReply<CrashBetView> {
    if (bet.status === "CASHED_OUT") return ok(this.#ports.store.viewOf(bet));
    return err(bet.status === "REFUNDED" ? { reason: "bet_not_active", status: bet.status } : { reason: "too_late" });
  }

  /** Pays the automatic targets that the flight has reached, and presses that could not be decided when they came. */
  async sweep(): Promise<void> {
    const { store } = this.#ports;
    const round = store.round();
    if (this.#isSweeping || round?.status !== "RUNNING") return;
    this.#isSweeping = true;
    try {
      const due = store.dueMultipliers(round.number, multiplierNow(round, Date.now()));
      const reached = due.length === 0 ? [] : await this.#ports.game().reachedTargets(round.number, due);
      this.#ports.decided(store.sweep(round.number, reached, Date.now()));
    } finally {
      this.#isSweeping = false;
    }
  }

  /** Presses of one round as a rule; of two when one ended in between. */
  async #grant(presses: readonly Press[]): Promise<readonly null[]> {
    const { store, game, decided } = this.#ports;
    for (const [round, own] of Map.groupBy(presses, (press) => press.round)) {
      const worth = await game().grantCashOuts(
        round,
        own.map(({ hundredths }) => hundredths),
      );
      const granted = own.flatMap(({ betId }, index) => {
        const hundredths = worth[index] ?? null;
        return hundredths === null ? [] : [{ betId, hundredths }];
      });
      decided(store.cashOut(granted, Date.now()));
    }
    return presses.map(() => null);
  }
}
