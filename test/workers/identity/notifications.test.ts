import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import type { NotificationMessage } from "../../../shared/protocol/queue/messages.ts";
import { consumeNotification } from "../../../workers/queues/notifications.ts";
import { Player } from "./player.ts";
import { Providers } from "./providers.ts";

let providers: Providers;
beforeAll(() => {
  providers = new Providers();
});
afterEach(() => {
  providers.africasTalking = null;
  vi.restoreAllMocks();
  providers.stop();
  providers = new Providers();
});
afterAll(() => providers.stop());

/** A waiting code whose message the test hands to the consumer itself: the object's own alarm is told that it was sent already. */
async function waitingMessage(): Promise<{ readonly player: Player; readonly message: NotificationMessage }> {
  const player = new Player();
  const send = vi.spyOn(env.NOTIFICATION_QUEUE, "send").mockResolvedValue(undefined as never);
  providers.africasTalking = () => new Response("", { status: 503 });
  await player.register();
  const row = await runInDurableObject(player.identity, (_object, state) => {
    state.storage.sql.exec("UPDATE outbox SET next_at = next_at + 3600000");
    return state.storage.sql.exec<{ seq: number; body: string }>("SELECT seq, body FROM outbox").one();
  });
  send.mockRestore();
  providers.africasTalking = null;
  const { to, text, expiresAtMs } = JSON.parse(row.body) as { to: string; text: string; expiresAtMs: number };
  const source = { objectName: player.objectName, seq: row.seq };
  return { player, message: { v: 1, country: "KE", kind: "sms", notificationId: `n:${row.seq}`, to, text, expiresAtMs, source } };
}

function answering(statusCode: number) {
  return () =>
    Response.json(
      { SMSMessageData: { Message: "m", Recipients: [{ statusCode, number: "n", status: "s", cost: "0", messageId: "None" }] } },
      { status: 201 },
    );
}

const outboxRows = (player: Player) =>
  runInDurableObject(player.identity, (_object, state) => state.storage.sql.exec("SELECT * FROM outbox").toArray().length);

it("sends the form that the provider takes, with the key in its header, and is done", async () => {
  const { player, message } = await waitingMessage();
  const seen: Record<string, string>[] = [];
  providers.africasTalking = async (request) => {
    const form = new URLSearchParams(Buffer.from(await request.arrayBuffer()).toString());
    seen.push({ ...Object.fromEntries(form), apiKey: request.headers.get("apiKey") ?? "", accept: request.headers.get("Accept") ?? "" });
    return answering(101)();
  };
  await consumeNotification(env, message);
  expect(seen).toEqual([
    {
      username: "sandbox",
      to: player.phone,
      message: expect.stringMatching(/^Mkeka: your code is \d{6}\./),
      bulkSMSMode: "1",
      apiKey: "simulator-africas-talking-key",
      accept: "application/json",
    },
  ]);
  expect(await outboxRows(player)).toBe(0);
  await consumeNotification(env, message);
  expect(seen).toHaveLength(1);
});

it.each([100, 101, 102])("takes %i for accepted", async (statusCode) => {
  const { player, message } = await waitingMessage();
  providers.africasTalking = answering(statusCode);
  await consumeNotification(env, message);
  expect(await outboxRows(player)).toBe(0);
});

it.each([403, 404, 406, 502])("gives up on %i, which no attempt can change", async (statusCode) => {
  const { player, message } = await waitingMessage();
  providers.africasTalking = answering(statusCode);
  await consumeNotification(env, message);
  expect(await outboxRows(player)).toBe(0);
});

it.each([407, 500, 501, 599, 401, 402, 405, 409])("tries again after %i and keeps the message", async (statusCode) => {
  const { player, message } = await waitingMessage();
  providers.africasTalking = answering(statusCode);
  await expect(consumeNotification(env, message)).rejects.toThrow(String(statusCode));
  expect(await outboxRows(player)).toBe(1);
});

it.each([
  ["a server error", () => new Response("oops", { status: 500 }), "http_500"],
  ["too many requests", () => new Response("", { status: 429 }), "http_429"],
  ["a wrong key", () => new Response("The supplied authentication is invalid", { status: 401 }), "http_401"],
  ["an answer without recipients", () => Response.json({ SMSMessageData: { Message: "x", Recipients: [] } }, { status: 201 }), "http_201"],
  ["no network", () => Promise.reject(new TypeError("network")), "network"],
  ["a time-out", () => Promise.reject(new DOMException("late", "TimeoutError")), "timeout"],
])("tries again after %s", async (_what, answer, problem) => {
  const { player, message } = await waitingMessage();
  providers.africasTalking = answer;
  await expect(consumeNotification(env, message)).rejects.toThrow(problem);
  expect(await outboxRows(player)).toBe(1);
});

it("never sends a code late, nor one that was replaced", async () => {
  const { player, message } = await waitingMessage();
  const calls = providers.calls.length;
  const clock = vi.spyOn(Date, "now").mockReturnValue((message.expiresAtMs ?? 0) + 1);
  await consumeNotification(env, message);
  clock.mockRestore();
  expect(providers.calls.length).toBe(calls);
  expect(await outboxRows(player)).toBe(0);

  const replaced = await waitingMessage();
  await replaced.player.register();
  const newest = await providers.code(replaced.player.phone);
  await consumeNotification(env, replaced.message);
  expect(await providers.texts(replaced.player.phone)).toHaveLength(1);
  expect(replaced.message.text).not.toContain(newest);
});

it("writes neither codes nor numbers to the log", async () => {
  const { player, message } = await waitingMessage();
  const lines: string[] = [];
  for (const level of ["log", "warn", "error"] as const) {
    vi.spyOn(console, level).mockImplementation((line: unknown) => {
      lines.push(String(line));
    });
  }
  providers.africasTalking = answering(500);
  await expect(consumeNotification(env, message)).rejects.toThrow();
  providers.africasTalking = answering(405);
  await expect(consumeNotification(env, message)).rejects.toThrow();
  const logged = lines.join("\n");
  expect(logged).toContain("sms_not_sent");
  expect(logged).not.toContain(player.phone.slice(1));
  expect(logged).not.toContain(/\d{6}/.exec(message.text)?.[0]);
});
