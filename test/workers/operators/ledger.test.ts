/** What operators do to a wallet: each verb, who may, what is refused, and what the audit log keeps of it. */
import { env, exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { unixMs } from "../../../shared/kernel/time.ts";
import { STAFF_ROLES, type StaffRole } from "../../../shared/protocol/rpc/staff.ts";
import { configOf } from "../../../workers/env.ts";
import { freezeWallet } from "../../../workers/services/operators/freeze-wallet.ts";
import { mint, stakeCommand } from "../../support/wallet-commands.ts";
import { must, newUserId, newWallet } from "../wallet/wallet-support.ts";
import { auditOf, call, exportOf, type LedgerCall } from "./ledger-client.ts";

const GRANT = "user:bonus:welcome";

function moved(from: string, to: string, amount: number) {
  return [
    { account: from, amount: -amount },
    { account: to, amount },
  ];
}

function adjustment(from: string, to: string, amount: number): Record<string, unknown> {
  return { kind: "ADJUSTED", ref: "case-1", postings: moved(from, to, amount) };
}

function charge(amount: number): Record<string, unknown> {
  return { ref: "dispute-1", amount, expires_at: new Date(Date.now() + 3_600_000).toISOString() };
}

describe("reading a wallet", () => {
  it("shows accounts, limits, holds, the player and the head, in major units", async () => {
    const { userId, wallet } = await newWallet(95_000);
    await call(`${userId}/accounts`, { body: { account: GRANT } });
    await call(`${userId}/holds`, { body: charge(100) });
    const { status, body } = await call(userId, { method: "GET", role: "support" });
    expect(status).toBe(200);
    const head = await wallet.head();
    expect(body).toMatchObject({
      ...{ user_id: userId, country: "KE", frozen: false, frozen_reason: null },
      balances: { currency: "KES", balance: 950, held: 100, available: 850, bonus: 0 },
      head: { epoch: 1, seq: head.ok && head.value.seq, hash: head.ok && head.value.hash },
      player: { verified: true, self_excluded: false, excluded_until: null, deposit_limits: { day: null, week: null, month: null } },
      holds: [{ purpose: "charge", ref: "dispute-1", amount: 100 }],
    });
    expect(body.accounts).toContainEqual({ account: "user:cash", posted: 950, held: 100, floor: 0, frozen: false });
    expect(body.accounts).toContainEqual({ account: GRANT, posted: 0, held: 0, floor: 0, frozen: false });
    expect(body.accounts).toContainEqual({ account: "clearing:daraja", posted: -1_000, held: 0, floor: null, frozen: false });
  });

  it("knows no wallet of another country, and lets no operator of another country in", async () => {
    const { userId } = await newWallet(0);
    expect((await call(`${userId}?country=GH`, { method: "GET", countries: ["KE", "GH"] })).status).toBe(404);
    expect((await call(`${userId}?country=KE`, { method: "GET", countries: ["GH"] })).status).toBe(403);
    expect((await call(newUserId(), { method: "GET" })).status).toBe(404);
    expect((await call("nobody", { method: "GET" })).status).toBe(404);
  });
});

describe("entries by hand", () => {
  it("posts once under a key of the operator's own, and says where the entry stands", async () => {
    const { userId, wallet } = await newWallet(95_000);
    const key = mint("key");
    const body = adjustment("suspense", "user:cash", 12.5);
    const first = await call(`${userId}/entries`, { key, body });
    expect(first).toMatchObject({ status: 200, replayed: false, body: { preview: false, balances: { balance: 962.5 } } });
    const again = await call(`${userId}/entries`, { key, body });
    expect(again).toEqual({ ...first, replayed: true });
    const other = await call(`${userId}/entries`, { key, body: adjustment("suspense", "user:cash", 13) });
    expect([other.status, other.body.error.code]).toEqual([409, "IDEMPOTENCY_CONFLICT"]);
    const colleague = await call(`${userId}/entries`, { key, body, email: "colleague@mkeka.test" });
    expect(colleague).toMatchObject({ status: 200, replayed: false, body: { seq: first.body.seq + 1 } });
    const run = await wallet.readEntries({ fromSeq: first.body.seq, toSeq: first.body.seq });
    expect(run?.rows[0]?.entry).toMatchObject({ kind: "ADJUSTED", refType: "manual", ref: "case-1" });
    expect((await wallet.digest()).violations).toEqual([]);
  });

  it("previews without doing, and without using the key up", async () => {
    const { userId, wallet } = await newWallet(95_000);
    const before = await wallet.digest();
    const key = mint("key");
    const body = adjustment("suspense", "user:cash", 12.5);
    const foreseen = await call(`${userId}/entries?preview=true`, { key, body });
    expect(foreseen).toMatchObject({ status: 200, body: { preview: true, balances: { balance: 962.5 } } });
    const refused = await call(`${userId}/entries?preview=true`, { body: adjustment("user:cash", "suspense", 951) });
    expect(refused).toMatchObject({
      status: 400,
      body: { error: { code: "INSUFFICIENT_BALANCE", details: { required: 951, available: 950 } } },
    });
    expect(await wallet.digest()).toEqual(before);
    expect(await call(`${userId}/entries`, { key, body })).toMatchObject({
      replayed: false,
      body: { preview: false, seq: foreseen.body.seq },
    });
  });

  it("reverses once, by the place of the entry", async () => {
    const { userId, wallet } = await newWallet(95_000);
    const { seq } = (await call(`${userId}/entries`, { body: adjustment("suspense", "user:cash", 5) })).body;
    expect(await call(`${userId}/entries/${seq}/reversal?preview=true`)).toMatchObject({
      body: { preview: true, balances: { balance: 950 } },
    });
    const reversed = await call(`${userId}/entries/${seq}/reversal`);
    expect(reversed).toMatchObject({ status: 200, body: { seq: seq + 1, balances: { balance: 950 } } });
    const again = await call(`${userId}/entries/${seq}/reversal`);
    expect([again.status, again.body.error.details]).toEqual([409, { reason: "already_reversed", seq: seq + 1 }]);
    expect((await wallet.digest()).violations).toEqual([]);
  });

  const REFUSED: readonly [name: string, path: string, how: LedgerCall, status: number, error: Record<string, unknown>][] = [
    [
      "unbalanced postings",
      "entries",
      { body: { ...adjustment("suspense", "user:cash", 1), postings: [{ account: "user:cash", amount: 1 }] } },
      409,
      { code: "LEDGER_REFUSED", details: { reason: "unbalanced" } },
    ],
    [
      "an account that the kind may not move",
      "entries",
      { body: adjustment("house:payouts", "user:cash", 1) },
      409,
      { code: "LEDGER_REFUSED", details: { reason: "posting_not_permitted", account: "house:payouts" } },
    ],
    [
      "a grant that is not open",
      "entries",
      { body: { ...adjustment("promo:cost", GRANT, 1), kind: "BONUS_GRANTED" } },
      409,
      { code: "LEDGER_REFUSED", details: { reason: "account_not_open", account: GRANT } },
    ],
    ["more than is there", "entries", { body: adjustment("user:cash", "suspense", 951) }, 400, { code: "INSUFFICIENT_BALANCE" }],
    ["an amount that is none", "entries", { body: adjustment("suspense", "user:cash", 0.001) }, 400, { code: "INVALID_AMOUNT" }],
    [
      "an amount that could overflow",
      "entries",
      { body: adjustment("suspense", "user:cash", 10_000_000_000.01) },
      400,
      { code: "INVALID_AMOUNT" },
    ],
    ["an amount of nothing", "entries", { body: adjustment("suspense", "user:cash", 0) }, 400, { code: "VALIDATION_FAILED" }],
    ["no reason", "entries", { body: { ...adjustment("suspense", "user:cash", 1), reason: " " } }, 400, { code: "VALIDATION_FAILED" }],
    ["the reversal of a fact", "entries/1/reversal", {}, 409, { code: "LEDGER_REFUSED", details: { reason: "not_reversible" } }],
    ["the reversal of nothing", "entries/999/reversal", {}, 404, { code: "NOT_FOUND" }],
    [
      "an account that no command opens",
      "accounts",
      { body: { account: "user:cash" } },
      409,
      { code: "LEDGER_REFUSED", details: { reason: "posting_not_permitted" } },
    ],
    [
      "credit to a player",
      "accounts/user:cash/limit",
      { method: "PUT", body: { floor: -1, frozen: false } },
      409,
      { code: "LEDGER_REFUSED" },
    ],
    [
      "a floor that is not met",
      "accounts/user:cash/limit",
      { method: "PUT", body: { floor: 951, frozen: false } },
      400,
      { code: "INSUFFICIENT_BALANCE" },
    ],
    [
      "a charge of too much",
      "holds",
      { body: charge(951) },
      400,
      { code: "INSUFFICIENT_BALANCE", details: { required: 951, available: 950 } },
    ],
    [
      "a charge whose time is over",
      "holds",
      { body: { ...charge(1), expires_at: "2020-01-01T00:00:00Z" } },
      409,
      { code: "LEDGER_REFUSED", details: { reason: "hold_expired" } },
    ],
    ["a hold that is not here", "holds/hold_00000000000000000000000000/release", {}, 404, { code: "NOT_FOUND" }],
    [
      "a key that is too long",
      "freeze",
      { email: `${"x".repeat(180)}@mkeka.test`, key: "k".repeat(250) },
      400,
      { code: "VALIDATION_FAILED" },
    ],
  ];

  it.each(REFUSED)("refuses %s and changes nothing", async (_name, path, how, status, error) => {
    const { userId, wallet } = await newWallet(95_000);
    const before = await wallet.digest();
    const answer = await call(`${userId}/${path}`, how);
    expect(answer).toMatchObject({ status, body: { error } });
    expect(await wallet.digest()).toEqual(before);
  });
});

describe("accounts and freezes", () => {
  it("opens a bonus account, grants into it, limits it, and refuses what the limit forbids", async () => {
    const { userId, wallet } = await newWallet(95_000);
    expect((await call(`${userId}/accounts`, { body: { account: GRANT } })).status).toBe(200);
    const twice = await call(`${userId}/accounts`, { body: { account: GRANT } });
    expect([twice.status, twice.body.error.details]).toEqual([409, { reason: "account_exists", account: GRANT }]);
    const grant = { kind: "BONUS_GRANTED", ref: "welcome", postings: moved("promo:cost", GRANT, 50) };
    expect(await call(`${userId}/entries`, { body: grant })).toMatchObject({ status: 200, body: { balances: { bonus: 50 } } });
    expect((await call(`${userId}/accounts/${GRANT}/limit`, { method: "PUT", body: { floor: 0, frozen: true } })).status).toBe(200);
    const convert = { kind: "BONUS_CONVERTED", ref: "welcome", postings: moved(GRANT, "user:cash", 50) };
    const refused = await call(`${userId}/entries`, { body: convert });
    expect([refused.status, refused.body.error.details]).toEqual([409, { reason: "account_frozen", account: GRANT }]);
    expect((await wallet.digest()).violations).toEqual([]);
  });

  it("freezes and lets go, and a frozen wallet takes no entry", async () => {
    const { userId } = await newWallet(95_000);
    expect((await call(`${userId}/freeze`, { role: "compliance", body: { reason: "a question" } })).status).toBe(200);
    expect((await call(userId, { method: "GET" })).body).toMatchObject({ frozen: true, frozen_reason: "a question" });
    const refused = await call(`${userId}/entries`, { body: adjustment("suspense", "user:cash", 1) });
    expect([refused.status, refused.body.error.code]).toEqual([403, "WALLET_FROZEN"]);
    expect((await call(`${userId}/unfreeze`, { role: "compliance" })).status).toBe(200);
    expect((await call(`${userId}/entries`, { body: adjustment("suspense", "user:cash", 1) })).status).toBe(200);
  });
});

describe("charges", () => {
  it("sets money aside, takes parts of it, and gives the rest back", async () => {
    const { userId, wallet } = await newWallet(95_000);
    const key = mint("key");
    const body = charge(100);
    const held = await call(`${userId}/holds`, { key, body });
    expect(held.body).toMatchObject({
      balances: { balance: 950, held: 100, available: 850 },
      hold: { amount: 100, committed: 0, open: true, shares: [{ account: "user:cash", amount: 100 }] },
    });
    const { hold_id: holdId } = held.body.hold;
    expect(await call(`${userId}/holds`, { key, body })).toMatchObject({ replayed: true, body: { hold: { hold_id: holdId } } });
    const foreseen = await call(`${userId}/holds/${holdId}/commit?preview=true`, { body: { amount: 40 } });
    expect(foreseen.body).toMatchObject({ preview: true, hold: { committed: 40, open: true } });
    expect((await call(`${userId}/holds/${holdId}/commit`, { body: { amount: 40 } })).body).toMatchObject({
      hold: { committed: 40, open: true },
    });
    const tooMuch = await call(`${userId}/holds/${holdId}/commit`, { body: { amount: 60.01 } });
    expect([tooMuch.status, tooMuch.body.error.details]).toEqual([409, { reason: "hold_exceeded", remaining: 60 }]);
    const back = { key: mint("key") };
    expect((await call(`${userId}/holds/${holdId}/release`, back)).body).toMatchObject({ balances: { balance: 910, held: 0 } });
    expect(await call(`${userId}/holds/${holdId}/release`, back)).toMatchObject({ status: 200, replayed: true });
    const over = await call(`${userId}/holds/${holdId}/commit`, { body: { amount: 1 } });
    expect([over.status, over.body.error.details]).toEqual([409, { reason: "hold_closed" }]);
    expect((await wallet.digest()).violations).toEqual([]);
  });

  it("leaves the stake of a running game alone", async () => {
    const { userId, wallet } = await newWallet(95_000);
    const { holdId } = must(
      await wallet.reserve({ key: mint("key"), purpose: "stake", ref: "offer", amountMinor: 500, expiresAtMs: Date.now() + 60_000 }),
    );
    must(await wallet.reserveStake(stakeCommand()));
    const before = await wallet.digest();
    for (const [path, body] of [
      ["commit", { amount: 1 }],
      ["release", {}],
    ] as const) {
      const refused = await call(`${userId}/holds/${holdId}/${path}`, { body });
      expect([refused.status, refused.body.error.details]).toEqual([409, { reason: "not_a_charge" }]);
    }
    expect(await wallet.digest()).toEqual(before);
    const refused = (await auditOf(userId)).filter(({ action }) => action.endsWith(":done"));
    expect(refused.map(({ details }) => details?.refused)).toMatchObject([{ code: "LEDGER_REFUSED" }, { code: "LEDGER_REFUSED" }]);
  });
});

/** Every verb that changes something, with the roles that may (admin always may). */
const VERBS: readonly [path: string, how: LedgerCall, roles: readonly StaffRole[]][] = [
  ["entries", { body: adjustment("suspense", "user:cash", 1) }, ["finance"]],
  ["entries/1/reversal", {}, ["finance"]],
  ["accounts", { body: { account: GRANT } }, ["finance"]],
  ["accounts/user:cash/limit", { method: "PUT", body: { floor: 0, frozen: false } }, ["finance"]],
  ["holds", { body: charge(1) }, ["finance"]],
  ["holds/hold_00000000000000000000000000/commit", { body: { amount: 1 } }, ["finance"]],
  ["holds/hold_00000000000000000000000000/release", {}, ["finance"]],
  ["freeze", {}, ["finance", "compliance"]],
  ["unfreeze", {}, ["finance", "compliance"]],
];

describe("who may", () => {
  it.each(VERBS)("%s: only these roles, nobody without a token, and no operator of another country", async (path, how, roles) => {
    const { userId, wallet } = await newWallet(0);
    const before = await wallet.digest();
    for (const role of STAFF_ROLES.filter((each) => each !== "admin" && !roles.includes(each)))
      expect([role, (await call(`${userId}/${path}`, { ...how, role })).status]).toEqual([role, 403]);
    expect((await call(`${userId}/${path}?country=KE`, { ...how, countries: ["NG"] })).status).toBe(403);
    const method = how.method ?? "POST";
    const headers = { "Content-Type": "application/json" };
    const body = JSON.stringify({ reason: "a test", ...how.body });
    const nobody = await exports.default.fetch(`http://mkeka.test/api/v1/admin/wallets/${userId}/${path}`, { method, headers, body });
    expect(nobody.status).toBe(401);
    expect(await wallet.digest()).toEqual(before);
    expect(await auditOf(userId)).toEqual([]);
    for (const role of [...roles, "admin"] as const) expect((await call(`${userId}/${path}`, { ...how, role })).status).not.toBe(403);
  });

  it("masks wallets of another country from an operator of both", async () => {
    const { userId, wallet } = await newWallet(95_000);
    const before = await wallet.digest();
    const answer = await call(`${userId}/entries?country=NG`, { body: adjustment("suspense", "user:cash", 1), countries: ["KE", "NG"] });
    expect([answer.status, answer.body.error.code]).toEqual([404, "NOT_FOUND"]);
    expect(await wallet.digest()).toEqual(before);
  });
});

describe("the audit log", () => {
  it("has of each change why, what was asked, how the wallet stood before and after, or why it was refused", async () => {
    const { userId, wallet } = await newWallet(95_000);
    const head = async () => {
      const read = await wallet.head();
      if (!read.ok) throw new Error("not open");
      const { epoch, seq, hash, balances } = read.value;
      return { epoch, seq, hash, balances };
    };
    const before = await head();
    await call(`${userId}/entries`, { body: { ...adjustment("suspense", "user:cash", 5), reason: "paid twice" } });
    const after = await head();
    await call(`${userId}/entries`, { body: adjustment("user:cash", "suspense", 5_000) });
    const [asked, done, , refused] = await auditOf(userId);
    expect(asked).toMatchObject({
      ...{ action: "wallet.post", email: "ledger@mkeka.test" },
      details: {
        reason: "paid twice",
        request: { kind: "ADJUSTED", postings: [{ account: "suspense", amountMinor: -500 }, { account: "user:cash" }] },
      },
    });
    expect(done).toMatchObject({ action: "wallet.post:done", details: { before, after, replayed: false } });
    expect(refused).toMatchObject({ action: "wallet.post:done", details: { before: after, refused: { reason: "insufficient_funds" } } });
    expect(await head()).toEqual(after);
  });

  it("has a line of a command that broke off, and its repeat gets the answer and writes how it ended", async () => {
    const { userId, wallet } = await newWallet(95_000);
    const away = { head: () => wallet.head(), freeze: () => Promise.reject(new Error("the object is away")) };
    const WALLET = { getByName: () => away } as unknown as typeof env.WALLET;
    const staff = { email: "ledger@mkeka.test", role: "finance", countries: ["KE"] } as const;
    const base = { config: configOf(env), nowMs: unixMs(Date.now()), requestId: mint("req"), country: "KE", actor: null } as const;
    const ctx = { ...base, env, staff, ipAddress: "", later: () => undefined };
    const order = { userId, country: undefined, reason: "a test", idempotencyKey: mint("key") };
    await expect(freezeWallet({ ...ctx, env: { ...env, WALLET } }, order)).rejects.toThrow("the object is away");
    expect((await freezeWallet(ctx, order)).ok).toBe(true);
    const log = await auditOf(userId);
    const actions = ["wallet.freeze", "wallet.freeze:broke_off", "wallet.freeze", "wallet.freeze:done"];
    expect(log.map(({ action }) => action)).toEqual(actions);
    expect(log[1]?.details).toMatchObject({ before: { epoch: 1 }, broke_off: "Error: the object is away" });
  });

  it("has a line of each verb that was done", async () => {
    const { userId } = await newWallet(95_000);
    for (const [path, how] of VERBS) await call(`${userId}/${path}`, how);
    const actions = new Set((await auditOf(userId)).map((row) => row.action));
    for (const verb of ["post", "reverse", "open_account", "set_limit", "hold", "commit_hold", "release_hold", "freeze", "unfreeze"])
      expect([verb, actions.has(`wallet.${verb}`), actions.has(`wallet.${verb}:done`)]).toEqual([verb, true, true]);
  });
});

describe("taking a wallet along", () => {
  it("streams its lines to finance and refuses others", async () => {
    const { userId } = await newWallet(95_000);
    expect((await call(`${userId}/export`, { method: "GET", role: "support" })).status).toBe(403);
    expect((await call(`${newUserId()}/export`, { method: "GET" })).status).toBe(404);
    const lines = await exportOf(userId);
    expect(lines.length).toBeGreaterThan(4);
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
    expect((await auditOf(userId)).map((row) => row.action)).toEqual(["wallet.export"]);
  });
});

describe("a charge whose time is over", () => {
  it("goes back by the wallet's alarm, on a frozen wallet too", async () => {
    const { userId, wallet } = await newWallet(95_000);
    const soon = { ...charge(100), expires_at: new Date(Date.now() + 400).toISOString() };
    expect((await call(`${userId}/holds`, { body: soon })).body).toMatchObject({ balances: { held: 100 } });
    await call(`${userId}/freeze`);
    const deadline = Date.now() + 5_000;
    const heldMinor = async () => {
      const head = await wallet.head();
      return head.ok ? head.value.balances.heldMinor : -1;
    };
    while ((await heldMinor()) !== 0 && Date.now() < deadline) await scheduler.wait(50);
    expect((await call(userId, { method: "GET" })).body).toMatchObject({ frozen: true, balances: { balance: 950, held: 0 }, holds: [] });
    expect((await wallet.digest()).violations).toEqual([]);
  });
});
