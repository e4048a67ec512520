import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { flightMs } from "../../../shared/crash/curve.ts";
import { mint } from "../../support/wallet-commands.ts";
import { newWallet } from "../wallet/wallet-support.ts";
import { bearer, http } from "./crash-client.ts";
import { TestGame } from "./crash-support.ts";

const RATE = 60;
const BASE = "/api/v1/games/crash";
const room = new TestGame("crash-ke");

function codeOf(reply: { readonly body: Record<string, unknown> }): unknown {
  return (reply.body.error as { code: string }).code;
}

describe("playing over HTTP", () => {
  beforeEach(() => room.startClock());
  afterEach(async () => {
    await room.rest();
    await room.settle();
    room.stopClock();
  });

  it("bets, answers repeats again, cashes out, and shows the round", async () => {
    const secret = await room.rig((crash) => crash > 150 && crash < 200);
    const { userId } = await newWallet(95_000);
    const headers = await bearer(userId);
    const body = { amount: 100, auto_cashout: 3.5, slot: "B" };
    const keyed = { ...headers, "Idempotency-Key": mint("key") };
    const placed = await http("POST", `${BASE}/bet`, body, keyed);
    expect(placed.status).toBe(201);
    expect(placed.body).toMatchObject({
      game_id: "crash-ke",
      round_number: secret.roundNumber,
      slot: "B",
      amount: 100,
      auto_cashout: 3.5,
      status: "ACTIVE",
      message: "Bet placed. Connect to WebSocket for live updates.",
    });
    const repeated = await http("POST", `${BASE}/bet`, body, keyed);
    expect([repeated.status, repeated.headers.get("Idempotent-Replayed"), repeated.text]).toEqual([201, "true", placed.text]);
    expect(codeOf(await http("POST", `${BASE}/bet`, { ...body, amount: 200 }, keyed))).toBe("IDEMPOTENCY_CONFLICT");
    expect(codeOf(await http("POST", `${BASE}/bet`, body, headers))).toBe("SLOT_TAKEN");
    await room.takeOff();
    await room.pass(3_000);
    expect((await http("GET", `${BASE}/current`)).body).toMatchObject({
      game_id: "crash-ke",
      status: "RUNNING",
      current_multiplier: 1.19,
      active_players: 1,
    });
    expect(codeOf(await http("POST", `${BASE}/bet`, { amount: 100 }, headers))).toBe("GAME_NOT_ACTIVE");
    const cashOut = { bet_id: placed.body.bet_id };
    const paid = await http("POST", `${BASE}/cashout`, cashOut, headers);
    expect([paid.status, paid.body]).toEqual([200, { ...cashOut, multiplier: 1.19, payout: 119, limited_by: null }]);
    expect((await http("POST", `${BASE}/cashout`, cashOut, headers)).text).toBe(paid.text);
    await room.crash(secret, flightMs(secret.crashHundredths, RATE));
    const history = await http("GET", `${BASE}/history?limit=1`);
    expect(history.body.games).toMatchObject([
      { round_number: secret.roundNumber, crash_point: secret.crashHundredths / 100, server_seed: secret.serverSeed },
    ]);
    expect((await http("GET", `${BASE}/bets`, undefined, headers)).body.bets).toMatchObject([{ status: "CASHED_OUT", payout: 119 }]);
  });

  it("proves a finished round without its salt, and refuses one that is not finished", async () => {
    const secret = await room.rig((crash) => crash > 110 && crash < 150);
    const claim = { round_number: secret.roundNumber, server_seed: secret.serverSeed, claimed_crash: secret.crashHundredths / 100 };
    expect((await http("POST", `${BASE}/verify`, claim)).status).toBe(404);
    await room.open();
    await room.takeOff();
    await room.crash(secret, flightMs(secret.crashHundredths, RATE));
    expect((await http("POST", `${BASE}/verify`, claim)).body).toMatchObject({
      verified: true,
      calculated_crash: secret.crashHundredths / 100,
      algorithm: "mkeka-v1",
      message: "Game result is provably fair",
    });
    expect((await http("POST", `${BASE}/verify`, { ...claim, claimed_crash: 9.99 })).body.verified).toBe(false);
    expect((await http("POST", `${BASE}/verify`, { ...claim, server_seed: "0".repeat(64) })).body.verified).toBe(false);
  });

  it("is for players at home who are logged in", async () => {
    const { userId } = await newWallet(95_000);
    expect((await http("POST", `${BASE}/bet`, { amount: 100 })).status).toBe(401);
    const abroad = { ...(await bearer(userId)), "X-Dev-Country": "NG" };
    expect((await http("POST", `${BASE}/bet`, { amount: 100 }, abroad)).status).toBe(451);
    expect(await room.countBets(`user_id = '${userId}'`)).toBe(0);
  });
});

describe("proofs", () => {
  it("computes published results from hash and salt", async () => {
    const salt = "00000000000000000001e08b7fd44f95e3e950ac65650a8031a6d5e1750e34be";
    const server_seed = "94AA062026624e59a0ace092568d5f46e21b9bf1d5173609db8645dd62bdfc44";
    const reply = await http("POST", `${BASE}/verify`, { round_number: 1, server_seed, salt, house_edge_bp: 100, claimed_crash: "10.91" });
    expect(reply.body).toMatchObject({ verified: true, calculated_crash: 10.91, claimed_crash: 10.91 });
    expect((reply.body.steps as unknown[]).length).toBeGreaterThan(5);
  });

  it("computes letsbet-v1 when a client seed is given", async () => {
    const claim = { round_number: 42, server_seed: "server-1", client_seed: "client-1", claimed_crash: 1.99 };
    expect((await http("POST", `${BASE}/verify`, claim)).body).toMatchObject({
      verified: true,
      calculated_crash: 1.99,
      algorithm: "letsbet-v1",
    });
    const { client_seed: _, ...without } = claim;
    expect((await http("POST", `${BASE}/verify`, { ...without, algorithm: "letsbet-v1" })).status).toBe(400);
    expect((await http("POST", `${BASE}/verify`, without)).status).toBe(400);
  });

  it("publishes the commitment of each game", async () => {
    const reply = await http("GET", `${BASE}/crash-ke/fairness`);
    expect(reply.body).toMatchObject({ algorithm: "mkeka-v1", house_edge_bp: 300, chain_length: 100_000, max_multiplier: 10_000 });
    expect((await http("GET", `${BASE}/crash-xx/fairness`)).status).toBe(404);
    expect((await http("GET", `${BASE}/crash-xx/current`)).status).toBe(404);
  });
});

describe("addresses of letsbet-v1", () => {
  it.each([
    [
      "commitment",
      { server_seed: "deadbeef" },
      200,
      { server_seed_hash: "2baf1f40105d9501fe319a8ec463fdf4325a2a5df445adf3f572f626253678c9" },
    ],
    ["commitment", {}, 422, { error: "server_seed is required" }],
    ["commitment", "", 400, { error: "empty request body" }],
    ["commitment", "{", 400, { error: "invalid json: syntax error" }],
    ["commitment", { server_seed: "s", x: 1 }, 400, { error: 'invalid json: unknown field "x"' }],
    ["commitment", { server_seed: 5 }, 400, { error: "invalid json: server_seed is not a text" }],
    [
      "verify",
      { server_seed: "seed", client_seed: "client", round_number: 1, claimed_crash: 4.2 },
      200,
      { match: true, calculated: "4.2", claimed: "4.2" },
    ],
    [
      "verify",
      { server_seed: "seed", client_seed: "client", round_number: 1, claimed_crash: "4.20" },
      200,
      { match: true, calculated: "4.2", claimed: "4.2" },
    ],
    [
      "verify",
      { server_seed: "seed", client_seed: "client", round_number: 18, claimed_crash: "1.01" },
      200,
      { match: false, calculated: "1", claimed: "1.01" },
    ],
    [
      "verify",
      { server_seed: "seed", client_seed: "", round_number: 1, claimed_crash: 1 },
      422,
      { error: "server_seed, client_seed, round_number required" },
    ],
    [
      "verify",
      { server_seed: "seed", client_seed: "c", round_number: 0 },
      422,
      { error: "server_seed, client_seed, round_number required" },
    ],
    [
      "verify",
      { server_seed: "seed", client_seed: "c", round_number: 1.5 },
      400,
      { error: "invalid json: round_number is not an integer" },
    ],
  ])("%s %j answers %i", async (name, body, status, answer) => {
    const reply = await http("POST", `/api/fairness/${name}`, body);
    expect([reply.status, reply.body]).toEqual([status, answer]);
  });
});
