/** A real game, table and wallets under a clock that the test moves, and rounds whose crash point the test chose. */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, vi } from "vitest";
import { ChainStore } from "../../../durable-objects/crash-game/chain-store.ts";
import { ChainVault } from "../../../durable-objects/crash-game/chain-vault.ts";
import { CrashGameStore, type RoundRow } from "../../../durable-objects/crash-game/crash-game-store.ts";
import { AlarmTable } from "../../../durable-objects/platform/alarm-table.ts";
import { hmacSha256OfBytes } from "../../../durable-objects/platform/hash.ts";
import { Outbox } from "../../../durable-objects/platform/outbox.ts";
import { durableSql } from "../../../durable-objects/platform/sql.ts";
import { crashPoint } from "../../../shared/crash/crash-point.ts";
import { tenantOfGame } from "../../../shared/crash/games.ts";
import { toHex } from "../../../shared/crash/hash.ts";
import type { CrashReply, PlaceCrashBet, RoundView } from "../../../shared/protocol/rpc/crash.ts";
import { configOf } from "../../../workers/env.ts";
import { mint } from "../../support/wallet-commands.ts";

export interface Secret {
  readonly roundNumber: number;
  readonly serverSeed: string;
  readonly crashHundredths: number;
}

const SALTS_TRIED_MAX = 200_000;
const BEAT_MS = 1_000;

/** One game with its table; tests of a file share it and leave it at rest. */
export class TestGame {
  readonly gameId: string;

  constructor(gameId: string) {
    this.gameId = gameId;
  }

  /** Fresh stubs, so that an evicted object is met again. */
  get game() {
    return env.CRASH_GAME.getByName(this.gameId);
  }

  get table() {
    return env.CRASH_TABLE.getByName(`${this.gameId}:1`);
  }

  /** From here Date stands still; timers and alarms of the platform stay real. */
  startClock(): void {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  }

  stopClock(): void {
    vi.useRealTimers();
  }

  /** Moves time on in the table's beats, as its timer would. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= BEAT_MS) {
      this.leap(Math.min(left, BEAT_MS));
      await this.table.beat();
    }
  }

  /** Moves time on while nothing runs. */
  leap(ms: number): void {
    vi.setSystemTime(Date.now() + ms);
  }

  /** Chooses a salt under which the waiting round crashes where the test wants; gives what nobody may learn before. */
  async rig(wanted: (crashHundredths: number) => boolean): Promise<Secret> {
    await this.rest();
    return this.choose(wanted);
  }

  /** The same for the round that waits or takes bets now. */
  choose(wanted: (crashHundredths: number) => boolean): Promise<Secret> {
    return runInDurableObject(this.game, (_instance, state) => {
      const sql = durableSql(state.storage);
      const chains = new ChainStore(sql, this.gameId, new ChainVault(chainSecret()));
      const round = sql.first<RoundRow>("SELECT * FROM round ORDER BY number DESC LIMIT 1");
      if (round === null) throw new Error("the game has no round");
      const chain = chains.read(round.chain);
      const hash = chains.hashOf(chain, round.number, round.commitment);
      for (let tried = 0; tried < SALTS_TRIED_MAX; tried += 1) {
        const salt = `test-salt-${round.number}-${tried}`;
        const rules = { salt, houseEdgeBasisPoints: chain.house_edge_basis_points, capHundredths: chain.cap_hundredths };
        const { crashHundredths } = crashPoint(hash, rules, hmacSha256OfBytes);
        if (!wanted(crashHundredths)) continue;
        sql.run("UPDATE chain SET salt = ? WHERE number = ?", salt, chain.number);
        return { roundNumber: round.number, serverSeed: toHex(hash), crashHundredths };
      }
      throw new Error("no salt gives the wanted point");
    });
  }

  /** Lets the pause end into a round with so many tables, and opens it. */
  async nextRoundWith(tables: number): Promise<RoundView> {
    await runInDurableObject(this.game, (_instance, state) => {
      state.storage.sql.exec(
        `CREATE TRIGGER round_tables AFTER INSERT ON round BEGIN UPDATE round SET tables = ${tables} WHERE number = NEW.number; END`,
      );
    });
    try {
      this.leap(5_000);
      await runDurableObjectAlarm(this.game);
    } finally {
      await runInDurableObject(this.game, (_instance, state) => void state.storage.sql.exec("DROP TRIGGER round_tables"));
    }
    return this.open();
  }

  /** Opens the waiting round for bets. */
  async open(): Promise<RoundView> {
    const round = await this.game.join();
    await this.table.roundChanged(round);
    expect(round.status).toBe("BETTING");
    return round;
  }

  /** Lets betting end. */
  async takeOff(): Promise<RoundView> {
    const { bettingEndsAtMs } = await this.game.view();
    await this.pass((bettingEndsAtMs ?? 0) - Date.now());
    return this.told("RUNNING");
  }

  /** Lets the flight end by its alarm. */
  async crash(secret: Secret, flightMs: number): Promise<RoundView> {
    const { startedAtMs } = await this.game.view();
    await this.pass((startedAtMs ?? 0) + flightMs - Date.now());
    const round = await this.told("CRASHED");
    expect(round).toMatchObject({ crashHundredths: secret.crashHundredths, serverSeed: secret.serverSeed });
    return round;
  }

  /** Ends the flight in the game's rows as if the process had died right after the commit: nobody is told. */
  async crashSilently(): Promise<void> {
    await runInDurableObject(this.game, (_instance, state) => {
      const sql = durableSql(state.storage);
      const chains = new ChainStore(sql, this.gameId, new ChainVault(chainSecret()));
      const rules = tenantOfGame(this.gameId)?.crash;
      if (rules === undefined) throw new Error("no such game");
      const store = new CrashGameStore(sql, chains, new AlarmTable(sql, state.storage), new Outbox(sql), rules);
      expect(store.endPhase(Date.now())).toBe(true);
    });
  }

  /** Goes on until the game waits with nobody at the table. */
  async rest(): Promise<void> {
    for (let step = 0; step < 40; step += 1) {
      const round = await this.game.view();
      if (round.status === "WAITING") return;
      await this.pass(5_000);
      await runDurableObjectAlarm(this.game);
    }
    throw new Error("the game does not come to rest");
  }

  bet(userId: string, fields: Partial<PlaceCrashBet> = {}) {
    return this.table.placeBet({
      userId,
      country: "KE",
      key: mint("key"),
      slot: "A",
      stakeMinor: 10_000,
      autoCashOutHundredths: null,
      ...fields,
    });
  }

  /** Settles what is decided, as the table's alarm would; wallets have acknowledged after it. */
  async settle(): Promise<void> {
    await vi.waitFor(async () => {
      const unsettled = await this.countBets("settle_at IS NOT NULL");
      if (unsettled > 0) {
        this.leap(BEAT_MS);
        await runDurableObjectAlarm(this.table);
      }
      expect(unsettled).toBe(0);
    });
  }

  countBets(condition: string): Promise<number> {
    return runInDurableObject(this.table, (_instance, state) =>
      Number(state.storage.sql.exec<{ n: number }>(`SELECT count(*) AS n FROM bet WHERE ${condition}`).one().n),
    );
  }

  /** The game's alarm has run and its table has heard of the state. */
  private async told(status: RoundView["status"]): Promise<RoundView> {
    await runDurableObjectAlarm(this.game);
    const round = await this.game.view();
    expect(round.status).toBe(status);
    await this.table.roundChanged(round);
    return round;
  }
}

/** The value of a reply that has to be one. */
export function got<T>(reply: CrashReply<T>): T {
  if (!reply.ok) throw new Error(`refused: ${JSON.stringify(reply.error)}`);
  return reply.value;
}

function chainSecret(): string {
  return configOf(env).CRASH_CHAIN_SECRET;
}
