/** What a running game does within a second when a player's wallet stops taking stakes, and when it does not. */
import { runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { call } from "../operators/ledger-client.ts";
import { newWallet } from "../wallet/wallet-support.ts";
import { bearer, Client, http, ticketOf } from "./crash-client.ts";
import { TestGame } from "./crash-support.ts";

const BASE = "/api/v1/games/crash";
const ORDER = { amount: 100, auto_cashout: 1.1, slot: "B", rounds: 10, stop_loss: 500, stop_win: 1_000 };
const WITHIN_MS = 1_000;
const room = new TestGame("crash-ke");
const clients: Client[] = [];

async function connect(userId: string): Promise<Client> {
  const client = await Client.connect("/ws/games/crash-ke", { "Sec-WebSocket-Protocol": `mkeka-ticket.${ticketOf(userId)}` });
  clients.push(client);
  await client.next("plans");
  return client;
}

/** In flight, with a bet that waits and an order that runs. */
async function withPlans(): Promise<{ readonly userId: string; readonly headers: Record<string, string> }> {
  const { userId } = await newWallet(95_000);
  const headers = await bearer(userId);
  await room.rig((crash) => crash > 150 && crash < 200);
  await room.open();
  await room.takeOff();
  expect((await http("POST", `${BASE}/queue`, { amount: 100, slot: "A" }, headers)).status).toBe(201);
  expect((await http("POST", `${BASE}/autoplay`, ORDER, headers)).status).toBe(201);
  return { userId, headers };
}

async function plansOf(headers: Record<string, string>): Promise<{ readonly queued: number; readonly running: number }> {
  const { body } = await http("GET", `${BASE}/plans`, undefined, headers);
  const autoplay = body["autoplay"] as readonly { readonly ended_at: string | null }[];
  return { queued: (body["queued"] as readonly unknown[]).length, running: autoplay.filter((order) => order.ended_at === null).length };
}

async function limitCash(userId: string, limit: { readonly floor: number; readonly frozen: boolean }): Promise<number> {
  return (await call(`${userId}/accounts/user:cash/limit`, { method: "PUT", body: limit })).status;
}

beforeEach(() => room.startClock());
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await vi.waitFor(async () => expect((await room.table.presence()).connections).toBe(0));
  await runInDurableObject(room.table, (_instance, state) => {
    state.storage.sql.exec("DELETE FROM waiting_bet; UPDATE autoplay SET ended_at = 1, end_reason = 'player' WHERE ended_at IS NULL");
  });
  await room.rest();
  await room.settle();
  room.stopClock();
});

it("tells each connection of a player who takes a time-out until when, also where nothing waits, and nobody else's", async () => {
  const { userId } = await newWallet(95_000);
  const own = [await connect(userId), await connect(userId)];
  const other = await connect((await newWallet(0)).userId);
  const startedMs = performance.now();
  const excluded = await http("POST", "/api/v1/users/me/self-exclude", { duration_days: 1, reason: "a break" }, await bearer(userId));
  expect(excluded.status).toBe(200);
  for (const client of own)
    expect(await client.next("error")).toMatchObject({
      ...{ code: "SELF_EXCLUDED", details: { until: excluded.body["until"] }, request: null },
    });
  expect(performance.now() - startedMs).toBeLessThan(WITHIN_MS);
  expect(other.all("error")).toEqual([]);
});

it("drops what waits when finance freezes the player's cash, and says so on the socket; no stake leaves the account", async () => {
  const { userId, headers } = await withPlans();
  const client = await connect(userId);
  const startedMs = performance.now();
  expect(await limitCash(userId, { floor: 0, frozen: true })).toBe(200);
  expect(await client.next("error")).toMatchObject({ code: "LEDGER_REFUSED", details: { reason: "account_frozen" }, request: null });
  expect(performance.now() - startedMs).toBeLessThan(WITHIN_MS);
  expect(await plansOf(headers)).toEqual({ queued: 0, running: 0 });
  expect(await room.countBets(`user_id = '${userId}'`)).toBe(0);
});

it("leaves what waits where the wallet may still take the stake: cash with a floor, a freeze that was refused", async () => {
  const { userId, headers } = await withPlans();
  const client = await connect(userId);
  expect(await limitCash(userId, { floor: 50, frozen: false })).toBe(200);
  expect(await limitCash(userId, { floor: 951, frozen: true })).toBe(400);
  expect(await plansOf(headers)).toEqual({ queued: 1, running: 1 });
  expect(client.all("error")).toEqual([]);
});
