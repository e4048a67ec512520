/** A game with several tables: who sits where, and that a player has one table in a round. And what a lean connection costs. */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { GameClosing } from "../../../durable-objects/crash-game/game-closing.ts";
import { durableSql } from "../../../durable-objects/platform/sql.ts";
import { flightMs } from "../../../shared/crash/curve.ts";
import { tableOf } from "../../../shared/crash/seats.ts";
import type { RoundView } from "../../../shared/protocol/rpc/crash.ts";
import type { CrashState } from "../../../shared/protocol/ws/crash.ts";
import { mint } from "../../support/wallet-commands.ts";
import { newWallet, type TestWallet } from "../wallet/wallet-support.ts";
import { bearer, Client, http, ticketOf } from "./crash-client.ts";
import { got, TestGame } from "./crash-support.ts";

const RATE = 60;
const room = new TestGame("crash-ke");
const clients: Client[] = [];
const tableAt = (number: number) => env.CRASH_TABLE.getByName(`crash-ke:${number}`);

async function connect(path: string, userId?: string): Promise<Client> {
  const protocol: Record<string, string> = userId === undefined ? {} : { "Sec-WebSocket-Protocol": `mkeka-ticket.${ticketOf(userId)}` };
  const client = await Client.connect(path, protocol);
  clients.push(client);
  return client;
}

/** A player with money who sits at the second of two tables. */
async function playerOfTable2(): Promise<TestWallet> {
  for (;;) {
    const player = await newWallet(50_000);
    if (tableOf(player.userId, 2) === 2) return player;
  }
}

/** The waiting round has so many tables, as if a crowd had come in the round before. */
async function setTables(tables: number): Promise<void> {
  await runInDurableObject(room.game, (_, state) => {
    state.storage.sql.exec("UPDATE round SET tables = ? WHERE number = (SELECT max(number) FROM round)", tables);
  });
}

/** Opens a round with two tables and tells both. */
async function openTwo(): Promise<RoundView> {
  await room.rest();
  await setTables(2);
  const round = await room.open();
  await tableAt(2).roundChanged(round);
  return round;
}

beforeEach(() => room.startClock());
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  for (const number of [1, 2])
    await vi.waitFor(async () => {
      await room.pass(1_000);
      expect((await tableAt(number).presence()).connections).toBe(0);
    });
  await room.rest();
  await setTables(1);
  await room.settle();
  room.stopClock();
});

describe("a player of a game with two tables", () => {
  it("bets at their own only; over HTTP and with a ticket they come to it by themselves", async () => {
    const player = await playerOfTable2();
    await openTwo();
    const command = { userId: player.userId, country: "KE", key: mint("key"), slot: "A", stakeMinor: 10_000 } as const;
    expect(await room.table.placeBet({ ...command, autoCashOutHundredths: 200 })).toEqual({
      ok: false,
      error: { reason: "other_table", tables: 2 },
    });
    const placed = await http("POST", "/api/v1/games/crash/bet", { amount: 100, slot: "A" }, await bearer(player.userId));
    expect(placed.status).toBe(201);
    expect(await tableAt(2).bets({ userId: player.userId, limit: 5 })).toHaveLength(1);
    expect(await room.table.bets({ userId: player.userId, limit: 5 })).toEqual([]);
    const client = await connect("/ws/games/crash-ke", player.userId);
    expect((await client.next("snapshot")).bets).toMatchObject([{ bet_id: placed.body["bet_id"] }]);
    expect((await tableAt(2).presence()).connections).toBe(1);
    // One slot is one bet, whatever table is asked.
    const again = await http("POST", "/api/v1/games/crash/bet", { amount: 100, slot: "A" }, await bearer(player.userId));
    expect(again).toMatchObject({ status: 409, body: { error: { code: "SLOT_TAKEN" } } });
    const bets = await http("GET", "/api/v1/games/crash/bets", undefined, await bearer(player.userId));
    expect(JSON.stringify(bets.body)).toContain(String(placed.body["bet_id"]));
  });

  it("is sent on when the round that opens has a table of theirs that was not there before", async () => {
    const player = await playerOfTable2();
    const secret = await room.rig((crash) => crash > 110 && crash < 130);
    const client = await connect("/ws/games/crash-ke", player.userId);
    const watcher = await connect("/ws/games/crash-ke");
    await Promise.all([client.next("snapshot"), watcher.next("snapshot")]);
    await room.takeOff();
    await room.crash(secret, flightMs(secret.crashHundredths, RATE));
    for (const each of [client, watcher]) expect(each.all("moved")).toEqual([]);
    const opened = await room.nextRoundWith(2);
    await tableAt(2).roundChanged(opened);
    const moved = await client.next("moved");
    expect(moved.reconnect_in_ms).toBeLessThan(3_000);
    expect(watcher.all("moved")).toEqual([]);
    const back = await connect("/ws/games/crash-ke", player.userId);
    await back.next("snapshot");
    expect((await tableAt(2).presence()).connections).toBe(1);
  });

  it("cashes out at the table of the bet, and looks back on bets of tables where they sat before", async () => {
    const player = await playerOfTable2();
    const first = await room.rig((crash) => crash > 110 && crash < 130);
    await room.open();
    const old = got(await room.bet(player.userId, { autoCashOutHundredths: 105 }));
    await room.takeOff();
    await room.crash(first, flightMs(first.crashHundredths, RATE));
    await room.rest();
    await openTwo();
    const placed = await http("POST", "/api/v1/games/crash/bet", { amount: 100, auto_cashout: 1.01 }, await bearer(player.userId));
    const { body } = await http("GET", "/api/v1/games/crash/bets", undefined, await bearer(player.userId));
    const ids = (body as { bets: { bet_id: string }[] }).bets.map(({ bet_id }) => bet_id);
    expect(ids).toEqual([placed.body["bet_id"], old.bet.betId]);
    const again = await http("POST", "/api/v1/games/crash/cashout", { bet_id: old.bet.betId }, await bearer(player.userId));
    expect(again).toMatchObject({ status: 200, body: { bet_id: old.bet.betId, multiplier: 1.05 } });
  });
});

describe("a game that is closed", () => {
  /** Closes it as its own checks would, and lets a table's report bring it to light. */
  async function close(): Promise<void> {
    await runInDurableObject(room.game, (_, state) =>
      new GameClosing(durableSql(state.storage)).close("crash-ke", "rtp_breach", "of a test", Date.now()),
    );
    await room.game.recordPlayed("crash-ke:1", 0, { bets: 0, stakedMinor: 0, paidMinor: 0, expectedMinor: 0, variance: 0 });
  }

  it("says so at once at all its tables and to newcomers, flies on to its end, and opens no round until it is opened again", async () => {
    const player = await playerOfTable2();
    const secret = await room.rig((crash) => crash > 110 && crash < 130);
    await setTables(2);
    await tableAt(2).roundChanged(await room.open());
    const [watcher, other] = [await connect("/ws/games/crash-ke"), await connect("/ws/games/crash-ke?form=lean", player.userId)];
    for (const client of [watcher, other]) expect(await client.next("snapshot")).toMatchObject({ closed: false, closed_for: null });
    const flying = await room.takeOff();
    await tableAt(2).roundChanged(flying);

    await close();
    await vi.waitFor(() => {
      expect(watcher.all("state_update").at(-1)).toMatchObject({ status: "RUNNING", closed: true, closed_for: "rtp_breach" });
      expect(other.all("change").at(-1)).toMatchObject({ closed: true, closed_for: "rtp_breach" });
    });
    const late = await connect("/ws/games/crash-ke");
    expect(await late.next("snapshot")).toMatchObject({ status: "RUNNING", closed: true, closed_for: "rtp_breach" });
    const ended = await room.crash(secret, flightMs(secret.crashHundredths, RATE));
    await tableAt(2).roundChanged(ended);
    expect(await watcher.next("crashed")).toMatchObject({ round_number: secret.roundNumber });
    room.leap(60_000);
    await runDurableObjectAlarm(room.game);
    expect(await room.game.join()).toMatchObject({ status: "WAITING", isClosed: true });

    expect(await room.game.reopen()).toBe(true);
    await vi.waitFor(() =>
      expect(watcher.all("state_update").at(-1)).toMatchObject({ status: "BETTING", closed: false, closed_for: null }),
    );
    expect(await room.game.reopen()).toBe(false);
  });
});

describe("a lean connection", () => {
  it("knows the state that others are told, from less than 6 KB a minute", async () => {
    const secret = await room.rig((crash) => crash > 1_500 && crash < 3_000);
    const [full, lean] = [await connect("/ws/games/crash-ke"), await connect("/ws/games/crash-ke?form=lean")];
    const snapshot = await lean.next("snapshot");
    await full.next("snapshot");
    const startedAtMs = Date.now();
    await room.takeOff();
    await room.crash(secret, flightMs(secret.crashHundredths, RATE));
    await Promise.all([full.next("crashed"), lean.next("crashed")]);
    // The state comes after it, on each line for itself.
    await vi.waitFor(() =>
      expect([full.all("state_update").at(-1)?.status, lean.all("change").at(-1)?.status]).toEqual(["CRASHED", "CRASHED"]),
    );
    const seconds = (Date.now() - startedAtMs) / 1_000;
    let state: CrashState = snapshot;
    for (const frame of lean.frames) {
      if (frame.type === "change") state = { ...state, ...frame };
      if (frame.type === "beat") state = { ...state, ...frame };
    }
    const { elapsed_ms: _shown, ...told } = full.all("state_update").at(-1) ?? snapshot;
    for (const [name, value] of Object.entries(told)) if (!["type", "seq"].includes(name)) expect(state).toHaveProperty(name, value);
    expect(full.all("beat")).toEqual([]);
    // As on the wire: the frames' text and their headers of two or four bytes.
    const bytes = lean.frames.slice(1).reduce((sum, frame) => sum + wireBytes(JSON.stringify(frame)), 0);
    expect(seconds).toBeGreaterThan(50);
    expect((bytes / seconds) * 60).toBeLessThan(6_000);
  });
});

function wireBytes(text: string): number {
  return text.length + (text.length < 126 ? 2 : 4);
}
