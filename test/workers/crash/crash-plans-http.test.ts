import { runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { flightMs } from "../../../shared/crash/curve.ts";
import { mint } from "../../support/wallet-commands.ts";
import { call } from "../operators/ledger-client.ts";
import { newWallet } from "../wallet/wallet-support.ts";
import { bearer, Client, http, ticketOf } from "./crash-client.ts";
import { TestGame } from "./crash-support.ts";

const RATE = 60;
const BASE = "/api/v1/games/crash";
const ORDER = { amount: 100, auto_cashout: 1.1, slot: "B", rounds: 10, stop_loss: 500, stop_win: 1_000 };
const room = new TestGame("crash-ke");

function codeOf(reply: { readonly body: Record<string, unknown> }): unknown {
  return (reply.body["error"] as { code: string }).code;
}

async function takeOff(): Promise<void> {
  await room.rig((crash) => crash > 150 && crash < 200);
  await room.open();
  await room.takeOff();
}

beforeEach(() => room.startClock());
afterEach(async () => {
  await runInDurableObject(room.table, (_instance, state) => {
    state.storage.sql.exec("DELETE FROM waiting_bet; UPDATE autoplay SET ended_at = 1, end_reason = 'player' WHERE ended_at IS NULL");
  });
  await room.rest();
  await room.settle();
  room.stopClock();
});

describe("plans over HTTP", () => {
  it("queue a bet, show it, and take it back", async () => {
    const { userId } = await newWallet(95_000);
    const headers = await bearer(userId);
    await takeOff();
    const keyed = { ...headers, "Idempotency-Key": mint("key") };
    const queued = await http("POST", `${BASE}/queue`, { amount: 100, auto_cashout: 2 }, keyed);
    expect(queued.status).toBe(201);
    expect(queued.body).toMatchObject({ queued: { slot: "A", amount: 100, auto_cashout: 2 }, bet: null });
    expect((await http("POST", `${BASE}/queue`, { amount: 100, auto_cashout: 2 }, keyed)).text).toBe(queued.text);
    expect(codeOf(await http("POST", `${BASE}/queue`, { amount: 100 }, headers))).toBe("SLOT_TAKEN");
    expect(codeOf(await http("POST", `${BASE}/queue`, { amount: 100, slot: "C" }, headers))).toBe("VALIDATION_FAILED");
    expect((await http("GET", `${BASE}/plans`, undefined, headers)).body["queued"]).toHaveLength(1);
    expect((await http("POST", `${BASE}/cancel`, { slot: "A" }, headers)).body).toEqual({ cancelled: "waiting" });
    expect(codeOf(await http("POST", `${BASE}/cancel`, { slot: "A" }, headers))).toBe("NOT_FOUND");
    expect((await http("GET", `${BASE}/plans`, undefined, headers)).body).toEqual({ queued: [], autoplay: [] });
  });

  it("start autoplay only with a target and both stops, and stop it", async () => {
    const { userId } = await newWallet(95_000);
    const headers = await bearer(userId);
    await takeOff();
    for (const missing of ["auto_cashout", "stop_loss", "stop_win", "rounds"]) {
      const refused = await http("POST", `${BASE}/autoplay`, { ...ORDER, [missing]: undefined }, headers);
      expect([missing, refused.status]).toEqual([missing, 400]);
    }
    expect(codeOf(await http("POST", `${BASE}/autoplay`, { ...ORDER, rounds: 101 }, headers))).toBe("VALIDATION_FAILED");
    expect(codeOf(await http("POST", `${BASE}/autoplay`, { ...ORDER, stop_loss: 99 }, headers))).toBe("VALIDATION_FAILED");
    expect((await http("GET", `${BASE}/plans`, undefined, headers)).body).toEqual({ queued: [], autoplay: [] });
    const started = await http("POST", `${BASE}/autoplay`, ORDER, headers);
    expect([started.status, started.body]).toMatchObject([201, { ...ORDER, rounds_taken: 0, net: 0, ended_at: null, end_reason: null }]);
    const stopped = await http("POST", `${BASE}/autoplay/stop`, { slot: "B" }, headers);
    expect(stopped.body).toMatchObject({ order_id: started.body["order_id"], end_reason: "player" });
    expect(codeOf(await http("POST", `${BASE}/autoplay/stop`, { slot: "B" }, headers))).toBe("NOT_FOUND");
  });

  it("end within a second of a self-exclusion, and the socket hears of it; the bet in flight is still paid at its target", async () => {
    const player = await newWallet(95_000);
    const headers = await bearer(player.userId);
    const secret = await room.rig((crash) => crash > 150 && crash < 200);
    await room.open();
    await http("POST", `${BASE}/bet`, { amount: 100, auto_cashout: 1.5 }, headers);
    await room.takeOff();
    const client = await Client.connect("/ws/games/crash-ke", { "Sec-WebSocket-Protocol": `mkeka-ticket.${ticketOf(player.userId)}` });
    await http("POST", `${BASE}/queue`, { amount: 100, slot: "A" }, headers);
    await http("POST", `${BASE}/autoplay`, ORDER, headers);
    const startedMs = performance.now();
    expect((await http("POST", "/api/v1/users/me/self-exclude", { duration_days: 7, reason: "a break" }, headers)).status).toBe(200);
    await vi.waitFor(() => {
      const dropped = client.frames.flatMap((frame) => (frame.type === "plans" && frame.dropped !== null ? [frame.dropped] : []));
      expect(dropped).toEqual([
        { slot: "A", plan: "queue", reason: "restricted", detail: null },
        { slot: "B", plan: "autoplay", reason: "restricted", detail: null },
      ]);
    });
    expect(performance.now() - startedMs).toBeLessThan(1_000);
    await room.crash(secret, flightMs(secret.crashHundredths, RATE));
    await room.nextRoundWith(1);
    expect(codeOf(await http("POST", `${BASE}/bet`, { amount: 100 }, headers))).toBe("SELF_EXCLUDED");
    expect(await room.countBets(`user_id = '${player.userId}'`)).toBe(1);
    expect(await room.countBets(`user_id = '${player.userId}' AND status = 'CASHED_OUT' AND payout_minor = 15000`)).toBe(1);
    client.close();
  });

  it("end within a second of an operator's freeze, and the frozen wallet takes no stake", async () => {
    const player = await newWallet(95_000);
    const headers = await bearer(player.userId);
    const secret = await room.rig((crash) => crash > 150 && crash < 200);
    await room.open();
    await room.takeOff();
    await http("POST", `${BASE}/queue`, { amount: 100, slot: "A" }, headers);
    const startedMs = performance.now();
    expect((await call(`${player.userId}/freeze`, { role: "compliance", body: { reason: "a question" } })).status).toBe(200);
    await vi.waitFor(async () =>
      expect((await http("GET", `${BASE}/plans`, undefined, headers)).body).toEqual({ queued: [], autoplay: [] }),
    );
    expect(performance.now() - startedMs).toBeLessThan(1_000);
    await room.crash(secret, flightMs(secret.crashHundredths, RATE));
    await room.nextRoundWith(1);
    expect(codeOf(await http("POST", `${BASE}/bet`, { amount: 100 }, headers))).toBe("WALLET_FROZEN");
    expect(await room.countBets(`user_id = '${player.userId}'`)).toBe(0);
  });
});
