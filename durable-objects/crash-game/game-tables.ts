/**
 * A game's tables as the game sees them: whom to tell of a change, who has heard it, and how many people are there.
 *
 * All of it is memory: a game that wakes tells every table again and asks who is there. A table that is slow or gone costs its own
 * players only: nobody waits for it longer than `ANSWER_MS_MAX`.
 */
import type { CrashTableRpc, RoundView, TablePresence } from "../../shared/protocol/rpc/crash.ts";
import { log } from "../platform/log.ts";

const ANSWER_MS_MAX = 2_000;

type Stage = Pick<RoundView, "roundNumber" | "status">;

export class GameTables {
  readonly #table: (number: number) => CrashTableRpc;
  readonly #gameId: string;
  readonly #presences = new Map<number, TablePresence>();
  readonly #heard = new Map<number, Stage>();

  constructor(gameId: string, table: (number: number) => CrashTableRpc) {
    this.#gameId = gameId;
    this.#table = table;
  }

  /** Tells the first `count` tables that have not heard this state; true when all of them have now. One message a table. */
  async announce(view: RoundView, count: number): Promise<boolean> {
    const deaf = numbers(count).filter((number) => !isSame(this.#heard.get(number), view));
    const heard = await Promise.all(deaf.map((number) => this.#tell(number, view)));
    return heard.every(Boolean);
  }

  /** A table says how many are there. */
  report(number: number, presence: TablePresence): void {
    this.#presences.set(number, presence);
  }

  /** How many are at the first `count` tables; those that have said nothing since this object woke are asked. */
  async presence(count: number): Promise<{ readonly connections: number; readonly openBets: number }> {
    const silent = numbers(count).filter((number) => !this.#presences.has(number));
    await Promise.all(silent.map((number) => this.#ask(number)));
    const here = numbers(count).flatMap((number) => this.#presences.get(number) ?? []);
    return {
      connections: here.reduce((sum, { connections }) => sum + connections, 0),
      openBets: here.reduce((sum, { openBets }) => sum + openBets, 0),
    };
  }

  /** Players with a bet in this round, by what the tables said last. */
  players(roundNumber: number): number {
    let players = 0;
    for (const presence of this.#presences.values()) if (presence.roundNumber === roundNumber) players += presence.players;
    return players;
  }

  /** What was staked on this round, by what the tables said last. */
  totals(roundNumber: number): { readonly bets: number; readonly stakedMinor: number } {
    let [bets, stakedMinor] = [0, 0];
    for (const presence of this.#presences.values()) {
      if (presence.roundNumber !== roundNumber) continue;
      bets += presence.bets ?? 0;
      stakedMinor += presence.stakedMinor ?? 0;
    }
    return { bets, stakedMinor };
  }

  async #tell(number: number, view: RoundView): Promise<boolean> {
    const presence = await this.#answer(number, this.#table(number).roundChanged(view));
    if (presence === null) return false;
    this.#heard.set(number, { roundNumber: view.roundNumber, status: view.status });
    return true;
  }

  async #ask(number: number): Promise<void> {
    await this.#answer(number, this.#table(number).presence());
  }

  /** What a table answers in time; null otherwise. */
  async #answer(number: number, answer: Promise<TablePresence>): Promise<TablePresence | null> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error("no answer in time")), ANSWER_MS_MAX);
    });
    try {
      const presence = await Promise.race([answer, late]);
      this.#presences.set(number, presence);
      return presence;
    } catch (error) {
      log("warn", "crash_table_unreachable", { gameId: this.#gameId, table: number, error });
      return null;
    } finally {
      clearTimeout(timer);
    }
  }
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function isSame(heard: Stage | undefined, { roundNumber, status }: Stage): boolean {
  return heard?.roundNumber === roundNumber && heard.status === status;
}
