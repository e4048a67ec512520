/** Fairness over the API: a chain brought in by one operator and published by another, the round's proof, the return of played bets. */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sha256OfBytes } from "../../../durable-objects/platform/hash.ts";
import { flightMs } from "../../../shared/crash/curve.ts";
import { configSha256, GAME, MATHS } from "../../../shared/crash/release.ts";
import { playedRound } from "../../../shared/crash/rtp-monitor.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import { configOf } from "../../../workers/env.ts";
import { makeOfflineChain } from "../../support/offline-chain.ts";
import { callAdmin } from "../operators/ledger-client.ts";
import { newWallet } from "../wallet/wallet-support.ts";
import { http } from "./crash-client.ts";
import { got, TestGame } from "./crash-support.ts";

const RATE = 60;
const SOURCE = "hash of Bitcoin block 960000";
const MAKER = { role: "compliance", email: "maker@mkeka.test", countries: ["NG", "KE"], key: null } as const;
const PUBLISHER = { ...MAKER, email: "publisher@mkeka.test" } as const;

interface Answer {
  readonly next_page: number;
  readonly origin: string;
  readonly error: { readonly code: string; readonly details: unknown };
}

async function metrics(): Promise<string> {
  return (await exports.default.fetch("http://mkeka.test/metrics")).text();
}

describe("a chain that was made offline", () => {
  const chain = makeOfflineChain({
    seed: Math.floor(Math.random() * 255),
    length: 50_100,
    secret: configOf(env).CRASH_CHAIN_SECRET,
    saltSource: SOURCE,
    rules: tenantOf("NG").crash,
  });
  const { terminatingHash } = chain.statement;
  const path = `games/crash/crash-ng/chains/${terminatingHash}`;

  it("is brought in by one operator, published by another, and salted from the announced source; the audit log has all of it", async () => {
    const begun = await callAdmin<Answer>("games/crash/crash-ng/chains", { ...MAKER, body: { statement: chain.statement } });
    expect(begun).toMatchObject({ status: 200, body: { pages: 2, next_page: 0 } });
    for (const [page, sealed] of chain.pages.entries())
      expect((await callAdmin<Answer>(`${path}/pages`, { ...MAKER, body: { page, sealed } })).body.next_page).toBe(page + 1);
    const alone = await callAdmin<Answer>(`${path}/publish`, MAKER);
    expect([alone.status, alone.body.error.code, alone.body.error.details]).toEqual([409, "CHAIN_REFUSED", { reason: "same_person" }]);
    expect(await callAdmin<Answer>(`${path}/publish`, PUBLISHER)).toMatchObject({
      status: 200,
      body: { origin: "offline", length: 50_100 },
    });

    const salt = { salt: "ab".repeat(32), source: "somewhere else" };
    const refused = await callAdmin<Answer>("games/crash/crash-ng/salt", { ...PUBLISHER, body: salt });
    expect([refused.status, refused.body.error.details]).toEqual([409, { reason: "wrong_source" }]);
    const fixed = await callAdmin<Answer>("games/crash/crash-ng/salt", { ...PUBLISHER, body: { ...salt, source: SOURCE } });
    expect(fixed).toMatchObject({ status: 200, body: { salt: "ab".repeat(32), salt_source: SOURCE } });

    const rows = await env.DB_NG.prepare("SELECT email, action FROM audit_log WHERE subject = 'crash-ng' ORDER BY at_ms, id").all();
    expect(rows.results).toEqual(
      expect.arrayContaining([
        { email: MAKER.email, action: "crash.begin_chain" },
        { email: PUBLISHER.email, action: "crash.publish_chain" },
        { email: PUBLISHER.email, action: "crash.publish_salt" },
      ]),
    );
  });

  it("is refused a second time, with a broken page, and to others than compliance", async () => {
    const again = await callAdmin<Answer>("games/crash/crash-ng/chains", { ...MAKER, body: { statement: chain.statement } });
    expect([again.status, again.body.error.details]).toEqual([409, { reason: "chain_known" }]);
    const page = await callAdmin<Answer>(`${path}/pages`, { ...MAKER, body: { page: 0, sealed: "x" } });
    expect([page.status, page.body.error.details]).toEqual([409, { reason: "no_import" }]);
    for (const how of [{ ...MAKER, role: "trader" } as const, { ...MAKER, countries: ["KE"] } as const])
      expect((await callAdmin<Answer>("games/crash/crash-ng/chains", { ...how, body: { statement: chain.statement } })).status).toBe(403);
    expect((await callAdmin<Answer>("games/crash/crash-xx/reopen", MAKER)).status).toBe(404);
  });
});

describe("a round", () => {
  const room = new TestGame("crash-ke");
  beforeEach(() => room.startClock());
  afterEach(async () => {
    await room.rest();
    room.stopClock();
  });

  it("is proved on its own, with the hashes of what it was played under, and its return is counted", async () => {
    const before = await room.game.fairnessReport();
    const secret = await room.rig((crash) => crash > 130 && crash < 150);
    const { userId } = await newWallet(50_000);
    await room.open();
    got(await room.bet(userId, { stakeMinor: 10_000, autoCashOutHundredths: 120 }));
    expect((await http("GET", `/api/v1/games/crash/crash-ke/rounds/${secret.roundNumber}`)).status).toBe(404);
    await room.takeOff();
    await room.crash(secret, flightMs(secret.crashHundredths, RATE));
    await room.settle();

    const { houseEdgeBasisPoints, capHundredths, curveMillionthsPerMs, gameId } = tenantOf("KE").crash;
    const config = configSha256({ houseEdgeBasisPoints, capHundredths, curveMillionthsPerMs, gameId }, sha256OfBytes);
    const { body } = await http("GET", `/api/v1/games/crash/crash-ke/rounds/${secret.roundNumber}`);
    const fairness = (await http("GET", "/api/v1/games/crash/crash-ke/fairness")).body;
    expect(body).toMatchObject({
      crash_point: secret.crashHundredths / 100,
      server_seed: secret.serverSeed,
      terminating_hash: fairness.terminating_hash,
      config_sha256: config,
      maths_sha256: MATHS.sha256,
      game_sha256: GAME.sha256,
    });
    expect(fairness).toMatchObject({ game: GAME, maths: MATHS, config_sha256: config, closed: null, chain_origin: "object" });

    await vi.waitFor(async () => {
      room.leap(5_000);
      await runDurableObjectAlarm(room.table);
      const part = await runInDurableObject(room.game, (_game, state) =>
        state.storage.sql.exec("SELECT table_name, deviation FROM rtp_part WHERE round = ?", secret.roundNumber).toArray(),
      );
      const bet = { stakeMinor: 10_000, payoutMinor: 12_000, leftHundredths: 120 };
      const { variance } = playedRound([bet], secret.crashHundredths, houseEdgeBasisPoints);
      expect(part).toEqual([{ table_name: "crash-ke:1", deviation: Math.sqrt(variance) }]);
      const [lifetime] = (await room.game.fairnessReport()).rtp;
      expect(lifetime?.sums.stakedMinor).toBeGreaterThanOrEqual((before.rtp[0]?.sums.stakedMinor ?? 0) + 10_000);
    });
  });

  it("is the last one of a game whose return is breached, until an operator opens it again with a reason", async () => {
    await room.rig(() => true);
    const short = { bets: 1, stakedMinor: 1_000_000, paidMinor: 0, expectedMinor: 970_000, variance: 1 };
    const first = 900_000_000;
    await runInDurableObject(room.game, async (game) => {
      for (let round = first; round < first + 1_001; round += 1) await game.recordPlayed("crash-ke:test", round, short);
    });
    expect((await http("GET", "/api/v1/games/crash/crash-ke/current")).body).toMatchObject({ closed: true, closed_for: "rtp_breach" });
    expect((await room.game.join()).status).toBe("WAITING");
    const { userId } = await newWallet(50_000);
    expect(await room.bet(userId)).toEqual({ ok: false, error: { reason: "game_not_active" } });
    const fairness = (await http("GET", "/api/v1/games/crash/crash-ke/fairness")).body;
    expect(fairness.closed).toMatchObject({ reason: "rtp_breach" });
    const report = await callAdmin<{ closed: { detail: string } }>("games/crash/crash-ke", { ...MAKER, role: "regulator", method: "GET" });
    expect(report.body.closed.detail).toMatch(/^lifetime: paid/);
    expect(await metrics()).toContain('crash_game_closed{game="crash-ke",reason="rtp_breach"} 1');
    expect(await callAdmin("games/crash/crash-ke/reopen", { ...MAKER, body: {} })).toMatchObject({
      status: 200,
      body: { was_closed: true },
    });
    expect(await metrics()).toContain('crash_game_closed{game="crash-ke",reason=""} 0');
    expect((await room.game.join()).status).toBe("BETTING");
    expect(await callAdmin("games/crash/crash-ke/close", { ...MAKER, role: "support", body: {} })).toMatchObject({ status: 403 });
    for (const wasOpen of [true, false])
      expect(await callAdmin("games/crash/crash-ke/close", { ...MAKER, body: {} })).toMatchObject({
        status: 200,
        body: { was_open: wasOpen },
      });
    const stopped = (await http("GET", "/api/v1/games/crash/crash-ke/current")).body;
    expect(stopped, "the round that is on goes on").toMatchObject({ status: "BETTING", closed: true, closed_for: "operator" });
    expect((await http("GET", "/api/v1/games/crash/crash-ke/fairness")).body.closed).toMatchObject({ reason: "operator" });
    expect(await callAdmin("games/crash/crash-ke/reopen", { ...MAKER, body: {} })).toMatchObject({ body: { was_closed: true } });
    await runInDurableObject(room.game, (_game, state) => state.storage.sql.exec("DELETE FROM rtp_part WHERE round >= ?", first));
  });
});
