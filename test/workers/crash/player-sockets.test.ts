/** How many connections a player keeps at a table, and which give way. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { CLOSED_REPLACED } from "../../../shared/protocol/ws/close-codes.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import { mint } from "../../support/wallet-commands.ts";
import { newWallet } from "../wallet/wallet-support.ts";
import { Client, ticketOf } from "./crash-client.ts";
import { TestGame } from "./crash-support.ts";

const ROOM = "/ws/games/crash-ke";
const MAX = tenantOf("KE").crash.socketsPerPlayer;
const room = new TestGame("crash-ke");
const clients: Client[] = [];

async function connect(userId: string | null): Promise<Client> {
  const client = await Client.connect(ROOM, userId === null ? {} : { "Sec-WebSocket-Protocol": `mkeka-ticket.${ticketOf(userId)}` });
  clients.push(client);
  await client.next("snapshot");
  return client;
}

async function connections(): Promise<number> {
  return (await room.table.presence()).connections;
}

beforeEach(() => room.startClock());
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await vi.waitFor(async () => expect(await connections()).toBe(0));
  await room.rest();
  await room.settle();
  room.stopClock();
});

it("closes the player's oldest connection when there is one too many, and no one else's; the newest is told of their bets", async () => {
  const { userId } = await newWallet(95_000);
  const [guest, other] = [await connect(null), await connect((await newWallet(0)).userId)];
  const own: Client[] = [];
  for (let one = 0; one < MAX; one += 1) own.push(await connect(userId));
  expect(await connections()).toBe(MAX + 2);
  expect(own.map(({ closedWith }) => closedWith)).toEqual(own.map(() => null));
  const newest = await connect(userId);
  await vi.waitFor(() => expect(own[0]?.closedWith).toEqual({ code: CLOSED_REPLACED, reason: "the player has opened newer connections" }));
  expect([guest, other, newest, ...own.slice(1)].map(({ closedWith }) => closedWith)).toEqual(Array(MAX + 2).fill(null));
  expect(await connections()).toBe(MAX + 2);
  newest.send({ type: "place_bet", amount: 100, slot: "A", key: mint("key") });
  const confirmed = await newest.next("bet_confirmed");
  expect(await own[1]?.next("bet_confirmed")).toMatchObject({ bet_id: confirmed.bet_id });
  expect(own[0]?.all("bet_confirmed")).toEqual([]);
});

it("counts a connection that logs in later, and keeps it; the same player logging in again closes nothing", async () => {
  const { userId } = await newWallet(95_000);
  const own: Client[] = [];
  for (let one = 0; one < MAX; one += 1) own.push(await connect(userId));
  const late = await connect(null);
  expect(own.map(({ closedWith }) => closedWith)).toEqual(own.map(() => null));
  late.send({ type: "auth", ticket: ticketOf(userId) });
  expect(await late.next("snapshot", 1)).toMatchObject({ authenticated: true });
  await vi.waitFor(() => expect(own[0]?.closedWith?.code).toBe(CLOSED_REPLACED));
  late.send({ type: "auth", ticket: ticketOf(userId) });
  await late.next("snapshot", 2);
  expect([late, ...own.slice(1)].map(({ closedWith }) => closedWith)).toEqual(Array(MAX).fill(null));
  expect(await connections()).toBe(MAX);
});
