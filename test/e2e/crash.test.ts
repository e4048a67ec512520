/** The crash game over its socket and HTTP: what is said when, what is paid, and that nothing tells the point early. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Platform, startPlatform } from "../../scripts/lib/platform-process.ts";
import { type Json, Player, request, Socket, until } from "./client.ts";

const ROUND_MS_MAX = 150_000;

let platform: Platform;

before(async () => {
  platform = await startPlatform();
});

after(() => platform.stop());

const status = (wanted: string) => (json: Json) => json.type === "state_update" && json.status === wanted;

test("automatic cash-outs are paid at their target and nothing before a crash contains its point or hash", {
  timeout: ROUND_MS_MAX,
}, async () => {
  const player = await Player.funded(platform, 1_000);
  const socket = await player.crashSocket();
  const spectator = await Socket.open(`${platform.url.replace("http", "ws")}/ws/games/current`);
  await spectator.next("a snapshot", (json) => json.type === "snapshot");
  const open = await socket.next("betting", status("BETTING"), 60_000);
  const placed = await player.post("/api/v1/games/crash/bet", { amount: 100, auto_cashout: 1.01 });
  assert.equal(placed.status, 201, JSON.stringify(placed.body));
  const taken = await player.post("/api/v1/games/crash/bet", { amount: 100, auto_cashout: 1.01 });
  assert.equal(taken.status, 409, "one bet a slot");
  await socket.next("flight", status("RUNNING"), 60_000);
  const late = await player.post("/api/v1/games/crash/bet", { amount: 100, slot: "B" });
  assert.deepEqual([late.status, late.body.error.code], [400, "GAME_NOT_ACTIVE"]);
  const during = await request("GET", `${platform.url}/api/v1/games/crash/current`);
  const crashed = await socket.next("the crash", (json) => json.type === "crashed", ROUND_MS_MAX);

  const crashedAt = socket.frames.findIndex((frame) => frame.json.type === "crashed");
  const early = [
    ...socket.frames.slice(0, crashedAt),
    ...spectator.frames.filter((frame) => frame.json.type !== "crashed" && frame.json.status !== "CRASHED"),
  ];
  for (const frame of early) {
    assert.ok(!frame.text.includes(crashed.server_seed), `a frame before the crash has the hash: ${frame.text}`);
    assert.ok(!("crash_point" in frame.json) || frame.json.crash_point === null, `a frame before the crash has a point: ${frame.text}`);
  }
  assert.ok(!JSON.stringify(during.body).includes(crashed.server_seed));

  await until("the settled stake", async () => (await player.wallet()).held === 0);
  const paid = crashed.crash_point >= 1.01 ? 101 : 0;
  assert.equal((await player.wallet()).balance, 850 + paid);

  const verified = await request("POST", `${platform.url}/api/v1/games/crash/verify`, {
    round_number: open.round_number,
    server_seed: crashed.server_seed,
    claimed_crash: crashed.crash_point,
  });
  assert.equal(verified.body.verified, true, JSON.stringify(verified.body));
  const history = await request("GET", `${platform.url}/api/v1/games/crash/history?limit=5`);
  assert.equal(history.body.games[0].server_seed, crashed.server_seed);
  socket.close();
  spectator.close();
});

test("a manual cash-out pays once at the multiplier of its receipt", { timeout: ROUND_MS_MAX * 3 }, async () => {
  const player = await Player.funded(platform, 2_000);
  const socket = await player.crashSocket();
  // A round may crash before a person could press: try some rounds, each bet is settled either way.
  for (let attempt = 0; attempt < 6; attempt += 1) {
    socket.frames.length = 0;
    await socket.next("betting", status("BETTING"), ROUND_MS_MAX);
    const before = (await player.wallet()).balance;
    const placed = await player.post("/api/v1/games/crash/bet", { amount: 100 });
    if (placed.status !== 201) continue;
    await socket.next("flight", status("RUNNING"), 60_000);
    const [one, two] = await Promise.all([
      player.post("/api/v1/games/crash/cashout", { bet_id: placed.body.bet_id }),
      player.post("/api/v1/games/crash/cashout", { bet_id: placed.body.bet_id }),
    ]);
    if (one.status !== 200) {
      await socket.next("the crash", (json) => json.type === "crashed", ROUND_MS_MAX);
      continue;
    }
    assert.equal(two.status, 200);
    assert.deepEqual([two.body.multiplier, two.body.payout], [one.body.multiplier, one.body.payout]);
    assert.equal(one.body.payout, Math.round(one.body.multiplier * 100));
    await until("the payout", async () => (await player.wallet()).held === 0);
    assert.equal(Math.round((await player.wallet()).balance * 100), Math.round((before - 100 + one.body.payout) * 100));
    socket.close();
    return;
  }
  assert.fail("six rounds crashed before a cash-out could arrive");
});
