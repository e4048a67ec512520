/** A player of a test: a wallet of its own, and the commands that start its deposits and withdrawals. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, vi } from "vitest";
import { ID_RANDOM_BYTES, makeId } from "../../../shared/kernel/ids.ts";
import { unixMs } from "../../../shared/kernel/time.ts";
import type { IntentKind, IntentReply, IntentView, StartIntent } from "../../../shared/protocol/rpc/payment-intent.ts";
import type { WalletRpc, WalletView } from "../../../shared/protocol/rpc/wallet.ts";
import { paymentObject } from "../../../workers/services/payments/payment-object.ts";

const random = () => crypto.getRandomValues(new Uint8Array(ID_RANDOM_BYTES));
let phones = Math.floor(Math.random() * 90_000_000) + 10_000_000;

export class TestPlayer {
  readonly userId = makeId("usr", unixMs(Date.now()), random());
  readonly phone = `+2547${String(phones++)}`;

  get msisdn(): string {
    return this.phone.slice(1);
  }

  get wallet(): WalletRpc {
    return env.WALLET.getByName(`KE:${this.userId}`) as unknown as WalletRpc;
  }

  /** A player with an open wallet, verified. */
  static async verified(): Promise<TestPlayer> {
    const player = new TestPlayer();
    expect((await player.wallet.open({ key: "open", userId: player.userId, country: "KE" })).ok).toBe(true);
    expect((await player.wallet.setVerified({ key: "verify", verified: true })).ok).toBe(true);
    return player;
  }

  /** A verified player with cash (minor units), which came in through the wallet's own door. */
  static async withCash(cashMinor: number): Promise<TestPlayer> {
    const player = await TestPlayer.verified();
    const intentId = makeId("dep", unixMs(Date.now()), random());
    const grossMinor = Math.round(cashMinor / 0.95);
    await player.wallet.startDeposit({ key: intentId, intentId, method: "mpesa", amountMinor: grossMinor });
    await player.wallet.creditDeposit({ intentId, provider: "daraja", receipt: `T-${intentId}`, grossMinor, occurredAtMs: Date.now() });
    expect((await player.view()).balances.cashMinor).toBe(cashMinor);
    return player;
  }

  command(kind: IntentKind, amountMinor: number, change: Partial<StartIntent> = {}): StartIntent {
    const intentId = makeId(kind === "deposit" ? "dep" : "wdr", unixMs(Date.now()), random());
    const base = { intentId, userId: this.userId, country: "KE" as const, method: "mpesa", phoneNumber: this.phone, amountMinor };
    return { ...base, fingerprint: `${kind}:${amountMinor}`, ...change };
  }

  async start(kind: IntentKind, command: StartIntent): Promise<IntentReply> {
    const object = paymentObject(env, "KE", command.intentId);
    return kind === "deposit" ? object.startDeposit(command) : object.startWithdrawal(command);
  }

  /** Starts and expects it to be taken. */
  async started(kind: IntentKind, amountMinor: number): Promise<IntentView> {
    const reply = await this.start(kind, this.command(kind, amountMinor));
    if (!reply.ok) throw new Error(JSON.stringify(reply.error));
    return reply.value.intent;
  }

  async read(intentId: string): Promise<IntentView> {
    const reply = await paymentObject(env, "KE", intentId).read(this.userId);
    if (!reply.ok) throw new Error(JSON.stringify(reply.error));
    return reply.value;
  }

  async view(): Promise<WalletView> {
    const view = await this.wallet.read();
    if (!view.ok) throw new Error(JSON.stringify(view.error));
    return view.value;
  }

  /** Waits until the queue's consumer has brought the intent to a status. */
  async becomes(intentId: string, status: IntentView["status"]): Promise<IntentView> {
    return vi.waitFor(
      async () => {
        const intent = await this.read(intentId);
        expect(intent.status).toBe(status);
        return intent;
      },
      { timeout: 15_000, interval: 20 },
    );
  }
}

/**
 * Runs the intent's alarm as if `laterMs` had passed. Only the date is moved; timers stay real. The handler is called directly, because
 * the platform's own alarm may be running for another job at this moment.
 */
export async function alarmAfter(intentId: string, laterMs: number): Promise<void> {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + laterMs });
  await runInDurableObject(env.PAYMENT_INTENT.getByName(`KE:${intentId}`), (intent) => intent.alarm());
  vi.useRealTimers();
}
