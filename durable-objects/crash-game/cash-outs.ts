/**
 * Cash-outs of one table while a round flies: presses, each worth the multiplier of its receipt, and automatic targets.
 *
 * A press is noted, granted by the game, stored and only then answered. The presses of a moment and the targets that are due are asked for
 * together: the game hears from a table a few times a second, however many play there, less often the more tables there are, and from each
 * at moments of its own.
 */
import { askInMs } from "../../shared/crash/asking.ts";
import { multiplierAt } from "../../shared/crash/curve.ts";
import { invariant } from "../../shared/kernel/invariant.ts";
import { err, ok } from "../../shared/kernel/result.ts";
import type { CrashBetView, CrashGameRpc, CrashReply } from "../../shared/protocol/rpc/crash.ts";
import { Gather } from "../platform/gather.ts";
import { log } from "../platform/log.ts";
import { multiplierNow } from "./crash-frames.ts";
import type { CrashTableStore } from "./crash-table-store.ts";
import type { BetRow, TableName } from "./table-rows.ts";

/** A press, at the multiplier that it is worth at most; without one, the targets that are due by now. */
interface Asked {
  readonly round: number;
  readonly press: { readonly betId: string; readonly hundredths: number } | null;
}

export interface CashOutPorts {
  readonly name: TableName;
  readonly store: CrashTableStore;
  readonly game: () => CrashGameRpc;
  /** By the game's clock. */
  readonly nowMs: () => number;
  readonly decided: (bets: readonly BetRow[]) => void;
}

export class CashOuts {
  readonly #ports: CashOutPorts;
  readonly #asks: Gather<Asked, null>;
  #isSweeping = false;

  constructor(ports: CashOutPorts) {
    this.#ports = ports;
    this.#asks = new Gather(
      (asked) => this.#ask(asked),
      () => askInMs(ports.store.round()?.tables ?? 1, ports.name.number, ports.nowMs()),
    );
  }

  /** A press of a player on a running bet of theirs, received at `receivedAtMs`. */
  async press(bet: BetRow, receivedAtMs: number): Promise<CrashReply<CrashBetView>> {
    const { store, name } = this.#ports;
    const round = store.round();
    if (round?.number !== bet.round) return err({ reason: "unavailable" });
    if (round.status !== "RUNNING" || round.started_at === null) return err({ reason: "round_not_running" });
    const pressed = store.exits.press(bet.bet_id, multiplierAt(receivedAtMs - round.started_at, round.curve_millionths_per_ms));
    if (pressed !== null) {
      const hundredths = Math.min(pressed, bet.target_hundredths ?? pressed);
      try {
        await this.#asks.add({ round: bet.round, press: { betId: bet.bet_id, hundredths } });
      } catch (error) {
        // The press is stored with its multiplier: the next sweep or the end of the round decides it by the same rule.
        log("warn", "crash_game_unreachable", { ...name, error });
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
    const { store, nowMs } = this.#ports;
    const round = store.round();
    if (this.#isSweeping || round?.status !== "RUNNING") return;
    if (store.exits.due(round, multiplierNow(round, nowMs())).length === 0) return;
    this.#isSweeping = true;
    try {
      await this.#asks.add({ round: round.number, press: null });
    } finally {
      this.#isSweeping = false;
    }
  }

  /** Of one round as a rule; of two when one ended in between. */
  async #ask(asked: readonly Asked[]): Promise<readonly null[]> {
    const { store, game, decided, nowMs } = this.#ports;
    for (const [number, own] of Map.groupBy(asked, ({ round }) => round)) {
      const presses = own.flatMap(({ press }) => press ?? []);
      const round = store.roundNumbered(number);
      const due = presses.length === own.length || round.status !== "RUNNING" ? [] : store.exits.due(round, multiplierNow(round, nowMs()));
      const worth = await game().grantCashOuts(number, [...due, ...presses.map(({ hundredths }) => hundredths)]);
      // Targets before presses, as the rules order them.
      const reached = due.filter((hundredths, index) => worth[index] === hundredths);
      if (reached.length > 0) decided(store.exits.sweep(round, reached, Date.now()));
      const granted = presses.flatMap(({ betId }, index) => {
        const hundredths = worth[due.length + index] ?? null;
        return hundredths === null ? [] : [{ betId, hundredths }];
      });
      if (granted.length > 0) decided(store.exits.cashOut(round, granted, Date.now()));
    }
    return asked.map(() => null);
  }
}
