/** What the database keeps of autoplay orders: every start with all its values, every end with its reason, whatever comes first or twice. */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CrashAutoplayRow } from "../../../shared/protocol/queue/crash-table-row.ts";
import { readAutoplayOrders, saveAutoplayOrder } from "../../../workers/adapters/d1/crash-autoplay.ts";
import { mint } from "../../support/wallet-commands.ts";
import { callAdmin } from "../operators/ledger-client.ts";
import { newWallet } from "../wallet/wallet-support.ts";
import { got, TestGame } from "./crash-support.ts";

const room = new TestGame("crash-ke");
const PAGE = { limit: 20, offset: 0 };
const SUPPORT = { email: "support@mkeka.test", role: "support", countries: ["KE"] } as const;
const ORDER = { slot: "A", stakeMinor: 10_000, targetHundredths: 110, rounds: 3, stopLossMinor: 50_000, stopWinMinor: 500_000 } as const;

/** The order as it is in the database, once its table has told of it. */
async function recorded(userId: string, isThere: (row: { endedAtMs: number | null }) => boolean) {
  return vi.waitFor(
    async () => {
      room.leap(1_000);
      await runDurableObjectAlarm(room.table);
      const [row] = await readAutoplayOrders(env.DB_KE, { userId, ...PAGE });
      if (row === undefined || !isThere(row)) throw new Error("not told yet");
      return row;
    },
    { timeout: 10_000, interval: 50 },
  );
}

beforeEach(() => room.startClock());
afterEach(async () => {
  await runInDurableObject(room.table, (_instance, state) => {
    state.storage.sql.exec("UPDATE autoplay SET ended_at = 1, end_reason = 'player' WHERE ended_at IS NULL");
  });
  await room.rest();
  await room.settle();
  room.stopClock();
});

describe("an autoplay order", () => {
  it("is in the database with all its values from its start, with its reason from its end, and operators may read it", async () => {
    await room.rig((crash) => crash > 150 && crash < 200);
    await room.open();
    await room.takeOff();
    const { userId } = await newWallet(95_000);
    const { orderId } = got(await room.table.startAutoplay({ userId, country: "KE", key: mint("key"), ...ORDER }));
    const started = await recorded(userId, () => true);
    expect(started).toMatchObject({ orderId, gameId: "crash-ke", tableNumber: 1, userId, ...ORDER, endedAtMs: null, endReason: null });

    got(await room.table.stopAutoplay({ userId, slot: "A" }));
    const ended = await recorded(userId, ({ endedAtMs }) => endedAtMs !== null);
    expect(ended).toMatchObject({ orderId, ...ORDER, startedAtMs: started.startedAtMs, endReason: "player", roundsTaken: 0, netMinor: 0 });
    // Told until it was stored, and then no more.
    await vi.waitFor(async () => {
      const left = await runInDurableObject(room.table, (_instance, state) =>
        state.storage.sql.exec("SELECT count(*) AS n FROM outbox WHERE body LIKE ?", `%${orderId}%`).one(),
      );
      expect(left).toEqual({ n: 0 });
    });

    const path = `games/crash/crash-ke/autoplay?user_id=${userId}`;
    const read = await callAdmin<{ orders: unknown[] }>(path, { ...SUPPORT, method: "GET" });
    expect([read.status, read.body.orders]).toEqual([
      200,
      [expect.objectContaining({ order_id: orderId, amount: 100, auto_cashout: 1.1, stop_loss: 500, end_reason: "player", table: 1 })],
    ]);
    expect((await callAdmin(path, { ...SUPPORT, role: "trader", method: "GET" })).status).toBe(403);
    expect((await callAdmin(path, { ...SUPPORT, countries: ["NG"], method: "GET" })).status).toBe(403);
    expect((await callAdmin("games/crash/crash-xx/autoplay?user_id=x", { ...SUPPORT, method: "GET" })).status).toBe(404);
  });

  it("keeps its end when its start is told after it, and is there once however often it is told", async () => {
    const userId = mint("usr");
    const start: CrashAutoplayRow = {
      ...{ orderId: mint("cra"), userId, ...ORDER, startedAtMs: 1_000, endedAtMs: null, endReason: null, endDetail: null },
      ...{ roundsTaken: 0, netMinor: 0 },
    };
    const end: CrashAutoplayRow = {
      ...start,
      endedAtMs: 9_000,
      endReason: "refused",
      endDetail: "LIMIT_REACHED",
      roundsTaken: 2,
      netMinor: -20_000,
    };
    for (const row of [end, start, end, start]) await saveAutoplayOrder(env.DB_KE, { gameId: "crash-ke", tableNumber: 1 }, row);
    expect(await readAutoplayOrders(env.DB_KE, { userId, ...PAGE })).toEqual([{ gameId: "crash-ke", tableNumber: 1, ...end }]);
  });
});
