/**
 * The consumers of objects' rows and of text messages fail at every call, before and after it took effect; the message comes again, and
 * the rows are those of an undisturbed run, column by column.
 */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { NotificationMessage, ProjectionMessage } from "../../../shared/protocol/queue/messages.ts";
import { consumeNotification } from "../../../workers/queues/notifications.ts";
import { consumeProjections } from "../../../workers/queues/projection.ts";
import { atEveryCall } from "../../support/failing-env.ts";
import { mint } from "../../support/wallet-commands.ts";
import { mintPhone } from "../identity/player.ts";
import { Providers } from "../identity/providers.ts";
import { openFixture } from "../odds/messages.ts";
import { MPesa } from "../payments/m-pesa.ts";
import { TestPlayer } from "../payments/player.ts";
import { silenceWallets } from "../wallet/projection-support.ts";

vi.setConfig({ testTimeout: 60_000 });

beforeEach(() => silenceWallets());
afterEach(() => void vi.restoreAllMocks());

let nextRound = Date.now();

interface Told {
  readonly message: ProjectionMessage;
  /** What is the attempt's own in its rows. */
  readonly own: Readonly<Record<string, string | number>>;
  rows(): Promise<readonly object[]>;
  /** Rows that the object still keeps for the projection. */
  waiting(): Promise<number>;
}

const rowsOf = async (query: string, ...values: unknown[]) =>
  (
    await env.DB_KE.prepare(query)
      .bind(...values)
      .all<Record<string, unknown>>()
  ).results;

/** Breaks a message at every call, on an object of its own each time; gives the calls of a clean run. */
async function rowsAreOnce(tell: () => Promise<Told>): Promise<number> {
  let whole: unknown = null;
  return atEveryCall(env, async (failing, label) => {
    const { message, own, rows, waiting } = await tell();
    const outcomes = await consumeProjections(failing.env, [message]);
    if (label === "clean") expect(outcomes).toEqual([null]);
    else expect(await consumeProjections(env, [message]), label).toEqual([null]);
    const found = await rows();
    expect(found, label).toEqual(found.map((row) => ({ ...row, ...own })));
    const hidden = Object.fromEntries(Object.keys(own).map((name) => [name, "its own"]));
    const compared = found.map((row) => ({ ...row, ...hidden }));
    expect(compared.length, label).toBeGreaterThan(0);
    whole ??= compared;
    expect(compared, label).toEqual(whole);
    expect(await waiting(), label).toBe(0);
  });
}

/** What an object's outbox holds, as its alarm would send it. */
async function outboxOf(stub: DurableObjectStub<undefined>): Promise<ProjectionMessage["rows"]> {
  return runInDurableObject(stub, (_object, { storage }) =>
    storage.sql.exec<{ seq: number; topic: string; body: string }>("SELECT seq, topic, body FROM outbox ORDER BY seq").toArray(),
  );
}

it("a channel's fixture is stored once", async () => {
  const calls = await rowsAreOnce(async () => {
    const { channel, fixtureId } = await openFixture("KE");
    const stub = channel as unknown as DurableObjectStub<undefined>;
    const rows = await outboxOf(stub);
    const { startsAtMs } = JSON.parse(rows.at(-1)?.body ?? "{}") as { startsAtMs: number };
    return {
      message: { v: 1, source: "odds_channel", objectName: `KE:${fixtureId}`, country: "KE", rows },
      own: { fixture_id: fixtureId, starts_at_ms: startsAtMs },
      rows: () => rowsOf("SELECT * FROM fixture WHERE fixture_id = ?", fixtureId),
      waiting: async () => (await outboxOf(stub)).length,
    };
  });
  expect(calls).toBeGreaterThanOrEqual(2);
});

it("an intent is stored once", async () => {
  const mPesa = new MPesa();
  try {
    const calls = await rowsAreOnce(async () => {
      const player = await TestPlayer.verified();
      const { intentId, providerReference, createdAtMs, updatedAtMs } = await player.started("deposit", 10_000);
      const stub = env.PAYMENT_INTENT.getByName(`KE:${intentId}`) as unknown as DurableObjectStub<undefined>;
      return {
        message: { v: 1, source: "payment_intent", objectName: `KE:${intentId}`, country: "KE", rows: await outboxOf(stub) },
        own: {
          intent_id: intentId,
          user_id: player.userId,
          provider_reference: providerReference ?? "",
          created_at_ms: createdAtMs,
          updated_at_ms: updatedAtMs,
        },
        rows: () => rowsOf("SELECT * FROM payment_intent WHERE intent_id = ?", intentId),
        waiting: async () => (await outboxOf(stub)).length,
      };
    });
    expect(calls).toBeGreaterThanOrEqual(2);
  } finally {
    mPesa.restore();
  }
});

it("a player's newest row stands, whichever of two was stored when it failed", async () => {
  const calls = await rowsAreOnce(async () => {
    const [userId, phoneNumber] = [mint("usr"), mintPhone()];
    const row = { userId, phoneNumber, fullName: "Amina Test", createdAtMs: 1 };
    const rows = [false, true].map((verified, index) => ({
      seq: index + 1,
      topic: "user",
      body: JSON.stringify({ ...row, verified }),
    }));
    return {
      message: { v: 1, source: "identity", objectName: `KE:${phoneNumber}`, country: "KE", rows },
      own: { user_id: userId, phone_number: phoneNumber },
      rows: () => rowsOf("SELECT * FROM user WHERE user_id = ?", userId),
      waiting: async () => 0,
    };
  });
  expect(calls).toBe(3);
});

it("a crash game's rounds are stored once", async () => {
  const calls = await rowsAreOnce(async () => {
    // Another country's game: the tests of Kenya's don't list these rounds. Numbers of its own, far from those that it tells.
    const gameId = "crash-gh";
    nextRound += 3;
    const first = nextRound;
    const round = { chainNumber: 1, crashHundredths: 250, serverSeed: "a".repeat(64), salt: "salt", houseEdgeBasisPoints: 300 };
    const rows = [0, 1, 2].map((n) => ({
      seq: first + n,
      topic: "round",
      body: JSON.stringify({ ...round, roundNumber: first + n, capHundredths: 100_000, startedAtMs: n, crashedAtMs: n + 1 }),
    }));
    return {
      message: { v: 1, source: "crash_game", objectName: gameId, country: "KE", rows },
      own: { game_id: gameId },
      rows: () =>
        rowsOf(
          "SELECT *, 0 AS round_number FROM crash_round WHERE game_id = ? AND round_number BETWEEN ? AND ? ORDER BY started_at_ms",
          gameId,
          first,
          first + 2,
        ),
      waiting: async () => 0,
    };
  });
  expect(calls).toBeGreaterThanOrEqual(2);
});

it("a text message that may still be wanted is neither lost nor acknowledged before it was sent", async () => {
  const providers = new Providers();
  try {
    const calls = await atEveryCall(env, async (failing, label) => {
      const to = mintPhone();
      const message: NotificationMessage = {
        ...{ v: 1, country: "KE", kind: "sms", notificationId: mint("ntf"), to, text: "Mkeka: your code is 123456." },
        source: { objectName: `KE:${to}`, seq: 1 },
      };
      // A stand-in for the object's two words on a message: it is wanted until it is acknowledged.
      let isAcknowledged = false;
      const identity = {
        isNotificationWanted: async () => !isAcknowledged,
        acknowledge: async (seqs: readonly number[]) => {
          expect(await providers.texts(to), label).not.toEqual([]);
          isAcknowledged = seqs.includes(1);
        },
      };
      const IDENTITY = { getByName: () => identity } as unknown as typeof env.IDENTITY;
      await consumeNotification({ ...failing.env, IDENTITY: failing.faulty(IDENTITY) }, message).catch(() => undefined);
      await consumeNotification({ ...env, IDENTITY }, message);
      expect(isAcknowledged, label).toBe(true);
      // Only a failed acknowledgement, which leaves the object without word of the text, may send it again.
      const isUnheard = label.startsWith("fault before call 2");
      expect(await providers.texts(to), label).toHaveLength(isUnheard ? 2 : 1);
    });
    expect(calls).toBe(2);
  } finally {
    providers.stop();
  }
});
