/**
 * The game's time at its table. The game's clock decides what a flight has reached; the table's decides when a press was received. Where
 * the game's own stamps prove that the two differ, the table's is corrected, so that no player gains or loses by the machine they sit at.
 */
import { type OffsetBounds, provenOffset, UNKNOWN_OFFSET, withStamp } from "../../shared/crash/clock-offset.ts";
import type { RoundView } from "../../shared/protocol/rpc/crash.ts";
import { log } from "../platform/log.ts";
import type { TableName } from "./table-rows.ts";

/** Machines of the platform agree within milliseconds: beyond this somebody should look. */
const WORTH_A_WARNING_MS = 250;

export class GameTime {
  readonly #name: TableName;
  #bounds: OffsetBounds = UNKNOWN_OFFSET;
  #hasWarned = false;

  constructor(name: TableName) {
    this.#name = name;
  }

  /** The game's time now, as far as it is proven to differ from ours. */
  nowMs(): number {
    return Date.now() + provenOffset(this.#bounds);
  }

  /** A state came by itself. */
  heard(view: RoundView): void {
    this.#take(view.serverTimeMs, null);
  }

  /** Asks the game for a state, and takes its stamp with the time that the question took. */
  async asked(question: () => Promise<RoundView>): Promise<RoundView> {
    const askedAtMs = Date.now();
    const view = await question();
    this.#take(view.serverTimeMs, askedAtMs);
    return view;
  }

  #take(stampedAtMs: number, askedAtMs: number | null): void {
    this.#bounds = withStamp(this.#bounds, { stampedAtMs, askedAtMs, heardAtMs: Date.now() });
    const offsetMs = provenOffset(this.#bounds);
    const isOff = Math.abs(offsetMs) > WORTH_A_WARNING_MS;
    if (isOff && !this.#hasWarned) log("warn", "crash_table_clock_off", { ...this.#name, offsetMs });
    this.#hasWarned = isOff;
  }
}
