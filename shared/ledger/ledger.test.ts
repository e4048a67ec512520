import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { canonical } from "../kernel/canonical.ts";
import { InvariantViolation } from "../kernel/invariant.ts";
import { unixMs } from "../kernel/time.ts";
import { minor } from "../money/minor.ts";
import { genesisHash } from "./chain.ts";
import { accountCode, entryKind } from "./chart.ts";
import { account, availableCash, buildEntry, debt, evolve, hold, move } from "./entry.ts";
import { fingerprint } from "./fingerprint.ts";
import { type Evidence, violations } from "./invariants.ts";
import type { Book, Draft, Entry } from "./model.ts";
import { positionPostings } from "./position.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const GENESIS = genesisHash("KE:usr_1", sha256);
const EMPTY: Book = { epoch: 1, currency: "KES", head: { seq: 0, hash: GENESIS, recordedAtMs: 0 }, accounts: new Map() };

const draft = (changes: Partial<Draft>): Draft => ({
  kind: "DEPOSIT",
  key: `f:${JSON.stringify(changes)}`,
  ref: "dep_1",
  refType: "deposit",
  occurredAtMs: unixMs(1),
  postings: [],
  taxLines: [],
  facts: null,
  ...changes,
});
const DEPOSIT = draft({
  postings: [move("clearing:daraja", minor(-10_000)), move("user:cash", minor(9_500)), move("tax:excise", minor(500))],
});
const BET = draft({ kind: "BET_PLACED", ref: "bet_1", postings: [move("user:cash", minor(-4_000)), move("house:stakes", minor(4_000))] });
const HELD = draft({ kind: "WITHDRAWAL_HELD", ref: "wdr_1", postings: [hold(minor(1_000))] });

function journal(...drafts: readonly Draft[]): { book: Book; entries: Entry[] } {
  let book = EMPTY;
  const entries: Entry[] = [];
  for (const each of drafts) {
    const entry = buildEntry(book, each, 1_000, sha256);
    entries.push(entry);
    book = evolve(book, entry);
  }
  return { book, entries };
}

function evidence(changes: Partial<Evidence> = {}): Evidence {
  const { book, entries } = journal(DEPOSIT, BET, HELD);
  return { book, entries, genesisHash: GENESIS, openHoldsMinor: [minor(1_000)], bets: [], sha256, ...changes };
}

describe("entries", () => {
  it("move balances, count on and get strictly later times", () => {
    const { book, entries } = journal(DEPOSIT, BET, HELD);
    expect(account(book, "user:cash")).toEqual({ code: "user:cash", postedMinor: 5_500, heldMinor: 1_000 });
    expect([availableCash(book), debt(book)]).toEqual([4_500, 0]);
    expect(entries.map((entry) => [entry.seq, entry.recordedAtMs])).toEqual([
      [1, 1_000],
      [2, 1_001],
      [3, 1_002],
    ]);
  });

  it.each([
    ["postings that do not sum to zero", draft({ postings: [move("user:cash", minor(1))] })],
    ["an account that the kind may not touch", draft({ postings: [move("house:payouts", minor(-1)), move("user:cash", minor(1))] })],
    ["a direction that the kind does not have", draft({ postings: [move("user:cash", minor(-1)), move("clearing:daraja", minor(1))] })],
    ["held money by a kind that holds nothing", draft({ postings: [hold(minor(1))] })],
    ["a release that releases more than is held", draft({ kind: "STAKE_RELEASED", postings: [hold(minor(-1_001))] })],
    ["more than is free", draft({ kind: "BET_PLACED", postings: [move("user:cash", minor(-4_501)), move("house:stakes", minor(4_501))] })],
    [
      "a debt of the house to the player",
      draft({ kind: "DEBT_REPAID", postings: [move("user:cash", minor(-1)), move("receivable", minor(1))] }),
    ],
  ])("asserts against %s", (_name, wrong) => {
    const { book } = journal(DEPOSIT, BET, HELD);
    expect(() => buildEntry(book, wrong, 2_000, sha256)).toThrow(InvariantViolation);
  });

  it("apply only in order", () => {
    const { entries } = journal(DEPOSIT, BET);
    const second = entries[1];
    expect(second).toBeDefined();
    if (second !== undefined) expect(() => evolve(EMPTY, second)).toThrow(InvariantViolation);
  });

  it("codes and kinds of storage are checked against the chart", () => {
    expect(() => accountCode("user:gold")).toThrow(InvariantViolation);
    expect(accountCode("clearing:daraja")).toBe("clearing:daraja");
    expect(() => entryKind("toString")).toThrow(InvariantViolation);
  });
});

describe("invariants", () => {
  it("hold for an honest journal", () => {
    expect(violations(evidence())).toEqual([]);
  });

  const { book, entries } = journal(DEPOSIT, BET, HELD);
  const edited = (index: number, change: (entry: Entry) => Entry): Evidence =>
    evidence({ entries: entries.map((entry, each) => (each === index ? change(entry) : entry)) });
  const balance = (code: "user:cash" | "house:stakes" | "receivable", postedMinor: number, heldMinor = 0): Book => ({
    ...book,
    accounts: new Map(book.accounts).set(code, { code, postedMinor: minor(postedMinor), heldMinor: minor(heldMinor) }),
  });

  it.each<[string, Evidence, readonly string[]]>([
    ["a changed reference", edited(1, (entry) => ({ ...entry, ref: "bet_2" })), ["I6"]],
    ["a dropped entry", evidence({ entries: entries.slice(1) }), ["I3", "I6"]],
    ["a swapped order", evidence({ entries: [...entries].reverse() }), ["I3", "I6"]],
    ["another wallet's chain", evidence({ genesisHash: genesisHash("KE:usr_2", sha256) }), ["I6"]],
    [
      "a posting made larger",
      edited(0, (entry) => ({ ...entry, postings: entry.postings.map((each) => ({ ...each, amountMinor: minor(each.amountMinor + 1) })) })),
      ["I1", "I3", "I6"],
    ],
    ["a balance made larger", evidence({ book: balance("user:cash", 9_999, 1_000) }), ["I2", "I3"]],
    ["a hold that nobody has", evidence({ openHoldsMinor: [] }), ["I5"]],
    ["an overdrawn account", evidence({ book: balance("user:cash", 5_500, 6_000) }), ["I3", "I4", "I5"]],
    ["a key used twice", evidence({ entries: entries.map((entry) => ({ ...entry, key: "same" })) }), ["I6", "I7"]],
    [
      "a bet paid more than its settlements",
      evidence({ bets: [{ betId: "b", paidMinor: minor(2), postedMinor: [minor(1)], settlementVersions: [1] }] }),
      ["I11"],
    ],
    ["a debt beside free cash", evidence({ book: balance("receivable", -1) }), ["I2", "I3", "I12"]],
  ])("find %s", (_name, wrong, expected) => {
    expect(violations(wrong).map((name) => name.split(" ")[0])).toEqual(expected);
  });
});

describe("positions", () => {
  it("post nothing for what stands already", () => {
    expect(positionPostings({ paidMinor: minor(5), taxLines: [] }, { paidMinor: minor(5), taxLines: [] }, minor(0))).toEqual([]);
  });

  it("take back what is there and make the rest a debt", () => {
    expect(positionPostings({ paidMinor: minor(500), taxLines: [] }, { paidMinor: minor(0), taxLines: [] }, minor(200))).toEqual([
      move("user:cash", minor(-200)),
      move("receivable", minor(-300)),
      move("house:payouts", minor(500)),
    ]);
  });
});

it("a fingerprint depends on the command and the caller's fields, not on their order", () => {
  expect(fingerprint("bet", { a: 1, b: [2] }, sha256)).toBe(fingerprint("bet", { b: [2], a: 1 }, sha256));
  expect(fingerprint("bet", { a: 1 }, sha256)).not.toBe(fingerprint("stake", { a: 1 }, sha256));
  expect(canonical({ b: 1, a: undefined })).toBe('{"b":1}');
});
