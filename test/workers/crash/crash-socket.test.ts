import { runDurableObjectAlarm } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { flightMs, multiplierAt } from "../../../shared/crash/curve.ts";
import { mint } from "../../support/wallet-commands.ts";
import { newWallet } from "../wallet/wallet-support.ts";
import { bearer, Client, http, ticketOf } from "./crash-client.ts";
import { TestGame } from "./crash-support.ts";

const RATE = 60;
const room = new TestGame("crash-ke");
const clients: Client[] = [];

async function connect(path = "/ws/games/crash-ke", headers: Record<string, string> = {}): Promise<Client> {
  const client = await Client.connect(path, headers);
  clients.push(client);
  return client;
}

beforeEach(() => room.startClock());
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await vi.waitFor(async () => expect((await room.table.presence()).connections).toBe(0));
  await room.rest();
  await room.settle();
  room.stopClock();
});

describe("spectators", () => {
  it("need no login: a snapshot wakes the game, then states with growing numbers and the crash", async () => {
    const secret = await room.rig((crash) => crash > 110 && crash < 150);
    const client = await connect("/ws/games/current");
    const snapshot = await client.next("snapshot");
    expect(client.frames[0]).toBe(snapshot);
    expect(snapshot).toMatchObject({
      game_id: "crash-ke",
      round_number: secret.roundNumber,
      status: "BETTING",
      current_multiplier: 1,
      started_at: null,
      time_remaining: 6_000,
      curve_millionths_per_ms: 60,
      stake_min: 20,
      stake_max: 20_000,
      currency: "KES",
      authenticated: false,
      bets: [],
    });
    await room.takeOff();
    await room.pass(2_000);
    await room.crash(secret, flightMs(secret.crashHundredths, RATE));
    const crashed = await client.next("crashed");
    expect(crashed).toMatchObject({
      round_number: secret.roundNumber,
      crash_point: secret.crashHundredths / 100,
      server_seed: secret.serverSeed,
      your_result: null,
      your_results: [],
    });
    const running = client.all("state_update").filter((frame) => frame.status === "RUNNING");
    expect(running.length).toBeGreaterThanOrEqual(3);
    for (const frame of running) {
      expect(frame.current_multiplier).toBe(multiplierAt(frame.elapsed_ms, RATE) / 100);
      expect(frame.time_remaining).toBeNull();
    }
    const seqs = client.frames.map((frame) => frame.seq);
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
  });

  it("keep the game going: the next round opens while somebody watches", async () => {
    const secret = await room.rig((crash) => crash < 120);
    const client = await connect();
    await client.next("snapshot");
    await room.takeOff();
    await room.crash(secret, flightMs(secret.crashHundredths, RATE));
    room.leap(3_000);
    await runDurableObjectAlarm(room.game);
    expect(await room.game.view()).toMatchObject({ status: "BETTING", roundNumber: secret.roundNumber + 1 });
  });

  it("can't bet", async () => {
    const client = await connect();
    client.send({ type: "place_bet", amount: 100, key: "k" });
    expect(await client.next("error")).toMatchObject({ code: "UNAUTHORIZED", request: { type: "place_bet", key: "k" } });
  });
});

describe("players", () => {
  it("log in by subprotocol, bet, cash out and read their result", async () => {
    const secret = await room.rig((crash) => crash > 140 && crash < 190);
    const { userId } = await newWallet(95_000);
    const client = await connect("/ws/games/crash-ke", { "Sec-WebSocket-Protocol": `mkeka-ticket.${ticketOf(userId)}` });
    expect(await client.next("snapshot")).toMatchObject({ authenticated: true });
    const key = mint("key");
    client.send({ type: "place_bet", amount: "100.00", auto_cashout: null, slot: "A", key });
    const confirmed = await client.next("bet_confirmed");
    expect(confirmed).toMatchObject({
      round_number: secret.roundNumber,
      slot: "A",
      amount: 100,
      auto_cashout: null,
      status: "ACTIVE",
      key,
    });
    expect(await client.next("balance")).toMatchObject({ balance: 950, available_balance: 850, held: 100, currency: "KES" });
    client.send({ type: "place_bet", amount: 50, auto_cashout: 1.1, slot: "B", key: mint("key") });
    await client.next("bet_confirmed", 1);
    await room.takeOff();
    await room.pass(4_000);
    expect(await client.next("cashout_success")).toMatchObject({ multiplier: 1.1, payout: 55 });
    client.send({ type: "cashout", bet_id: confirmed.bet_id });
    const multiplier = multiplierAt(4_000, RATE) / 100;
    const cashedOut = { bet_id: confirmed.bet_id, multiplier, payout: multiplierAt(4_000, RATE) };
    expect(await client.next("cashout_success", 1)).toMatchObject(cashedOut);
    client.send({ type: "cashout", bet_id: confirmed.bet_id });
    expect(await client.next("cashout_success", 2)).toMatchObject(cashedOut);
    expect(await client.next("cashouts")).toMatchObject({ round_number: secret.roundNumber, list: [] });
    await room.crash(secret, flightMs(secret.crashHundredths, RATE));
    const crashed = await client.next("crashed");
    expect(crashed.your_result).toEqual({
      bet_id: confirmed.bet_id,
      slot: "A",
      cashed_out: true,
      multiplier,
      payout: cashedOut.payout,
      status: "CASHED_OUT",
      limited_by: null,
    });
    expect(crashed.your_results).toHaveLength(2);
    await room.settle();
    await vi.waitFor(() => expect(client.all("balance").at(-1)).toMatchObject({ balance: 950 - 150 + 55 + cashedOut.payout, held: 0 }));
  });

  it("may log in by the first message, and name frames by action", async () => {
    await room.rest();
    const { userId } = await newWallet(95_000);
    const client = await connect();
    client.send({ type: "auth", ticket: "forged.ticket" });
    expect(await client.next("error")).toMatchObject({ code: "UNAUTHORIZED", request: { type: "auth" } });
    client.send({ action: "auth", ticket: ticketOf(userId) });
    expect(await client.next("snapshot", 1)).toMatchObject({ authenticated: true });
    client.send({ action: "place_bet", amount: 100, auto_cashout: null });
    const bet = await client.next("bet_confirmed");
    await room.takeOff();
    await room.pass(100);
    client.send({ action: "cashout" });
    const ended = await Promise.race([client.next("cashout_success"), client.next("error", 1)]);
    if (ended.type === "cashout_success") expect(ended.bet_id).toBe(bet.bet_id);
    else expect(ended.code).toMatch(/NOT_FOUND|CASH_OUT_TOO_LATE/);
  });

  it("bet at home only", async () => {
    await room.rest();
    const { userId } = await newWallet(95_000);
    const client = await connect("/ws/games/crash-ke", { "X-Dev-Country": "NG", "X-Mkeka-Country": "KE" });
    client.send({ type: "auth", ticket: ticketOf(userId) });
    client.send({ type: "place_bet", amount: 100 });
    expect(await client.next("error")).toMatchObject({ code: "GEO_BLOCKED" });
    expect(await room.countBets(`user_id = '${userId}'`)).toBe(0);
  });

  it("are told by code why a bet is refused, and nothing moves", async () => {
    await room.rest();
    const { userId, wallet } = await newWallet(5_000);
    const client = await connect();
    client.send({ type: "auth", ticket: ticketOf(userId) });
    client.send({ type: "place_bet", amount: 100 });
    expect(await client.next("error")).toMatchObject({ code: "INSUFFICIENT_BALANCE", details: { required: 100, available: 50 } });
    client.send({ type: "place_bet", amount: 19.99 });
    expect(await client.next("error", 1)).toMatchObject({ code: "STAKE_TOO_LOW", details: { min: 20 } });
    expect((await wallet.digest()).balances).toMatchObject({ cashMinor: 5_000, heldMinor: 0 });
  });
});

describe("bad frames", () => {
  it.each([
    ["{", "MALFORMED_JSON"],
    ["[]", "VALIDATION_FAILED"],
    ["null", "VALIDATION_FAILED"],
    ['{"type":"jump"}', "VALIDATION_FAILED"],
    ['{"type":"place_bet","amount":-1}', "INVALID_AMOUNT"],
    ['{"type":"place_bet","amount":1.001}', "INVALID_AMOUNT"],
    ['{"type":"place_bet","amount":100,"auto_cashout":1}', "VALIDATION_FAILED"],
    ['{"type":"place_bet","amount":100,"slot":"C"}', "VALIDATION_FAILED"],
    [`{"type":"auth","ticket":"${"x".repeat(5_000)}"}`, "BODY_TOO_LARGE"],
  ])("%s is answered and the connection stays", async (text, code) => {
    await room.rest();
    const client = await connect();
    client.send(text);
    expect((await client.next("error")).code).toBe(code);
    client.send({ type: "ping" });
    await client.next("pong");
  });

  it("too many of them are refused, and the connection stays", async () => {
    await room.rest();
    const client = await connect();
    for (let frame = 0; frame < 60; frame += 1) client.send({ type: "ping" });
    expect((await client.next("error")).code).toBe("RATE_LIMIT_EXCEEDED");
    room.leap(10_000);
    client.send({ type: "cashout" });
    await vi.waitFor(() => expect(client.all("error").at(-1)?.code).toBe("UNAUTHORIZED"));
  });
});

describe("secrecy", () => {
  it("no frame, answer or log before the crash tells the point, the hash or the flight's length", async () => {
    // An earlier round of the same point is told on purpose, and would look like a leak.
    const earlier = new Set((await room.game.history(100)).map((round) => round.crashHundredths));
    const secret = await room.rig((crash) => crash > 230 && crash < 290 && !earlier.has(crash));
    const logged: string[] = [];
    for (const method of ["log", "warn", "error", "info", "debug"] as const)
      vi.spyOn(console, method).mockImplementation((...parts) => void logged.push(parts.join(" ")));
    const { userId } = await newWallet(95_000);
    const headers = await bearer(userId);
    const client = await connect("/ws/games/crash-ke", { "Sec-WebSocket-Protocol": `mkeka-ticket.${ticketOf(userId)}` });
    const answers: unknown[] = [];
    const ask = async () => {
      for (const path of ["current", "history", "bets", "crash-ke/current", "crash-ke/history", "crash-ke/fairness"])
        answers.push((await http("GET", `/api/v1/games/crash/${path}`, undefined, headers)).body);
      const guess = { round_number: secret.roundNumber, server_seed: "0".repeat(64), claimed_crash: 2 };
      answers.push((await http("POST", "/api/v1/games/crash/verify", guess)).body);
    };
    await ask();
    answers.push((await http("POST", "/api/v1/games/crash/bet", { amount: 100, auto_cashout: 1.05 }, headers)).body);
    answers.push((await http("POST", "/api/v1/games/crash/bet", { amount: 100, slot: "B" }, headers)).body);
    const { startedAtMs } = await room.takeOff();
    await ask();
    await room.pass(5_000);
    client.send({ type: "cashout", bet_id: "crb_0" });
    const lengthMs = flightMs(secret.crashHundredths, RATE);
    // In its last hundredth the flight shows its point rightly.
    await room.pass(lengthMs - 5_000 - 1_000);
    await ask();
    const told = new Set<unknown>();
    collect([client.frames, answers, logged.map(parsed)], told);
    expect(client.all("state_update").length).toBeGreaterThan(10);
    const crashAtMs = (startedAtMs ?? 0) + lengthMs;
    const { crashHundredths, serverSeed } = secret;
    const secrets = [serverSeed, crashHundredths, crashHundredths / 100, lengthMs, crashAtMs, new Date(crashAtMs).toISOString()];
    expect(secrets.filter((one) => told.has(one))).toEqual([]);
    expect(JSON.stringify([...told])).not.toContain(serverSeed);
    vi.restoreAllMocks();
    await room.crash(secret, lengthMs);
    expect((await client.next("crashed")).server_seed).toBe(serverSeed);
  });
});

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return line;
  }
}

/** Every number and text inside a value. */
function collect(value: unknown, into: Set<unknown>): void {
  if (typeof value !== "object" || value === null) into.add(value);
  else for (const member of Object.values(value)) collect(member, into);
}
