/**
 * A game's tables as the game sees them: whom to tell of a change, who has heard it, and how many people are there.
 *
 * All of it is memory: a game that wakes tells every table again and asks who is there. A table that is slow or gone costs its own
 * players only: nobody waits for it longer than `ANSWER_MS_MAX`, it is not told again while it may still answer, and once it has kept
 * silent it is not asked who is there until it speaks. What it answers late counts all the same.
 */
import { isLater } from "../../shared/crash/round.ts";
import type { CrashTableRpc, RoundView, TablePresence } from "../../shared/protocol/rpc/crash.ts";
import { log } from "../platform/log.ts";

const ANSWER_MS_MAX = 2_000;

type Stage = Pick<RoundView, "roundNumber" | "status" | "isClosed" | "closedFor">;

export class GameTables {
  readonly #table: (number: number) => CrashTableRpc;
  readonly #gameId: string;
  readonly #presences = new Map<number, TablePresence>();
  readonly #heard = new Map<number, Stage>();
  /** What tables are being told and have not answered in time or otherwise. */
  readonly #telling = new Map<number, { readonly stage: Stage; readonly inTime: Promise<boolean> }>();
  /** Those that did not answer in time, whatever they were asked. */
  readonly #silent = new Set<number>();

  constructor(gameId: string, table: (number: number) => CrashTableRpc) {
    this.#gameId = gameId;
    this.#table = table;
  }

  /** Tells the first `count` tables that have not heard this state; true when all of them have now. One message a table. */
  async announce(view: RoundView, count: number): Promise<boolean> {
    const deaf = numbers(count).filter((number) => !isSame(this.#heard.get(number), view));
    const heard = await Promise.all(deaf.map((number) => this.#tellOnce(number, view)));
    return heard.every(Boolean);
  }

  /** A table says how many are there. */
  report(number: number, presence: TablePresence): void {
    this.#silent.delete(number);
    this.#presences.set(number, presence);
  }

  /** How many are at the first `count` tables; those that have said nothing since this object woke are asked, once. */
  async presence(count: number): Promise<{ readonly connections: number; readonly openBets: number }> {
    const unknown = numbers(count).filter((number) => !this.#presences.has(number) && !this.#silent.has(number));
    await Promise.all(unknown.map((number) => this.#answer(number, this.#table(number).presence())));
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

  /** Tells a table, or waits with whoever is telling it the same. */
  #tellOnce(number: number, view: RoundView): Promise<boolean> {
    const telling = this.#telling.get(number);
    if (telling !== undefined && isSame(telling.stage, view)) return telling.inTime;
    const { roundNumber, status, isClosed = false, closedFor = null } = view;
    const stage: Stage = { roundNumber, status, isClosed, closedFor };
    const inTime = this.#tell(number, view, stage).finally(() => {
      if (this.#telling.get(number)?.stage === stage) this.#telling.delete(number);
    });
    this.#telling.set(number, { stage, inTime });
    return inTime;
  }

  #tell(number: number, view: RoundView, stage: Stage): Promise<boolean> {
    const told = this.#table(number).roundChanged(view);
    told.then(
      () => {
        const heard = this.#heard.get(number);
        if (heard === undefined || !isLater(heard, stage)) this.#heard.set(number, stage);
      },
      // Whoever waits for the answer says that there was none.
      () => {},
    );
    return this.#answer(number, told);
  }

  /** Takes in what a table answers; says whether it did in time. */
  async #answer(number: number, answer: Promise<TablePresence>): Promise<boolean> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error("no answer in time")), ANSWER_MS_MAX);
    });
    const taken = answer.then((presence) => this.report(number, presence));
    try {
      await Promise.race([taken, late]);
      return true;
    } catch (error) {
      this.#silent.add(number);
      log("warn", "crash_table_unreachable", { gameId: this.#gameId, table: number, error });
      return false;
    } finally {
      clearTimeout(timer);
    }
  }
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function isSame(heard: Stage | undefined, { roundNumber, status, isClosed = false, closedFor = null }: Stage): boolean {
  return heard?.roundNumber === roundNumber && heard.status === status && heard.isClosed === isClosed && heard.closedFor === closedFor;
}
