/** Deposits and withdrawals through the real intents and the simulated provider, whose phones misbehave in every way they can. */
import type { IntentKind, IntentReply, PaymentIntentRpc } from "../../shared/protocol/rpc/payment-intent.ts";
import type { Player } from "./player.ts";

export interface StartedIntent {
  readonly player: Player;
  readonly kind: IntentKind;
  readonly intentId: string;
  readonly rpc: PaymentIntentRpc;
}

const BEHAVIOURS: readonly (readonly [number, object])[] = [
  [10, {}],
  [2, { stk: "cancel", b2c: "fail" }],
  [1, { stk: "timeout" }],
  [1, { stk: "silent", b2c: "silent" }],
  [2, { callback: "twice" }],
  [2, { callback: "before_response" }],
  [2, { callback: "never" }],
  [1, { callback: "late" }],
  [2, { answer: "lost" }],
  [1, { answer: "lost", callback: "never" }],
  [1, { b2c: "timeout" }],
  [1, { amount_factor: 0.5 }],
];

const DEFAULTS = { stk: "approve", callback: "once", b2c: "success", answer: "ok", amount_factor: 1, late_ms: 120_000 };

/** Starts a payment; how it ends is looked at when all is quiet. */
export async function startPayment(player: Player, started: StartedIntent[]): Promise<void> {
  const { prng, around, country } = player;
  const kind: IntentKind = prng.chance(0.6) ? "deposit" : "withdrawal";
  const behaviour = prng.weighted(BEHAVIOURS);
  await around.platform.provider.setBehaviour(player.msisdn, { ...DEFAULTS, ...behaviour });
  const serial = player.newKey("").slice(1);
  const intentId = `${kind === "deposit" ? "dep" : "wdr"}_${player.userId.slice(-13)}${serial.padStart(13, "0")}`;
  const command = {
    intentId,
    userId: player.userId,
    country,
    method: "mpesa",
    phoneNumber: `+${player.msisdn}`,
    amountMinor: kind === "deposit" ? prng.between(10, 900) * 100 : prng.between(50, 200) * 100,
    fingerprint: intentId,
  };
  const rpc = around.platform.env.PAYMENT_INTENT.getByName(`${country}:${intentId}`) as unknown as PaymentIntentRpc;
  started.push({ player, kind, intentId, rpc });
  for (;;) {
    try {
      const reply: IntentReply = await (kind === "deposit" ? rpc.startDeposit(command) : rpc.startWithdrawal(command));
      around.world.reached(reply.ok ? `intent:${kind}` : `intent:${reply.error.reason}`);
      return;
    } catch {
      around.world.reached("intent-outcome-unknown");
      await player.sleep(prng.between(100, 8_000));
    }
  }
}
