/** Rounds that ended days ago leave the table for the archive, whole, and nothing can be played twice by it. */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { flightMs } from "../../../shared/crash/curve.ts";
import { mint } from "../../support/wallet-commands.ts";
import { newWallet } from "../wallet/wallet-support.ts";
import { got, TestGame } from "./crash-support.ts";

const RATE = 60;
const THREE_DAYS_MS = 3 * 86_400_000;
const room = new TestGame("crash-ke");

const statement = (query: string, ...values: (string | number)[]) =>
  runInDurableObject(room.table, (_instance, state) => state.storage.sql.exec(query, ...values).toArray());

/** Plays a round with one bet of the player; gives its number and the bet. */
async function play(userId: string, key: string): Promise<{ readonly round: number; readonly betId: string }> {
  await room.rest();
  const secret = await room.rig((hundredths) => hundredths > 150 && hundredths < 300);
  const round = await room.open();
  const { bet } = got(await room.bet(userId, { key, autoCashOutHundredths: 120 }));
  await room.takeOff();
  await room.crash(secret, flightMs(secret.crashHundredths, RATE));
  await room.settle();
  return { round: round.roundNumber, betId: bet.betId };
}

/** The round ended three days ago, and everything about it is told. */
async function age(round: number): Promise<void> {
  await statement("UPDATE round SET crashed_at = crashed_at - ? WHERE number = ?", THREE_DAYS_MS, round);
  await statement("DELETE FROM alarm_job WHERE key IN (?, ?)", `summary:${round}`, `played:${round}`);
}

async function sweep(): Promise<void> {
  await statement("UPDATE alarm_job SET due_at = 1 WHERE key = 'old-rounds'");
  await runDurableObjectAlarm(room.table);
}

const roundsLeft = async (round: number) => (await statement("SELECT number FROM round WHERE number = ?", round)).length;

beforeEach(() => room.startClock());
afterEach(async () => {
  vi.restoreAllMocks();
  await room.rest();
  await room.settle();
  room.stopClock();
});

it("an old round goes into the archive with its bets, and its player's money stays as it was", async () => {
  const player = await newWallet(50_000);
  const { round, betId } = await play(player.userId, mint("key"));
  const later = await play(player.userId, mint("key"));
  await age(round);
  const before = await player.wallet.read();
  await sweep();
  expect(await roundsLeft(round)).toBe(0);
  expect(await roundsLeft(later.round)).toBe(1);
  const listed = await env.ARCHIVE.list({ prefix: "crash/crash-ke/1/" });
  const texts = await Promise.all(listed.objects.map(async ({ key }) => (await env.ARCHIVE.get(key))?.text()));
  const rows = texts.flatMap((text) => (text ?? "").trim().split("\n")).map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(rows.filter((row) => row["bet_id"] === betId)).toMatchObject([{ round, status: "CASHED_OUT", cash_out_hundredths: 120 }]);
  expect(rows.filter((row) => row["number"] === round)).toMatchObject([{ status: "CRASHED" }]);
  expect(await player.wallet.read()).toEqual(before);
});

it("an order of autoplay follows when its bets have left, and not before", async () => {
  const player = await newWallet(50_000);
  const first = await play(player.userId, mint("key"));
  const second = await play(player.userId, mint("key"));
  await play(player.userId, mint("key"));
  const order = `ord_${first.round}`;
  await statement("INSERT INTO autoplay VALUES (?, ?, 'B', 10000, 200, 5, 10000, 10000, 'f', 1, 2, 'player', NULL)", order, player.userId);
  await statement("INSERT INTO planned_bet VALUES (?, ?, ?)", second.betId, second.round, order);
  const orders = async () => (await statement("SELECT order_id FROM autoplay WHERE order_id = ?", order)).length;
  await age(first.round);
  await sweep();
  expect([await roundsLeft(first.round), await orders()]).toEqual([0, 1]);
  await age(second.round);
  await sweep();
  const third = await play(player.userId, mint("key"));
  await play(player.userId, mint("key"));
  await age(third.round);
  await sweep();
  expect([await roundsLeft(second.round), await orders()]).toEqual([0, 0]);
  const listed = await env.ARCHIVE.list({ prefix: "crash/crash-ke/1/" });
  const texts = await Promise.all(listed.objects.map(async ({ key }) => (await env.ARCHIVE.get(key))?.text() ?? ""));
  expect(texts.filter((text) => text.includes(order))).toHaveLength(1);
});

it("the key of an archived bet plays no second bet: refused, and nothing changed", async () => {
  const player = await newWallet(50_000);
  const key = mint("key");
  const { round } = await play(player.userId, key);
  await play(player.userId, mint("key"));
  await age(round);
  await sweep();
  await room.rest();
  const open = await room.open();
  const before = await player.wallet.read();
  expect(await room.bet(player.userId, { key, autoCashOutHundredths: 120 })).toEqual({
    ok: false,
    error: { reason: "wallet", refusal: { reason: "idempotency_key_reused" } },
  });
  expect(await player.wallet.read()).toEqual(before);
  expect(await room.countBets(`round = ${open.roundNumber}`)).toBe(0);
});

it("a round stays while a wallet has not acknowledged one of its bets, and while the archive does not answer", async () => {
  const player = await newWallet(50_000);
  const { round, betId } = await play(player.userId, mint("key"));
  await play(player.userId, mint("key"));
  await age(round);
  await statement("UPDATE bet SET settle_at = ? WHERE bet_id = ?", Date.now() + THREE_DAYS_MS, betId);
  await sweep();
  expect(await roundsLeft(round)).toBe(1);
  await statement("UPDATE bet SET settle_at = NULL WHERE bet_id = ?", betId);
  const broken = vi.spyOn(env.ARCHIVE, "put").mockRejectedValue(new Error("down"));
  await statement("INSERT OR REPLACE INTO alarm_job (key, due_at, attempts, payload, generation) VALUES ('old-rounds', 1, 0, '', 1)");
  await runDurableObjectAlarm(room.table);
  expect([broken.mock.calls.length > 0, await roundsLeft(round)]).toEqual([true, 1]);
  broken.mockRestore();
  await sweep();
  expect(await roundsLeft(round)).toBe(0);
});
