/** The list of a round's bets: who is in it, who is not, and that the lean form pays nothing for it. */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { flightMs } from "../../../shared/crash/curve.ts";
import { newWallet } from "../wallet/wallet-support.ts";
import { Client, ticketOf } from "./crash-client.ts";
import { got, TestGame } from "./crash-support.ts";

const RATE = 60;
const room = new TestGame("crash-ke");
const lounge = () => env.CRASH_LOUNGE.getByName("KE:crash-ke");
const clients: Client[] = [];

async function watch(form = ""): Promise<Client> {
  const client = await Client.connect(`/ws/games/crash-ke${form}`);
  clients.push(client);
  await client.next("snapshot");
  return client;
}

beforeEach(() => room.startClock());
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await vi.waitFor(async () => {
    await room.pass(1_000);
    expect((await room.table.presence()).connections).toBe(0);
  });
  await room.rest();
  await room.settle();
  vi.restoreAllMocks();
  room.stopClock();
});

describe("the live list in Kenya", () => {
  it("names those who agreed, masked, and counts the others only; a withdrawal is told at once", async () => {
    const [shown, hidden] = [await newWallet(50_000), await newWallet(50_000)];
    await lounge().setShownName(shown.userId, "W***u", "KE-shown-name-1");
    const secret = await room.rig((crash) => crash > 130 && crash < 150);
    const [full, lean] = [await watch(), await watch("?form=lean")];
    expect(await full.next("bets")).toMatchObject({ whole: true, table: { bets: 0, staked: 0 }, list: [] });
    await room.open();
    got(await room.bet(shown.userId, { autoCashOutHundredths: 110, stakeMinor: 20_000 }));
    got(await room.bet(hidden.userId, { autoCashOutHundredths: 110 }));
    const placed = await vi.waitFor(() => {
      const frames = full.all("bets").slice(1);
      expect(frames.at(-1)?.table).toEqual({ bets: 2, staked: 300 });
      return frames;
    });
    const listed = placed.flatMap(({ list }) => list);
    expect(listed).toEqual([{ bet: expect.stringMatching(/^[0-9a-f]{8}$/), player: "W***u", amount: 200 }]);
    await room.takeOff();
    await room.pass(flightMs(110, RATE) + 10);
    await room.table.sweep();
    const left = await vi.waitFor(() => {
      const frames = full.all("cashouts");
      expect(frames.reduce((sum, { count }) => sum + count, 0)).toBe(2);
      return frames.flatMap(({ list }) => list);
    });
    expect(left).toEqual([{ bet: listed[0]?.bet, player: "W***u", multiplier: 1.1, payout: 220 }]);
    const late = await watch();
    expect((await late.next("bets")).list).toEqual([{ bet: listed[0]?.bet, player: "W***u", amount: 200, multiplier: 1.1, payout: 220 }]);
    const told = full.all("bets").length;
    await lounge().setShownName(shown.userId, null, "KE-shown-name-1");
    await room.table.nameChanged(shown.userId, null);
    expect(await full.next("bets", told)).toMatchObject({ whole: true, table: { bets: 2, staked: 300 }, list: [] });
    await room.crash(secret, flightMs(secret.crashHundredths, RATE));
    await full.next("crashed");
    for (const type of ["bets", "cashouts"] as const) expect(lean.all(type)).toEqual([]);
    for (const each of [full, late, lean]) {
      expect(JSON.stringify(each.frames)).not.toContain(hidden.userId);
      expect(JSON.stringify(each.frames)).not.toContain(shown.userId);
    }
  });

  it("shows no name while the lounge is silent, and the round goes on", async () => {
    const player = await newWallet(50_000);
    await lounge().setShownName(player.userId, "A***i", "KE-shown-name-1");
    const secret = await room.rig((crash) => crash > 105 && crash < 130);
    const full = await watch();
    vi.spyOn(env.CRASH_LOUNGE, "getByName").mockImplementation(() => {
      throw new Error("the lounge is away");
    });
    await room.open();
    got(await room.bet(player.userId));
    await vi.waitFor(() => expect(full.all("bets").at(-1)?.table.bets).toBe(1));
    expect(full.all("bets").flatMap(({ list }) => list)).toEqual([]);
    await room.takeOff();
    await room.crash(secret, flightMs(secret.crashHundredths, RATE));
  });

  it("is at most fifty rows of the highest stakes, with complete counts", async () => {
    const players = await Promise.all(Array.from({ length: 26 }, () => newWallet(30_000)));
    await Promise.all(players.map(({ userId }) => lounge().setShownName(userId, "A***a", "KE-shown-name-1")));
    await room.rig((crash) => crash > 105 && crash < 130);
    await room.open();
    const bets = players.flatMap(({ userId }) => [room.bet(userId), room.bet(userId, { slot: "B", stakeMinor: 5_000 })]);
    await Promise.all(bets);
    const { table, list } = await (await watch()).next("bets");
    expect(table).toEqual({ bets: 52, staked: 3_900 });
    expect(list).toHaveLength(50);
    expect(list.map(({ amount }) => amount)).toEqual([...Array(26).fill(100), ...Array(24).fill(50)]);
    await room.takeOff();
  });
});

describe("the totals", () => {
  it("are those of the game once the game has said them", async () => {
    const player = await newWallet(50_000);
    await room.rest();
    const full = await watch();
    const round = await room.open();
    got(await room.bet(player.userId));
    await room.table.roundChanged({ ...round, status: "RUNNING", startedAtMs: Date.now(), bets: 41, stakedMinor: 820_000 });
    const protocol = { "Sec-WebSocket-Protocol": `mkeka-ticket.${ticketOf(player.userId)}` };
    const late = await Client.connect("/ws/games/crash-ke", protocol);
    clients.push(late);
    expect(await late.next("bets")).toMatchObject({ table: { bets: 1, staked: 100 }, game: { bets: 41, staked: 8_200 } });
    expect(full.all("bets")[0]).toMatchObject({ game: { bets: 0 } });
  });
});
