import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { canonical } from "../kernel/canonical.ts";
import { InvariantViolation } from "../kernel/invariant.ts";
import { unixMs } from "../kernel/time.ts";
import { minor } from "../money/minor.ts";
import { account, availableCash, debt } from "./book.ts";
import { accountCode, defaultLimits, entryKind } from "./chart.ts";
import { buildEntry, evolve, hold, limitFacts, move } from "./entry.ts";
import { fingerprint } from "./fingerprint.ts";
import { areHoldsHeld, isDebtAlone, isPaidAsSettled, isProjected, isSameBook, isWithinLimits, isZeroSum } from "./invariants.ts";
import type { Book, Draft, Entry } from "./model.ts";
import { positionPostings } from "./position.ts";
import { emptyBook, replay } from "./replay.ts";
import { spendable, split, takeShares } from "./spending.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const EMPTY: Book = emptyBook("KE:usr_1", "KES", 1, sha256);

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
    const built = buildEntry(book, each, 1_000, sha256);
    entries.push(built.entry);
    expect(evolve(book, built.entry)).toEqual(built.after);
    book = built.after;
  }
  return { book, entries };
}

describe("entries", () => {
  it("move balances, count on and get strictly later times", () => {
    const { book, entries } = journal(DEPOSIT, BET, HELD);
    expect(account(book, "user:cash")).toEqual({
      code: "user:cash",
      postedMinor: 5_500,
      heldMinor: 1_000,
      floorMinor: 0,
      frozen: false,
      openedSeq: 1,
    });
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
    [
      "a debit of an account without credit",
      draft({ kind: "BONUS_FORFEITED", postings: [move("user:bonus:x", minor(-1)), move("promo:cost", minor(1))] }),
    ],
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

describe("limits", () => {
  const limited = (floorMinor: number, frozen = false) =>
    draft({ kind: "ACCOUNT_LIMITED", ref: "user:cash", facts: limitFacts("user:cash", { floorMinor: minor(floorMinor), frozen }) });

  it("are set by an entry, fold with the journal and lower what is free", () => {
    const { book } = journal(DEPOSIT, limited(9_000));
    expect(account(book, "user:cash")).toMatchObject({ postedMinor: 9_500, floorMinor: 9_000, frozen: false });
    expect(availableCash(book)).toBe(500);
    expect(() => buildEntry(book, BET, 2_000, sha256)).toThrow("would break I4");
  });

  it("leave a frozen account's money unspendable", () => {
    const { book } = journal(DEPOSIT, limited(0, true));
    expect([spendable(book, "bet"), split(book, "bet", minor(1))]).toEqual([0, []]);
  });
});

describe("spending", () => {
  const grant = (name: string) => `user:bonus:${name}` as const;
  const opened = (name: string) =>
    draft({ kind: "ACCOUNT_OPENED", ref: grant(name), facts: limitFacts(grant(name), defaultLimits(grant(name))) });
  const granted = (name: string, amount: number) =>
    draft({ kind: "BONUS_GRANTED", postings: [move(grant(name), minor(amount)), move("promo:cost", minor(-amount))] });
  const { book } = journal(DEPOSIT, opened("zebra"), opened("ape"), granted("ape", 300), granted("zebra", 200));

  it("takes cash first, then grants in the order in which they were opened", () => {
    expect(spendable(book, "stake")).toBe(10_000);
    expect(split(book, "stake", minor(9_900))).toEqual([
      { account: "user:cash", amountMinor: 9_500 },
      { account: grant("zebra"), amountMinor: 200 },
      { account: grant("ape"), amountMinor: 200 },
    ]);
  });

  it("takes cash only where a bonus would be forfeited or could not be given back", () => {
    for (const purpose of ["withdrawal", "crash", "bet", "charge"] as const) expect(spendable(book, purpose)).toBe(9_500);
  });

  it("commits shares in their order, whatever the parts", () => {
    const shares = split(book, "stake", minor(9_900));
    const parts = [takeShares(shares, minor(0), minor(9_600)), takeShares(shares, minor(9_600), minor(300))];
    expect(parts).toEqual([
      [
        { account: "user:cash", amountMinor: 9_500 },
        { account: grant("zebra"), amountMinor: 100 },
      ],
      [
        { account: grant("zebra"), amountMinor: 100 },
        { account: grant("ape"), amountMinor: 200 },
      ],
    ]);
  });
});

describe("a replay", () => {
  const { book, entries } = journal(DEPOSIT, BET, HELD);
  const brokenBy = (changed: readonly Entry[]) => replay(EMPTY, changed, new Map(), sha256).broken;
  const edited = (index: number, change: (entry: Entry) => Entry) =>
    brokenBy(entries.map((entry, each) => (each === index ? change(entry) : entry)));

  it("of an honest journal ends at its book, in one page or many", () => {
    expect(replay(EMPTY, entries, new Map(), sha256)).toEqual({ book, broken: null });
    const half = replay(EMPTY, entries.slice(0, 1), new Map(), sha256);
    expect(replay(half.book, entries.slice(1), new Map(), sha256)).toEqual({ book, broken: null });
  });

  it.each<[string, { seq: number; ids: readonly string[] } | null, { seq: number; ids: readonly string[] }]>([
    ["a changed reference", edited(1, (entry) => ({ ...entry, ref: "bet_2" })), { seq: 2, ids: ["I6"] }],
    ["a dropped entry", brokenBy(entries.slice(1)), { seq: 2, ids: ["I3", "I6"] }],
    ["a swapped order", brokenBy([...entries].reverse()), { seq: 3, ids: ["I3", "I6"] }],
    [
      "a posting made larger",
      edited(0, (entry) => ({ ...entry, postings: entry.postings.map((each) => ({ ...each, amountMinor: minor(each.amountMinor + 1) })) })),
      { seq: 1, ids: ["I1", "I3", "I6"] },
    ],
    ["a key used twice", edited(1, (entry) => ({ ...entry, key: entries[0]?.key ?? "" })), { seq: 2, ids: ["I6", "I7"] }],
  ])("names %s by its entry and what it breaks", (_name, broken, expected) => {
    expect(broken).toEqual(expected);
  });

  it("finds another wallet's journal", () => {
    expect(replay(emptyBook("KE:usr_2", "KES", 1, sha256), entries, new Map(), sha256).broken).toEqual({ seq: 1, ids: ["I6"] });
  });
});

describe("invariants of a book", () => {
  const { book } = journal(DEPOSIT, BET, HELD);
  const changed = (code: "user:cash" | "receivable", postedMinor: number, heldMinor = 0): Book => ({
    ...book,
    accounts: new Map(book.accounts).set(code, {
      ...account(book, code),
      postedMinor: minor(postedMinor),
      heldMinor: minor(heldMinor),
    }),
  });
  const share = (amount: number) => ({ account: "user:cash", amountMinor: minor(amount) }) as const;

  it("hold for an honest one", () => {
    expect([isZeroSum(book.accounts.values()), isSameBook(book, book), isDebtAlone(book)]).toEqual([true, true, true]);
    expect(areHoldsHeld(book.accounts.values(), [share(400), share(600)])).toBe(true);
    expect([...book.accounts.values()].every(isWithinLimits)).toBe(true);
  });

  it("find a balance made larger (I2, I3)", () => {
    const wrong = changed("user:cash", 9_999, 1_000);
    expect([isZeroSum(wrong.accounts.values()), isSameBook(wrong, book)]).toEqual([false, false]);
  });

  it("find a hold that nobody has, and one that holds nothing (I5)", () => {
    expect(areHoldsHeld(book.accounts.values(), [])).toBe(false);
    expect(areHoldsHeld(book.accounts.values(), [share(1_000), { account: "user:bonus:x", amountMinor: minor(1) }])).toBe(false);
  });

  it("find an overdrawn account and a debt of the house (I4)", () => {
    expect(isWithinLimits(account(changed("user:cash", 5_500, 6_000), "user:cash"))).toBe(false);
    expect(isWithinLimits(account(changed("receivable", 1), "receivable"))).toBe(false);
  });

  it("find a projection that is ahead, of another epoch or of another journal (I9)", () => {
    const hashAt = (seq: number) => (seq <= 3 ? `h${seq}` : null);
    const journalHead = { epoch: 1, seq: 3 };
    expect(isProjected(journalHead, { epoch: 1, seq: 2, hash: "h2" }, hashAt)).toBe(true);
    for (const wrong of [
      { epoch: 1, seq: 4, hash: "h4" },
      { epoch: 2, seq: 3, hash: "h3" },
      { epoch: 1, seq: 3, hash: "x" },
    ])
      expect(isProjected(journalHead, wrong, hashAt)).toBe(false);
  });

  it("find a bet that was paid more than its settlements, or one settled twice (I11)", () => {
    const bet = { betId: "b", paidMinor: minor(1), postedMinor: [minor(1)], settlementVersions: [1] };
    expect(isPaidAsSettled(bet)).toBe(true);
    expect(isPaidAsSettled({ ...bet, paidMinor: minor(2) })).toBe(false);
    expect(isPaidAsSettled({ ...bet, postedMinor: [minor(1), minor(0)], settlementVersions: [1, 1] })).toBe(false);
  });

  it("find free money beside a debt (I12)", () => {
    expect(isDebtAlone(changed("receivable", -1))).toBe(false);
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
