import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { hmacSha256OfBytes, sha256OfBytes } from "../../../durable-objects/platform/hash.ts";
import { crashPoint } from "../../../shared/crash/crash-point.ts";
import { flightMs, multiplierAt } from "../../../shared/crash/curve.ts";
import { fromHex, toHex } from "../../../shared/crash/hash.ts";
import { MATHS } from "../../../shared/crash/release.ts";
import { TestGame } from "./crash-support.ts";

const RATE = 60;
const room = new TestGame("crash-gh");

function jobs(): Promise<string[]> {
  return runInDurableObject(room.game, (_instance, state) =>
    state.storage.sql
      .exec<{ key: string }>("SELECT key FROM alarm_job ORDER BY key")
      .toArray()
      .map(({ key }) => key),
  );
}

beforeEach(() => room.startClock());
afterEach(async () => {
  await room.rest();
  room.stopClock();
});

describe("commitment", () => {
  it("publishes the chain's end before it draws the salt", async () => {
    const fairness = await room.game.fairness();
    expect(fairness).toMatchObject({ algorithm: "mkeka-v1", chainLength: 100_000, houseEdgeBasisPoints: 300, firstRound: 1 });
    expect(fairness.terminatingHash).toMatch(/^[0-9a-f]{64}$/);
    expect(fairness.saltSource).toBe("development: drawn at random after the chain was committed");
    expect(fairness.saltFixedAtMs).toBeGreaterThanOrEqual(fairness.publishedAtMs);
  });

  it("refuses a second salt", async () => {
    const before = await room.game.fairness();
    expect(await room.game.publishSalt("a-salt-that-would-suit-the-house", "nowhere")).toEqual({
      ok: false,
      error: { reason: "already_fixed" },
    });
    expect(await room.game.fairness()).toEqual(before);
  });

  it("outside development plays no round before a salt is published", async () => {
    await runInDurableObject(room.game, async (game, state) => {
      state.storage.sql.exec("UPDATE chain SET salt = NULL, salt_source = NULL, salt_fixed_at = NULL");
      Object.defineProperty(game, "env", { value: { ...env, ENVIRONMENT: "staging" } });
      expect((await game.join()).status).toBe("WAITING");
      expect(await game.publishSalt("short", "block 1")).toEqual({ ok: false, error: { reason: "not_a_salt" } });
      expect((await game.fairness()).salt).toBeNull();
      const salt = "00000000000000000001e08b7fd44f95e3e950ac65650a8031a6d5e1750e34be";
      expect(await game.publishSalt(salt, "block 800,000")).toMatchObject({ ok: true, value: { salt, saltSource: "block 800,000" } });
      expect((await game.join()).status).toBe("BETTING");
    });
    await abortAllDurableObjects();
  });

  it("stores no link of the chain in clear", async () => {
    const { serverSeed } = await room.rig(() => true);
    await runInDurableObject(room.game, (_instance, state) => {
      const rows = state.storage.sql.exec<{ sealed: string }>("SELECT sealed FROM checkpoint ORDER BY link").toArray();
      expect(rows.length).toBe(100);
      const checkpoint = fromHex(rows.at(-1)?.sealed ?? "");
      let link = checkpoint;
      for (let step = 0; step < 1_000; step += 1) {
        expect(toHex(link)).not.toBe(serverSeed);
        link = sha256OfBytes(link);
      }
    });
  });
});

describe("rounds", () => {
  it("go around by alarms, each with the hash that the one before commits to, and rest when nobody is there", async () => {
    let revealed: string | null = null;
    for (let round = 0; round < 3; round += 1) {
      const secret = await room.rig((crash) => crash < 150);
      const waiting = await room.game.view();
      if (revealed !== null) expect(waiting.serverSeedHash).toBe(revealed);
      await room.open();
      await room.takeOff();
      const crashed = await room.crash(secret, flightMs(secret.crashHundredths, RATE));
      expect(toHex(sha256OfBytes(fromHex(crashed.serverSeed ?? "")))).toBe(crashed.serverSeedHash);
      expect(crashed.crashedAtMs).toBe((crashed.startedAtMs ?? 0) + flightMs(secret.crashHundredths, RATE));
      revealed = crashed.serverSeed;
      const proof = await room.game.proof(secret.roundNumber);
      if (proof === null) throw new Error("no proof");
      expect(crashPoint(fromHex(proof.serverSeed), proof, hmacSha256OfBytes).crashHundredths).toBe(proof.crashHundredths);
      await room.rest();
    }
    expect((await room.game.history(3)).map((round) => round.serverSeed)[0]).toBe(revealed);
  });

  it("are finished by the published rule when the object dies in flight", async () => {
    const secret = await room.rig((crash) => crash > 200 && crash < 260);
    await room.open();
    const running = await room.takeOff();
    await abortAllDurableObjects();
    expect(await room.game.view()).toMatchObject({ status: "RUNNING", startedAtMs: running.startedAtMs });
    room.leap(600_000);
    await abortAllDurableObjects();
    expect(await room.game.view()).toMatchObject({
      status: "CRASHED",
      crashHundredths: secret.crashHundredths,
      crashedAtMs: (running.startedAtMs ?? 0) + flightMs(secret.crashHundredths, RATE),
    });
  });

  it("are stored in the country's database, and then leave no alarm behind", async () => {
    const secret = await room.rig((crash) => crash < 130);
    await room.open();
    await room.takeOff();
    await room.crash(secret, flightMs(secret.crashHundredths, RATE));
    await room.rest();
    await vi.waitFor(
      async () => {
        await runDurableObjectAlarm(room.game);
        const row = await env.DB_GH.prepare(
          "SELECT crash_hundredths, server_seed, maths_sha256 FROM crash_round WHERE game_id = ? AND round_number = ?",
        )
          .bind("crash-gh", secret.roundNumber)
          .first();
        expect(row).toEqual({ crash_hundredths: secret.crashHundredths, server_seed: secret.serverSeed, maths_sha256: MATHS.sha256 });
        room.leap(60_000);
        expect(await jobs()).toEqual([]);
      },
      { timeout: 10_000, interval: 100 },
    );
  });
});

describe("authority", () => {
  const granted = async (roundNumber: number, hundredths: number) => (await room.game.grantCashOuts(roundNumber, [hundredths]))[0];

  it("grants no more than the flight has reached, and nothing outside it", async () => {
    const secret = await room.rig((crash) => crash > 200 && crash < 300);
    const { roundNumber } = secret;
    await room.open();
    expect(await granted(roundNumber, 101)).toBeNull();
    await room.takeOff();
    await room.pass(5_000);
    const { startedAtMs } = await room.game.view();
    const reached = multiplierAt(Date.now() - (startedAtMs ?? 0), RATE);
    expect(await granted(roundNumber, 1_000_000)).toBe(reached);
    expect(await granted(roundNumber, 110)).toBe(110);
    const asked = [105, reached, reached + 1, secret.crashHundredths];
    expect(await room.game.grantCashOuts(roundNumber, asked)).toEqual([105, reached, reached, reached]);
    expect(await granted(roundNumber + 1, 101)).toBeNull();
    await room.crash(secret, flightMs(secret.crashHundredths, RATE));
    expect(await granted(roundNumber, secret.crashHundredths)).toBe(secret.crashHundredths);
    expect(await granted(roundNumber, secret.crashHundredths + 1)).toBeNull();
  });
});
