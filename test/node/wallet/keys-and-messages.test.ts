import { expect, it } from "vitest";
import { creditDeposit, startDeposit } from "../../../durable-objects/wallet/commands/deposits.ts";
import { placeBet } from "../../../durable-objects/wallet/commands/place-bet.ts";
import { projectionMessages } from "../../../durable-objects/wallet/wallet-messages.ts";
import { QUEUE_MESSAGE_BYTES_MAX } from "../../../shared/kernel/limits.ts";
import { walletRowSchema } from "../../../shared/protocol/queue/wallet-row.ts";
import { betCommand, mint, selection } from "../../support/wallet-commands.ts";
import { must, refusal, WalletWorld } from "./wallet-world.ts";

const DAY = 86_400_000;

it("a client's key is forgotten after 30 days and not before; a receipt's never", () => {
  const world = new WalletWorld();
  const intentId = mint("dep");
  must(startDeposit(world.stores, { key: mint("key"), intentId, method: "mpesa", amountMinor: 100_000 }, world.moment()));
  const credit = { intentId, provider: "daraja", receipt: mint("R"), grossMinor: 100_000, occurredAtMs: world.nowMs };
  must(creditDeposit(world.stores, credit, world.moment()));
  const command = betCommand();
  must(placeBet(world.stores, command, world.moment()));

  world.pass(30 * DAY - 1);
  expect(world.stores.keys.sweep(world.nowMs)).toBe(world.nowMs + 1);
  expect(placeBet(world.stores, command, world.moment())).toMatchObject({ ok: true, value: { replayed: true } });
  world.pass(1);
  expect(world.stores.keys.sweep(world.nowMs)).toBe(null);
  expect(refusal(placeBet(world.stores, { ...betCommand({ key: command.key }), stakeMinor: 1 }, world.moment()))).toMatchObject({
    reason: "amount_too_low",
  });
  expect(creditDeposit(world.stores, credit, world.moment())).toMatchObject({ ok: true, value: { replayed: true } });
  expect(world.digest().violations).toEqual([]);
});

it("messages keep the order of the rows, stay under the queue's limit and are readable by their consumer", async () => {
  const world = new WalletWorld();
  world.deposit(1_000_000);
  for (let i = 0; i < 60; i += 1) {
    const selections = Array.from({ length: 10 }, () => selection({ fixtureName: "Ulinzi Stars v Mathare United \u00e9".repeat(4) }));
    must(placeBet(world.stores, betCommand({ kind: "MULTI", stakeMinor: 2_000, selections }), world.moment()));
  }
  const profile = world.stores.profiles.profile();
  if (profile === null) throw new Error("not open");
  const seqs: number[] = [];
  const messages = projectionMessages(profile, world.stores.outbox.after(0));
  expect(messages.length).toBeGreaterThan(1);
  for (const message of messages) {
    expect(new TextEncoder().encode(JSON.stringify(message)).length).toBeLessThanOrEqual(QUEUE_MESSAGE_BYTES_MAX);
    for (const row of message.rows) {
      expect(walletRowSchema.parse(JSON.parse(row.body)).entry.seq).toBe(row.seq);
      seqs.push(row.seq);
    }
  }
  expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, index) => index + 1));
  expect(world.stores.outbox.pending()).toBe(64);
});
