import { describe, expect, it } from "vitest";
import { setLimit } from "../../../durable-objects/wallet/commands/accounts.ts";
import { postManual, reverseEntry } from "../../../durable-objects/wallet/commands/manual.ts";
import { placeBet } from "../../../durable-objects/wallet/commands/place-bet.ts";
import { freeze } from "../../../durable-objects/wallet/commands/player.ts";
import type { PostManual, ReverseEntry, WalletRefusal } from "../../../shared/protocol/rpc/wallet.ts";
import { betCommand, mint } from "../../support/wallet-commands.ts";
import { balance, freezeAccount, grantCommand, held, limitCommand, manualCommand, moved, worldWith } from "./ledger-commands.ts";
import { must, refusal, type WalletWorld } from "./wallet-world.ts";

/** Every way in which a manual entry is refused, on a wallet of 95,000 in cash and 500 in a grant. */
const REFUSALS: readonly [name: string, arrange: (world: WalletWorld) => Partial<PostManual>, expected: WalletRefusal][] = [
  ["no postings", () => ({ postings: [] }), { reason: "unbalanced" }],
  ["postings that don't sum to zero", () => ({ postings: [{ account: "user:cash", amountMinor: 1 }] }), { reason: "unbalanced" }],
  ["a kind of no chart", () => ({ kind: "GIFT" }), { reason: "posting_not_permitted", account: "suspense" }],
  ["a kind that facts make", () => ({ kind: "DEPOSIT" }), { reason: "posting_not_permitted", account: "suspense" }],
  [
    "an account that the kind may not touch",
    () => ({ postings: moved("house:payouts", "user:cash", 5) }),
    { reason: "posting_not_permitted", account: "house:payouts" },
  ],
  [
    "a direction that the kind does not have",
    () => ({ kind: "BONUS_GRANTED", postings: moved("user:bonus:g1", "promo:cost", 5) }),
    { reason: "posting_not_permitted", account: "user:bonus:g1" },
  ],
  ["a grant that is not open", () => grantCommand("user:bonus:none", 5), { reason: "account_not_open", account: "user:bonus:none" }],
  [
    "a debit of a frozen account",
    (world) => {
      freezeAccount(world, "user:cash");
      return { postings: moved("user:cash", "suspense", 5) };
    },
    { reason: "account_frozen", account: "user:cash" },
  ],
  [
    "more than is there",
    () => ({ postings: moved("user:cash", "suspense", 95_001) }),
    { reason: "insufficient_funds", requiredMinor: 95_001, availableMinor: 95_000 },
  ],
  [
    "what is held",
    (world) => {
      held(world, { amountMinor: 90_000 });
      return { postings: moved("user:cash", "suspense", 5_001) };
    },
    { reason: "insufficient_funds", requiredMinor: 5_001, availableMinor: 5_000 },
  ],
  [
    "a grant past the budget of promotions",
    (world) => {
      must(setLimit(world.stores, limitCommand({ account: "promo:cost", floorMinor: -800 }), world.moment()));
      return grantCommand("user:bonus:g1", 301);
    },
    { reason: "insufficient_funds", requiredMinor: 301, availableMinor: 300 },
  ],
  [
    "a frozen wallet",
    (world) => {
      must(freeze(world.stores, { key: mint("key"), reason: "check" }, world.moment()));
      return {};
    },
    { reason: "wallet_frozen" },
  ],
];

describe("posting by hand", () => {
  it("posts once, with its reason and its time, and answers a repeat with the first answer", () => {
    const world = worldWith();
    const command = manualCommand({ occurredAtMs: world.nowMs - 86_400_000 });
    const first = postManual(world.stores, command, world.moment());
    must(first);
    const { seq } = world.stores.journal.book().head;
    world.pass(1_000);
    expect(postManual(world.stores, command, world.moment())).toEqual({
      ok: true,
      value: { ...(first.ok && first.value), replayed: true },
    });
    expect(world.stores.journal.book().head.seq).toBe(seq);
    expect([balance(world, "user:cash"), balance(world, "suspense")]).toEqual([
      [96_000, 0],
      [-1_000, 0],
    ]);
    expect(world.stores.journal.entry(seq)).toMatchObject({
      ...{ kind: "ADJUSTED", ref: command.ref, refType: "manual", occurredAtMs: command.occurredAtMs },
      facts: { reason: "a test" },
    });
    expect(world.stores.journal.statement(1, 0).rows).toMatchObject([{ type: "ADJUSTED", amountMinor: 1_000, balanceAfterMinor: 96_000 }]);
    expect(world.digest().violations).toEqual([]);
  });

  it.each(REFUSALS)("refuses %s, changes nothing, and remembers it", (_name, arrange, expected) => {
    const world = worldWith(500);
    const command = manualCommand(arrange(world));
    const before = world.digest();
    const first = postManual(world.stores, command, world.moment());
    expect(refusal(first)).toEqual(expected);
    expect(postManual(world.stores, command, world.moment())).toEqual(first);
    expect(world.digest()).toEqual(before);
  });

  it("does not let a late retry succeed after the money has come", () => {
    const world = worldWith();
    const command = manualCommand({ postings: moved("user:cash", "suspense", 100_000) });
    const first = postManual(world.stores, command, world.moment());
    world.deposit(100_000);
    expect(postManual(world.stores, command, world.moment())).toEqual(first);
    expect(refusal(postManual(world.stores, { ...command, reason: "another" }, world.moment()))).toEqual({
      reason: "idempotency_key_reused",
    });
    must(postManual(world.stores, { ...command, key: mint("key") }, world.moment()));
  });

  it("welcomes credits to a frozen account, and nets what one entry takes and gives", () => {
    const world = worldWith(500);
    freezeAccount(world, "user:cash");
    must(postManual(world.stores, manualCommand(), world.moment()));
    const roundTrip = [...moved("user:cash", "suspense", 200_000), ...moved("suspense", "user:cash", 200_001)];
    must(postManual(world.stores, manualCommand({ postings: roundTrip }), world.moment()));
    expect(balance(world, "user:cash")).toEqual([96_001, 0]);
    expect(world.digest().violations).toEqual([]);
  });

  it("turns a bonus into cash and forfeits the rest", () => {
    const world = worldWith(500);
    const convert = manualCommand({ kind: "BONUS_CONVERTED", postings: moved("user:bonus:g1", "user:cash", 300) });
    must(postManual(world.stores, convert, world.moment()));
    const forfeit = manualCommand({ kind: "BONUS_FORFEITED", postings: moved("user:bonus:g1", "promo:cost", 200) });
    must(postManual(world.stores, forfeit, world.moment()));
    expect([balance(world, "user:cash")[0], balance(world, "user:bonus:g1")[0], balance(world, "promo:cost")[0]]).toEqual([
      95_300, 0, -300,
    ]);
    expect(world.stores.journal.statement(1, 0).rows).toMatchObject([{ type: "BONUS_CONVERTED", amountMinor: 300 }]);
  });
});

function reversal(seq: number, changes: Partial<ReverseEntry> = {}): ReverseEntry {
  return { key: mint("key"), seq, reason: "a mistake", ...changes };
}

/** Posts and says under which sequence. */
function posted(world: WalletWorld, command: PostManual): number {
  must(postManual(world.stores, command, world.moment()));
  return world.stores.journal.book().head.seq;
}

describe("reversing an entry", () => {
  it("posts its negative once; each names the other", () => {
    const world = worldWith(500);
    const seq = posted(world, grantCommand("user:bonus:g1", 700));
    const command = reversal(seq);
    must(reverseEntry(world.stores, command, world.moment()));
    const bySeq = world.stores.journal.book().head.seq;
    expect(world.stores.journal.reversedBy(seq)).toBe(bySeq);
    expect(world.stores.journal.entry(bySeq)).toMatchObject({ kind: "REVERSED", facts: { reverses: seq, reason: "a mistake" } });
    expect([balance(world, "user:bonus:g1")[0], balance(world, "promo:cost")[0]]).toEqual([500, -500]);
    expect(reverseEntry(world.stores, command, world.moment())).toMatchObject({ ok: true, value: { replayed: true } });
    const before = world.digest();
    expect(refusal(reverseEntry(world.stores, reversal(seq), world.moment()))).toEqual({ reason: "already_reversed", seq: bySeq });
    expect(refusal(reverseEntry(world.stores, reversal(bySeq), world.moment()))).toEqual({ reason: "not_reversible" });
    expect(refusal(reverseEntry(world.stores, { ...command, seq: 1 }, world.moment()))).toEqual({ reason: "idempotency_key_reused" });
    expect(world.digest()).toEqual(before);
    expect(before.violations).toEqual([]);
  });

  it("refuses entries that are not there or that facts made", () => {
    const world = worldWith();
    must(placeBet(world.stores, betCommand(), world.moment()));
    const { seq } = world.stores.journal.book().head;
    const before = world.digest();
    expect(refusal(reverseEntry(world.stores, reversal(seq + 1), world.moment()))).toEqual({ reason: "not_found" });
    for (let each = 1; each <= seq; each += 1)
      expect(refusal(reverseEntry(world.stores, reversal(each), world.moment()))).toEqual({ reason: "not_reversible" });
    expect(world.digest()).toEqual(before);
  });

  it("refuses when the money is gone or its account is frozen, and changes nothing", () => {
    const world = worldWith();
    const seq = posted(world, manualCommand({ postings: moved("suspense", "user:cash", 20_000) }));
    must(placeBet(world.stores, betCommand({ stakeMinor: 100_000 }), world.moment()));
    const before = world.digest();
    const command = reversal(seq);
    const gone = { reason: "insufficient_funds", requiredMinor: 20_000, availableMinor: 15_000 };
    expect(refusal(reverseEntry(world.stores, command, world.moment()))).toEqual(gone);
    expect(world.digest()).toEqual(before);
    freezeAccount(world, "user:cash");
    const frozen = world.digest();
    expect(refusal(reverseEntry(world.stores, reversal(seq), world.moment()))).toEqual({ reason: "account_frozen", account: "user:cash" });
    expect(world.digest()).toEqual(frozen);
    must(setLimit(world.stores, limitCommand(), world.moment()));
    world.deposit(100_000);
    expect(refusal(reverseEntry(world.stores, command, world.moment()))).toEqual(gone);
    must(reverseEntry(world.stores, reversal(seq), world.moment()));
    expect(world.digest().violations).toEqual([]);
  });
});
