/**
 * Who sits at this table: sends players on who sit at another of the round's, and tells the game how many are here.
 *
 * The number of tables changes between rounds only. Those who have to move are told when the next round opens, each with a delay of their
 * own, so that they don't all come at once; a table that is no longer used closes its door with the flight.
 */
import { askEveryMs } from "../../shared/crash/asking.ts";
import { tableOf } from "../../shared/crash/seats.ts";
import type { CrashGameRpc, TablePresence } from "../../shared/protocol/rpc/crash.ts";
import { CLOSED_MOVED } from "../../shared/protocol/ws/close-codes.ts";
import { log } from "../platform/log.ts";
import type { TableName, TableRound } from "./table-rows.ts";
import type { TableSockets } from "./table-sockets.ts";

/** Over so long those who move come back. */
const SPREAD_MS = 3_000;

export class Seating {
  readonly #name: TableName;
  readonly #sockets: TableSockets;
  readonly #game: () => CrashGameRpc;
  /** What was reported last: nothing new is not said again. */
  #reported = "";
  #reportedAtMs = 0;

  constructor(name: TableName, sockets: TableSockets, game: () => CrashGameRpc) {
    this.#name = name;
    this.#sockets = sockets;
    this.#game = game;
  }

  /** True when this is the player's table; a spectator may sit at any that is used. */
  isHere(userId: string | null, tables: number): boolean {
    return userId === null ? this.#name.number <= tables : tableOf(userId, tables) === this.#name.number;
  }

  roundChanged({ status, tables }: TableRound): void {
    if (status === "BETTING") {
      this.#sockets.sendSome(
        (userId) => !this.isHere(userId, tables),
        () => ({ type: "moved", reconnect_in_ms: Math.floor(Math.random() * SPREAD_MS) }),
      );
    }
    if (status === "RUNNING" && this.#name.number > tables) this.#sockets.closeAll(CLOSED_MOVED, "this table is closed");
  }

  /** Tells the game who is here, where that is news; gives the number of players at all tables. */
  async report(presence: TablePresence, round: TableRound | null): Promise<number | null> {
    const news = JSON.stringify(presence);
    if (round?.status !== "BETTING" || news === this.#reported || Date.now() - this.#reportedAtMs < askEveryMs(round.tables)) return null;
    try {
      const players = await this.#game().reportPresence(this.#name.number, presence);
      this.#reported = news;
      this.#reportedAtMs = Date.now();
      return players;
    } catch (error) {
      log("warn", "crash_game_unreachable", { ...this.#name, error });
      return null;
    }
  }
}
