import { env, exports } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { makeTicket } from "../../../durable-objects/platform/ticket.ts";
import type { UserId } from "../../../shared/kernel/ids.ts";
import { unixMs } from "../../../shared/kernel/time.ts";
import { transactionsAnswer, walletAnswer } from "../../../shared/protocol/http/wallet.ts";
import { configOf } from "../../../workers/env.ts";
import { signAccessToken } from "../../../workers/services/identity/access-token.ts";
import { betCommand, mint, resultFor, selection, withdrawalCommand } from "../../support/wallet-commands.ts";
import { openFixture } from "../odds/messages.ts";
import { deposit, must, newUserId, newWallet, type TestWallet } from "./wallet-support.ts";

const config = configOf(env);
let fixtureId = "";
beforeAll(async () => {
  fixtureId = (await openFixture("KE")).fixtureId;
});

async function get(path: string, userId: UserId, country: "KE" | "NG" = "KE") {
  const actor = { userId, country, identityObjectId: "0".repeat(64), sessionId: mint("ses") };
  const token = await signAccessToken(config, actor, unixMs(Date.now()));
  const headers = { Authorization: `Bearer ${token}`, "X-Dev-Country": country };
  const response = await exports.default.fetch(`http://mkeka.test${path}`, { headers });
  return { status: response.status, body: await response.json() };
}

describe("GET /users/me/wallet", () => {
  it("shows balances in major units, the day's deposits and the wallet's version", async () => {
    const { wallet, userId } = await newWallet(0);
    await deposit(wallet, 52_631);
    must(await wallet.setDepositLimits({ key: mint("key"), day: 100_000 }));
    must(await wallet.startWithdrawal(withdrawalCommand({ amountMinor: 19_000 })));
    const { status, body } = await get("/api/v1/users/me/wallet", userId);
    expect(status).toBe(200);
    expect(walletAnswer.parse(body)).toEqual({
      balance: 499.99,
      available_balance: 310.52,
      bonus_balance: 0,
      held: 189.47,
      currency: "KES",
      today_deposit: 526.31,
      daily_limit: 1_000,
      frozen: false,
      version: 6,
    });
  });

  it("refuses who has no token, and who has no wallet yet", async () => {
    expect((await exports.default.fetch("http://mkeka.test/api/v1/users/me/wallet")).status).toBe(401);
    expect(await get("/api/v1/users/me/wallet", newUserId())).toMatchObject({
      status: 403,
      body: { error: { code: "PHONE_NOT_VERIFIED" } },
    });
  });
});

describe("GET /payments/transactions", () => {
  it("lists signed movements, newest first, with their tax lines", async () => {
    const { wallet, userId } = await newWallet(0);
    const { intentId } = await deposit(wallet, 10_000);
    const command = betCommand({ stakeMinor: 5_000, selections: [selection({ fixtureId })] });
    must(await wallet.placeBet(command));
    const { body } = await get("/api/v1/payments/transactions?limit=1&offset=1", userId);
    const page = transactionsAnswer.parse(body);
    expect(page).toMatchObject({ total: 2, limit: 1, offset: 1 });
    expect(page.transactions[0]).toMatchObject({
      ...{ type: "DEPOSIT", amount: 95, currency: "KES", status: "COMPLETED", balance_before: 0, balance_after: 95 },
      ...{ reference_id: intentId, reference_type: "deposit" },
      tax_lines: [{ rule_id: "KE-E5", code: "excise", name: "Excise duty on deposits", rate_percent: 5, base: 100, amount: 5 }],
    });
    const newest = transactionsAnswer.parse((await get("/api/v1/payments/transactions?limit=1", userId)).body);
    expect(newest.transactions[0]).toMatchObject({ type: "BET_PLACED", amount: -50, reference_id: command.betId });
    expect((await get("/api/v1/payments/transactions?limit=101", userId)).status).toBe(400);
  });
});

describe("/ws/user", () => {
  const ticketOf = ({ userId }: TestWallet, expiresAtMs = Date.now() + 60_000) =>
    `mkeka-ticket.${makeTicket(config.TICKET_SECRET, { userId, country: "KE", expiresAtMs })}`;

  const connect = (protocol: string | null): Promise<Response> => {
    const headers = { Upgrade: "websocket", ...(protocol === null ? {} : { "Sec-WebSocket-Protocol": protocol }) };
    return exports.default.fetch("http://mkeka.test/ws/user", { headers });
  };

  /** Reads frames from a socket one after another. */
  function framesOf(socket: WebSocket): () => Promise<Record<string, unknown>> {
    const arrived: string[] = [];
    const waiting: ((text: string) => void)[] = [];
    socket.addEventListener("message", ({ data }) => {
      const next = waiting.shift();
      if (next === undefined) arrived.push(String(data));
      else next(String(data));
    });
    socket.accept();
    return async () => {
      const text = arrived.shift() ?? (await new Promise<string>((resolve) => waiting.push(resolve)));
      return text === "pong" ? { type: "pong" } : (JSON.parse(text) as Record<string, unknown>);
    };
  }

  it("tells the balance at once, after each change with the wallet's sequence, and settled bets", async () => {
    const player = await newWallet(95_000);
    const protocol = ticketOf(player);
    const response = await connect(protocol);
    expect(response.status).toBe(101);
    expect(response.headers.get("Sec-WebSocket-Protocol")).toBe(protocol);
    const socket = response.webSocket;
    if (socket === null) throw new Error("no socket");
    const next = framesOf(socket);
    expect(await next()).toMatchObject({
      type: "balance",
      balance: 950,
      available_balance: 950,
      held: 0,
      bonus_balance: 0,
      currency: "KES",
    });

    const command = betCommand({ stakeMinor: 10_000, selections: [selection({ fixtureId })] });
    const placed = await player.wallet.placeBet(command);
    expect(await next()).toMatchObject({ type: "balance", balance: 850, seq: placed.ok ? placed.value.head.seq : 0 });
    await player.wallet.placeBet(command);
    must(await player.wallet.settleBet(resultFor(command, fixtureId, 1, "won")));
    expect(await next()).toMatchObject({ type: "balance", balance: 1_050 });
    expect(await next()).toEqual({ type: "bet_settled", bet_id: command.betId, status: "WON", actual_win: 200 });

    socket.send("ping");
    expect(await next()).toEqual({ type: "pong" });
    for (const garbage of ["{", "x".repeat(5_000), JSON.stringify({ type: "place_bet" })]) {
      socket.send(garbage);
      expect(await next()).toMatchObject({ type: "error" });
    }
    socket.send(JSON.stringify({ type: "ping" }));
    expect(await next()).toEqual({ type: "pong" });
    socket.close(1000);
  });

  it("refuses without a ticket, with a forged one, and with one that is past its time", async () => {
    const player = await newWallet(0);
    for (const protocol of [null, "mkeka-ticket.", "chat", `${ticketOf(player)}0`, ticketOf(player, Date.now() - 1)]) {
      expect((await connect(protocol)).status, String(protocol)).toBe(401);
    }
  });
});
