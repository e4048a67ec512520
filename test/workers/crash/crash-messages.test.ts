/** What docs/crash-messages.md says of the frames, held against a table that plays: no field that it does not name, none of another kind. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { CLIENT_FRAMES, SERVER_FRAMES } from "../../../scripts/lib/crash-message-examples.ts";
import { flightMs } from "../../../shared/crash/curve.ts";
import type { CrashServerFrame } from "../../../shared/protocol/ws/crash.ts";
import { newWallet } from "../wallet/wallet-support.ts";
import { Client, ticketOf } from "./crash-client.ts";
import { TestGame } from "./crash-support.ts";

const RATE = 60;
const room = new TestGame("crash-ke");
const clients: Client[] = [];

async function connect(path: string, userId?: string): Promise<Client> {
  const client = await Client.connect(path, userId === undefined ? {} : { "Sec-WebSocket-Protocol": `mkeka-ticket.${ticketOf(userId)}` });
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
  room.stopClock();
});

/** Which fields a value has that its example does not, or of another kind. */
function strange(value: unknown, example: unknown, path: string): string[] {
  if (value === null || example === null) return [];
  if (Array.isArray(value)) return Array.isArray(example) ? value.flatMap((one) => strange(one, example[0] ?? one, `${path}[]`)) : [path];
  if (typeof value !== "object" || typeof example !== "object") return typeof value === typeof example ? [] : [path];
  // A refusal's details are its code's.
  if (path === "error.details") return [];
  return Object.entries(value).flatMap(([name, field]) =>
    name in example ? strange(field, (example as Record<string, unknown>)[name], `${path}.${name}`) : [`${path}.${name}`],
  );
}

it("a round's frames, in both forms, have the fields of their examples and no others", async () => {
  const player = await newWallet(100_000);
  const secret = await room.rig((crash) => crash > 130 && crash < 150);
  const all = [await connect("/ws/games/crash-ke", player.userId), await connect("/ws/games/crash-ke?form=lean", player.userId)];
  const [full, lean] = all;
  if (full === undefined || lean === undefined) throw new Error("no clients");
  await room.open();
  full.send({ ...CLIENT_FRAMES.place_bet.frame, auto_cashout: 1.1 });
  await full.next("bet_confirmed");
  lean.send({ ...CLIENT_FRAMES.place_bet.frame, key: "another", auto_cashout: null });
  full.send(CLIENT_FRAMES.ping.frame);
  await Promise.all([lean.next("error"), full.next("pong"), full.next("bets", 1)]);
  await room.takeOff();
  await room.pass(flightMs(110, RATE) + 10);
  await room.table.sweep();
  await full.next("cashouts");
  await room.crash(secret, flightMs(secret.crashHundredths, RATE));
  await room.settle();
  await Promise.all(all.map((client) => client.next("crashed")));
  await full.next("balance", 1);
  const frames = all.flatMap((client) => client.frames);
  // A change has any fields of the state, its example those of a take-off.
  const exampleOf = ({ type }: CrashServerFrame) => SERVER_FRAMES[type === "change" ? "state_update" : type].frame;
  expect(frames.flatMap((frame) => strange(frame, exampleOf(frame), frame.type))).toEqual([]);
  const seen = new Set<string>(frames.map(({ type }) => type));
  expect(Object.keys(SERVER_FRAMES).filter((type) => !seen.has(type))).toEqual(["moved"]);
});
