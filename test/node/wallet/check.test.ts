import { describe, expect, it } from "vitest";
import { checkStep } from "../../../durable-objects/wallet/check.ts";
import { postManual } from "../../../durable-objects/wallet/commands/manual.ts";
import { placeBet } from "../../../durable-objects/wallet/commands/place-bet.ts";
import { selfExclude } from "../../../durable-objects/wallet/commands/player.ts";
import { settleBet } from "../../../durable-objects/wallet/commands/settle-bet.ts";
import { invariant } from "../../../shared/kernel/invariant.ts";
import type { WalletCheck } from "../../../shared/protocol/rpc/wallet.ts";
import { betCommand, mint, resultFor } from "../../support/wallet-commands.ts";
import { held, manualCommand, worldWith } from "./ledger-commands.ts";
import { must, refusal, type WalletWorld } from "./wallet-world.ts";

const STEP = 1_000;

function check(world: WalletWorld): WalletCheck {
  world.stores.forget();
  const profile = world.stores.profiles.profile();
  invariant(profile !== null, "the test's wallet is open");
  return checkStep(world.stores, profile, world.moment());
}

/** A wallet with a settled bet, an open hold and a grant: 95,000 in cash and more. */
function lived(): WalletWorld {
  const world = worldWith(500);
  const bet = betCommand();
  must(placeBet(world.stores, bet, world.moment()));
  must(settleBet(world.stores, resultFor(bet, bet.selections[0]?.fixtureId ?? "", 1, "won"), world.moment()));
  held(world);
  return world;
}

function lengthen(world: WalletWorld, entries: number): void {
  const command = manualCommand();
  for (let each = 0; each < entries; each += 1) must(postManual(world.stores, { ...command, key: `long-${each}` }, world.moment()));
}

/** Changes rows behind the wallet's back, as only somebody with the storage in hand can. */
function tamper(world: WalletWorld, ...statements: readonly string[]): void {
  const triggers = world.sql.all<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'trigger'");
  for (const { name } of triggers) world.sql.run(`DROP TRIGGER ${name}`);
  for (const statement of statements) world.sql.run(statement);
}

function evidence(world: WalletWorld) {
  return world.sql.all("SELECT from_seq, to_seq, violations FROM check_run ORDER BY n");
}

describe("a wallet's check of itself", () => {
  it("finds nothing on a clean wallet, moves on to what is new, and leaves evidence of each step", () => {
    const world = lived();
    const { seq } = world.stores.journal.book().head;
    expect(check(world)).toEqual({ fromSeq: 1, toSeq: seq, isDone: true, violations: [] });
    expect(check(world)).toEqual({ fromSeq: seq + 1, toSeq: seq, isDone: true, violations: [] });
    world.deposit(1_000);
    world.evict();
    expect(check(world)).toEqual({ fromSeq: seq + 1, toSeq: seq + 2, isDone: true, violations: [] });
    expect(evidence(world)).toEqual([
      { from_seq: 1, to_seq: seq, violations: "[]" },
      { from_seq: seq + 1, to_seq: seq, violations: "[]" },
      { from_seq: seq + 1, to_seq: seq + 2, violations: "[]" },
    ]);
    expect(() => world.sql.run("UPDATE check_run SET violations = ''")).toThrow(/evidence/);
  });

  it("changes nothing but its own tables", () => {
    const world = lived();
    const before = world.digest();
    check(world);
    expect(world.digest()).toEqual(before);
  });

  it("replays a bounded number of entries in one step, and finds what an early step went over", () => {
    const world = lived();
    lengthen(world, STEP);
    const { seq } = world.stores.journal.book().head;
    expect(check(world)).toEqual({ fromSeq: 1, toSeq: STEP, isDone: false, violations: [] });
    expect(check(world)).toEqual({ fromSeq: STEP + 1, toSeq: seq, isDone: true, violations: [] });

    const other = lived();
    lengthen(other, STEP);
    tamper(other, "UPDATE bet_settlement SET posted = posted + 1");
    expect(check(other)).toMatchObject({ isDone: false, violations: [expect.stringMatching(/^I11 /)] });
  });

  it("keeps the evidence of the last hundred steps", () => {
    const world = worldWith();
    for (let each = 0; each < 103; each += 1) check(world);
    expect(world.sql.first("SELECT count(*) AS kept, max(n) AS last FROM check_run")).toEqual({ kept: 100, last: 103 });
  });
});

/** Adds one to a number of the player's posting in entry 4: its amount (1) or the balance after it (3). */
function changedCash(place: 1 | 3): string {
  const changed = `json_set(line.value, '$[${place}]', (line.value ->> ${place}) + 1)`;
  const postings = `SELECT json_group_array(json(CASE line.value ->> 0 WHEN 'user:cash' THEN ${changed} ELSE line.value END)) FROM json_each(postings) AS line`;
  return `UPDATE entry SET postings = (${postings}) WHERE seq = 4`;
}

/** What somebody might change in storage, and what the check says of it. */
const TAMPERED: readonly [name: string, statement: string, expected: readonly string[]][] = [
  ["an amount in the journal", changedCash(1), ["I1", "I3", "I6"]],
  ["a balance in the journal", changedCash(3), ["I3"]],
  ["an entry's text", "UPDATE entry SET ref = 'another' WHERE seq = 4", ["I6"]],
  ["postings that are gone", "UPDATE entry SET postings = '[]' WHERE seq = 4", ["I6"]],
  ["a stored balance", "UPDATE account SET posted = posted + 1 WHERE code = 'user:cash'", ["I2", "I3"]],
  ["a stored floor", "UPDATE account SET floor = 5 WHERE code = 'user:cash'", ["I3"]],
  ["a stored freeze", "UPDATE account SET frozen = 1 WHERE code = 'user:cash'", ["I3"]],
  ["the order of spending", "UPDATE account SET opened_seq = 99 WHERE code = 'user:bonus:g1'", ["I3"]],
  ["a hold that was made smaller", "UPDATE hold SET committed = 1", ["I5"]],
  ["a hold that was closed", "UPDATE hold SET state = 'closed', end_reason = 'released'", ["I5"]],
  ["what a bet has paid", "UPDATE bet SET paid = paid + 1", ["I11"]],
];

describe("a wallet that was changed behind its back", () => {
  it.each(TAMPERED)("finds %s, names the invariant, and freezes", (_name, statement, expected) => {
    const world = lived();
    tamper(world, statement);
    const { violations } = check(world);
    expect(violations.map((sentence) => sentence.split(" ")[0])).toEqual(expected);
    const frozen = world.stores.profiles.profile()?.frozenReason;
    expect(frozen).toBe(violations.join("; "));
    expect(refusal(placeBet(world.stores, betCommand(), world.moment()))).toEqual({ reason: "wallet_frozen" });
    expect(evidence(world).at(-1)?.violations).toBe(JSON.stringify(violations));
  });

  it.each([
    ["an account of no chart", "UPDATE account SET code = 'user:gold' WHERE code = 'tax:excise'", "no such account: user:gold"],
    ["an entry of no kind", "UPDATE entry SET kind = 'GIFT' WHERE seq = 4", "no such entry kind: GIFT"],
  ])("is frozen for %s, which can't even be read", (_, statement, why) => {
    const world = lived();
    tamper(world, statement);
    const found = check(world);
    expect(found).toEqual({ fromSeq: 1, toSeq: 0, isDone: true, violations: [`what is stored can't be read: ${why}`] });
    expect(world.stores.profiles.profile()?.frozenReason).toContain(why);
    expect(evidence(world)).toHaveLength(1);
    expect(check(world)).toEqual(found);
  });

  it("names the entry, does not move past it, and finds it again", () => {
    const world = lived();
    tamper(world, "UPDATE entry SET ref = 'another' WHERE seq = 4");
    const first = check(world);
    expect(first).toMatchObject({ fromSeq: 1, toSeq: 3, isDone: true });
    expect(first.violations).toEqual(["I6 the chain is contiguous, linked and in time (entry 4)"]);
    expect(check(world)).toEqual(first);
  });

  it("keeps the reason for which it was frozen first", () => {
    const world = lived();
    tamper(world, "UPDATE entry SET ref = 'another' WHERE seq = 4");
    world.stores.profiles.setFrozen("a question of the regulator");
    check(world);
    expect(world.stores.profiles.profile()?.frozenReason).toBe("a question of the regulator");
    // A command that runs on a frozen wallet and breaks on it.
    tamper(world, "UPDATE account SET code = 'user:gold' WHERE code = 'tax:excise'");
    world.evict();
    const command = { key: mint("key"), untilMs: null, reason: "a pause" };
    expect(refusal(selfExclude(world.stores, command, world.moment()))).toEqual({ reason: "wallet_frozen" });
    expect(world.stores.profiles.profile()?.frozenReason).toBe("a question of the regulator");
  });
});
