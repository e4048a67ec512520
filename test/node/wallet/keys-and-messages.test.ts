import { expect, it } from "vitest";
import { setLimit } from "../../../durable-objects/wallet/commands/accounts.ts";
import { creditDeposit, startDeposit } from "../../../durable-objects/wallet/commands/deposits.ts";
import { postManual } from "../../../durable-objects/wallet/commands/manual.ts";
import { placeBet } from "../../../durable-objects/wallet/commands/place-bet.ts";
import { reserveStake } from "../../../durable-objects/wallet/commands/stakes.ts";
import { startWithdrawal } from "../../../durable-objects/wallet/commands/withdrawals.ts";
import { runFrom } from "../../../durable-objects/wallet/journal-runs.ts";
import { QUEUE_MESSAGE_BYTES_MAX } from "../../../shared/kernel/limits.ts";
import { walletRunSchema } from "../../../shared/protocol/queue/wallet-run.ts";
import { betCommand, mint, selection, stakeCommand, withdrawalCommand } from "../../support/wallet-commands.ts";
import { limitCommand, manualCommand } from "./ledger-commands.ts";
import { must, refusal, WalletWorld } from "./wallet-world.ts";

const DAY = 86_400_000;

it("a client's key is forgotten after 30 days and not before; a receipt's never", () => {
  const world = new WalletWorld();
  const intentId = mint("dep");
  must(startDeposit(world.stores, { key: mint("key"), intentId, method: "mpesa", amountMinor: 100_000 }, world.moment()));
  const credit = { intentId, provider: "daraja", receipt: mint("R"), grossMinor: 100_000, occurredAtMs: world.nowMs };
  must(creditDeposit(world.stores, credit, world.moment()));
  // So that the bet's entry is as old as its command: those before it came faster than the clock.
  world.pass(1_000);
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

it("a key that was forgotten can't make what it made a second time", () => {
  const world = new WalletWorld();
  const intentId = mint("dep");
  const deposit = { key: mint("key"), intentId, method: "mpesa", amountMinor: 1_000_000 };
  must(startDeposit(world.stores, deposit, world.moment()));
  must(
    creditDeposit(
      world.stores,
      { intentId, provider: "daraja", receipt: mint("R"), grossMinor: 1_000_000, occurredAtMs: world.nowMs },
      world.moment(),
    ),
  );
  const [bet, stake, withdrawal] = [betCommand(), stakeCommand(), withdrawalCommand()];
  const again = () => [
    startDeposit(world.stores, deposit, world.moment()),
    placeBet(world.stores, bet, world.moment()),
    reserveStake(world.stores, stake, world.moment()),
    startWithdrawal(world.stores, withdrawal, world.moment()),
  ];
  expect(again().map((reply) => reply.ok)).toEqual([true, true, true, true]);
  world.pass(31 * DAY);
  world.stores.keys.sweep(world.nowMs);
  const before = world.digest();
  for (const reply of again()) expect(refusal(reply)).toEqual({ reason: "idempotency_key_reused" });
  expect(world.digest()).toEqual(before);
});

it("a key that is free again makes no entry too near to its first one, when the journal ran ahead of the clock", () => {
  const world = new WalletWorld();
  const commands = Array.from({ length: 5 }, () => limitCommand());
  const run = () => {
    for (const command of commands) must(setLimit(world.stores, command, world.moment()));
    return world.digest();
  };
  run();
  world.pass(30 * DAY);
  world.stores.keys.sweep(world.nowMs);
  expect(run().violations).toEqual([]);
  world.pass(DAY);
  world.stores.keys.sweep(world.nowMs);
  expect(run().violations).toEqual([]);
});

it("runs follow one another, stay under the queue's limit and are readable by their consumer", () => {
  const world = new WalletWorld();
  world.deposit(1_000_000);
  for (let i = 0; i < 60; i += 1) {
    const selections = Array.from({ length: 10 }, () => selection({ fixtureName: "Ulinzi Stars v Mathare United \u00e9".repeat(4) }));
    must(placeBet(world.stores, betCommand({ kind: "MULTI", stakeMinor: 2_000, selections }), world.moment()));
  }
  const headSeq = world.stores.journal.book().head.seq;
  const seqs: number[] = [];
  let runs = 0;
  for (let run = runFrom(world.stores, 1, headSeq); run !== null; run = runFrom(world.stores, run.toSeq + 1, headSeq)) {
    runs += 1;
    expect(new TextEncoder().encode(JSON.stringify(run)).length).toBeLessThanOrEqual(QUEUE_MESSAGE_BYTES_MAX);
    const read = walletRunSchema.parse(JSON.parse(JSON.stringify(run)));
    expect([read.fromSeq, read.toSeq, read.headHash]).toEqual([
      read.rows[0]?.entry.seq,
      read.rows.at(-1)?.entry.seq,
      read.rows.at(-1)?.entry.hash,
    ]);
    seqs.push(...read.rows.map((row) => row.entry.seq));
  }
  expect(runs).toBeGreaterThan(1);
  expect(seqs).toEqual(Array.from({ length: 64 }, (_, index) => index + 1));
  expect(world.digest().outboxPending).toBe(64);
});

it("runs stay under the queue's limit whatever an operator writes into a reference", () => {
  const world = new WalletWorld();
  for (const letter of ["\u20ac", "\u0001", "\u{1f600}"]) {
    const first = world.stores.journal.book().head.seq + 1;
    for (let i = 0; i < 100; i += 1)
      must(postManual(world.stores, manualCommand({ ref: letter.repeat(400 / letter.length) }), world.moment()));
    const run = runFrom(world.stores, first, first + 99);
    expect(run?.rows.length).toBeGreaterThan(10);
    expect(new TextEncoder().encode(JSON.stringify(run)).length).toBeLessThanOrEqual(QUEUE_MESSAGE_BYTES_MAX);
  }
});

it("a stretch that ends before it begins has no run: it must not read the whole journal", () => {
  const world = new WalletWorld();
  world.deposit(1_000);
  expect([runFrom(world.stores, 2, 1), runFrom(world.stores, 2, 0), runFrom(world.stores, 99, 1)]).toEqual([null, null, null]);
});

it("what was acknowledged is forgotten by an instance that did not write it down, and never goes back", () => {
  const world = new WalletWorld();
  world.stores.delivery.acknowledge(2);
  world.stores.delivery.acknowledge(1);
  expect(world.digest().outboxPending).toBe(0);
  world.evict();
  expect(world.digest().outboxPending).toBe(2);
  world.stores.delivery.acknowledge(1);
  world.stores.delivery.persist();
  world.evict();
  expect(world.digest().outboxPending).toBe(1);
});
