import { describe, expect, it } from "vitest";
import { openAccount } from "../../../durable-objects/wallet/commands/accounts.ts";
import { decide } from "../../../durable-objects/wallet/decide.ts";
import { previewOf } from "../../../durable-objects/wallet/run-command.ts";
import type { Preview, WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import { betCommand, mint, withdrawalCommand } from "../../support/wallet-commands.ts";
import { accountCommand, commitCommand, held, manualCommand, moved, reserveCommand, worldWith } from "./ledger-commands.ts";
import { must, type WalletWorld } from "./wallet-world.ts";

/** One request of every verb that a preview takes, on a wallet with a manual entry at its head and an open hold. */
function requests(world: WalletWorld): readonly Preview[] {
  const hold = held(world);
  must(decide(world.stores, { verb: "post", command: manualCommand() }, world.moment()));
  const { seq } = world.stores.journal.book().head;
  return [
    { verb: "post", command: manualCommand() },
    { verb: "reserve", command: reserveCommand(world) },
    { verb: "commit", command: commitCommand(hold, { amountMinor: 10 }) },
    { verb: "releaseHold", command: { key: mint("key"), holdId: hold.holdId, reason: "taken back" } },
    { verb: "reverse", command: { key: mint("key"), seq, reason: "a mistake" } },
    { verb: "placeBet", command: betCommand() },
    { verb: "startWithdrawal", command: withdrawalCommand() },
  ];
}

const VERBS = ["post", "reserve", "commit", "releaseHold", "reverse", "placeBet", "startWithdrawal"] as const;

/** Everything stored: a preview must leave not even a key behind. */
function stored(world: WalletWorld): unknown {
  const tables = world.sql.all<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
  return tables.map(({ name }) => [name, world.sql.all(`SELECT * FROM "${name}"`)]);
}

function preview(world: WalletWorld, request: Preview): WalletReply<unknown> {
  return previewOf(world.stores, () => decide(world.stores, request, world.moment()));
}

describe("previewing a command", () => {
  it.each(VERBS)("answers what %s would answer, and changes nothing, keys included", (verb) => {
    const world = worldWith();
    const request = requests(world).find((each) => each.verb === verb);
    if (request === undefined) throw new Error("no such verb");
    const before = stored(world);
    const foreseen = preview(world, request);
    expect(foreseen.ok).toBe(true);
    expect(stored(world)).toEqual(before);
    expect(preview(world, request)).toEqual(foreseen);
    expect(decide(world.stores, request, world.moment())).toEqual(foreseen);
    expect(stored(world)).not.toEqual(before);
  });

  it("answers a refusal without remembering it", () => {
    const world = worldWith();
    const command = manualCommand({ postings: moved("user:cash", "suspense", 100_000) });
    const before = stored(world);
    expect(preview(world, { verb: "post", command })).toEqual({
      ok: false,
      error: { reason: "insufficient_funds", requiredMinor: 100_000, availableMinor: 95_000 },
    });
    expect(stored(world)).toEqual(before);
    world.deposit(100_000);
    expect(preview(world, { verb: "post", command }).ok).toBe(true);
  });

  it("answers a key that is used up with its stored answer", () => {
    const world = worldWith();
    const command = manualCommand();
    must(decide(world.stores, { verb: "post", command }, world.moment()));
    expect(preview(world, { verb: "post", command })).toMatchObject({ ok: true, value: { replayed: true } });
  });

  it("leaves no freeze behind when the command would break an invariant", () => {
    const world = worldWith();
    const command = accountCommand();
    // A clock that ran backwards past what can be stored is as good a bug as any.
    const broken = () => openAccount(world.stores, command, { ...world.moment(), nowMs: Number.NaN as never });
    const before = stored(world);
    expect(previewOf(world.stores, broken)).toEqual({ ok: false, error: { reason: "wallet_frozen" } });
    expect(stored(world)).toEqual(before);
    expect(world.digest().violations).toEqual([]);
    must(openAccount(world.stores, command, world.moment()));
  });

  it("goes on from the head as it is after a preview", () => {
    const world = worldWith();
    for (const request of requests(world)) preview(world, request);
    const { seq } = world.stores.journal.book().head;
    world.deposit(1_000);
    expect(world.stores.journal.book().head.seq).toBe(seq + 2);
    expect(world.digest().violations).toEqual([]);
  });

  it("refuses by a throw what has no command's shape", () => {
    const world = worldWith();
    const command = reserveCommand(world, { amountMinor: 0 });
    const before = stored(world);
    expect(() => preview(world, { verb: "reserve", command })).toThrow(TypeError);
    expect(stored(world)).toEqual(before);
  });
});
