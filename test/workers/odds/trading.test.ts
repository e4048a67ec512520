/** Operators' orders over HTTP, and what players and wallets see of them. */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import type { OddsChannel } from "../../../durable-objects/odds-channel/odds-channel.ts";
import { TRADING } from "../../../shared/tenants/sports/trading.ts";
import { expectUnchanged, newPlayer, type Player, single } from "../bets/player.ts";
import { auditOf, callAdmin, type LedgerCall } from "../operators/ledger-client.ts";
import { openFixture } from "./messages.ts";

interface Done {
  readonly state: "done" | "proposed";
  readonly action: {
    readonly action: number;
    readonly before: unknown;
    readonly after: unknown;
    readonly approved_by: string | null;
  } | null;
  readonly proposal: { readonly proposal: number } | null;
  readonly preview_token: string;
  readonly error: { readonly code: string; readonly details: Record<string, unknown> };
  readonly [name: string]: unknown;
}

const trader: LedgerCall = { role: "trader", email: "trader@mkeka.test" };
const second: LedgerCall = { role: "trader", email: "second@mkeka.test" };

const path = (fixtureId: string, call: string) => `trading/fixtures/${fixtureId}/${call}`;
const order = (fixtureId: string, body: Record<string, unknown>, how: LedgerCall = trader) =>
  callAdmin<Done>(path(fixtureId, "orders"), { ...how, body });
const set = (fixtureId: string, setting: Record<string, unknown>, how: LedgerCall = trader) =>
  order(fixtureId, { wish: { set: setting } }, how);
const preview = (fixtureId: string, wish: Record<string, unknown>) =>
  callAdmin<Done>(path(fixtureId, "previews"), { ...trader, body: { wish } });
const suspension = (suspended: boolean, market: string | null = "1x2", outcome: string | null = null) => ({
  ...{ kind: "suspension", market_id: market, outcome_id: outcome, suspended },
});

async function ended(player: Player, betId: string, expected: Record<string, unknown>): Promise<void> {
  await vi.waitFor(async () => expect((await player.get(`/api/v1/bets/${betId}`)).body).toMatchObject(expected), {
    timeout: 15_000,
    interval: 50,
  });
}

async function placed(player: Player, slip: unknown): Promise<string> {
  const { status, body } = await player.bet(slip);
  expect(status).toBe(201);
  return body.bet_id;
}

/** Waits until the channel knows as many bets: it hears of them from the wallet's outbox. */
async function known(channel: Awaited<ReturnType<typeof openFixture>>["channel"], bets: number): Promise<void> {
  const count = () =>
    runInDurableObject(channel, (_, state) => state.storage.sql.exec<{ n: number }>("SELECT count(*) AS n FROM accepted_bet").one().n);
  await vi.waitFor(async () => expect(await count()).toBe(bets), { timeout: 10_000, interval: 50 });
}

describe("a suspended market", () => {
  it("takes no bet until it is resumed, and says who stopped it", async () => {
    const [player, { fixtureId }] = await Promise.all([newPlayer(100_000), openFixture()]);
    expect(await set(fixtureId, suspension(true))).toMatchObject({ status: 200, body: { state: "done", action: { undoes: null } } });
    const refused = await expectUnchanged(player, () => player.bet(single(fixtureId)));
    expect(refused).toMatchObject({ status: 409, body: { error: { code: "MARKET_SUSPENDED" } } });
    const sheet = await callAdmin<Done>(`trading/fixtures/${fixtureId}`, { ...trader, method: "GET" });
    expect(sheet.body).toMatchObject({
      markets: [{ market_id: "1x2", status: "suspended", feed_status: "active", suspended_by: ["operator"] }, { status: "active" }],
      actions: [{ operator: trader.email, reason: "a test" }],
    });
    expect(await set(fixtureId, suspension(false))).toMatchObject({ status: 200 });
    expect(await player.bet(single(fixtureId))).toMatchObject({ status: 201 });
  });

  it("is for traders: other roles change nothing", async () => {
    const [player, { fixtureId }] = await Promise.all([newPlayer(100_000), openFixture()]);
    for (const role of ["support", "finance", "compliance", "regulator"] as const)
      expect(await set(fixtureId, suspension(true), { role })).toMatchObject({ status: 403, body: { error: { code: "FORBIDDEN" } } });
    expect(await set(fixtureId, suspension(true), { ...trader, countries: ["GH"] })).toMatchObject({ status: 404 });
    expect(await player.bet(single(fixtureId))).toMatchObject({ status: 201 });
  });

  it("is written down before and after, and a repeat under its key does nothing more", async () => {
    const { fixtureId } = await openFixture();
    const first = await set(fixtureId, suspension(true), { ...trader, key: `k-${fixtureId}` });
    const again = await set(fixtureId, suspension(true), { ...trader, key: `k-${fixtureId}` });
    expect(again.body).toEqual(first.body);
    const other = await set(fixtureId, suspension(true, null), { ...trader, key: `k-${fixtureId}` });
    expect(other).toMatchObject({ status: 409, body: { error: { code: "IDEMPOTENCY_CONFLICT" } } });
    const audit = await auditOf(fixtureId);
    expect(audit.map(({ action }) => action)).toEqual(Array.from({ length: 3 }, () => ["trading.trade", "trading.trade:done"]).flat());
    expect(audit[1]).toMatchObject({ email: trader.email, details: { done: { action: { before: { value: null } } } } });
    expect(audit[5]).toMatchObject({ details: { refused: { reason: "idempotency_key_reused" } } });
  });
});

describe("a price of the house", () => {
  const price = (odds: number, forMs: number) => ({
    ...{ kind: "price", market_id: "1x2", outcome_id: "home" },
    price: { odds, expires_at: new Date(Date.now() + forMs).toISOString() },
  });

  it("is what bets are taken at, until it ends by itself", async () => {
    const [player, { fixtureId, channel }] = await Promise.all([newPlayer(100_000), openFixture()]);
    expect(await set(fixtureId, price(1.8, 400))).toMatchObject({ status: 200 });
    expect(await player.bet(single(fixtureId))).toMatchObject({ status: 409, body: { error: { code: "ODDS_CHANGED" } } });
    expect(await player.bet(single(fixtureId, {}, "1x2:home", 1.8))).toMatchObject({ status: 201, body: { total_odds: 1.8 } });
    await new Promise((resolve) => setTimeout(resolve, 450));
    // The price ends on the clock, whether the alarm has come or not.
    expect(await player.bet(single(fixtureId))).toMatchObject({ status: 201, body: { total_odds: 2 } });
    await runDurableObjectAlarm(channel);
    expect((await channel.fieldSheet())?.settings).toEqual([]);
  });

  it("keeps to the tenant's bounds, and to outcomes that are there", async () => {
    const { fixtureId, channel } = await openFixture();
    const tooLong = await set(fixtureId, price(1.8, TRADING.KE.priceMsMax + 60_000));
    expect(tooLong).toMatchObject({ status: 400, body: { error: { code: "TRADING_OUT_OF_BOUNDS", details: { field: "expires_at" } } } });
    const wide = { kind: "margin", market_id: null, basis_points: TRADING.KE.marginBasisPoints.max + 1 };
    expect(await set(fixtureId, wide)).toMatchObject({ status: 400, body: { error: { details: { field: "basis_points" } } } });
    expect(await set(fixtureId, { kind: "live_delay", seconds: 31 })).toMatchObject({ status: 400 });
    const nobody = { ...price(1.8, 1_000), outcome_id: "nobody" };
    expect(await set(fixtureId, nobody)).toMatchObject({ status: 409, body: { error: { details: { reason: "unknown_target" } } } });
    expect(await set("fx_nothing", suspension(true))).toMatchObject({ status: 404 });
    expect((await channel.fieldSheet())?.actions).toEqual([]);
  });
});

it("bounds the stake by the house's limits", async () => {
  const [player, { fixtureId }] = await Promise.all([newPlayer(100_000), openFixture()]);
  const limits = { kind: "limits", market_id: "1x2", outcome_liability_max: null, stake_max: 50 };
  expect(await set(fixtureId, limits)).toMatchObject({ status: 200 });
  const refused = await expectUnchanged(player, () => player.bet(single(fixtureId)));
  expect(refused).toMatchObject({ status: 400, body: { error: { code: "STAKE_TOO_HIGH", details: { max: 50 } } } });
  expect(await player.bet(single(fixtureId, { stake: 50 }))).toMatchObject({ status: 201 });
});

it("undoes an action while it stands, once, and not after it was changed", async () => {
  const { fixtureId, channel } = await openFixture();
  const margin = (basisPoints: number) => ({ kind: "margin", market_id: "1x2", basis_points: basisPoints });
  const first = (await set(fixtureId, margin(800))).body.action?.action;
  const next = (await set(fixtureId, margin(900))).body.action?.action;
  const late = await order(fixtureId, { wish: { undo: first } });
  expect(late).toMatchObject({ status: 409, body: { error: { code: "TRADING_REFUSED", details: { reason: "changed_since" } } } });
  expect(await order(fixtureId, { wish: { undo: next } })).toMatchObject({ status: 200, body: { action: { undoes: next } } });
  expect((await channel.fieldSheet())?.settings).toEqual([{ kind: "margin", marketId: "1x2", value: { basisPoints: 800 } }]);
  expect(await order(fixtureId, { wish: { undo: 99 } })).toMatchObject({ status: 404 });
});

describe("a result by hand", () => {
  const result = (home: string, rest: string) => ({ kind: "result", market_id: "1x2", results: { home, draw: rest, away: rest } });

  it("pays bets as previewed, over the feed's later word, and takes it back when undone", async () => {
    const [player, fixture] = await Promise.all([newPlayer(100_000), openFixture()]);
    const { fixtureId, channel, feed } = fixture;
    const betId = await placed(player, single(fixtureId));
    await known(channel, 1);
    const seen = await preview(fixtureId, { set: result("won", "lost") });
    expect(seen.body).toMatchObject({ bets: 1, stakes: 100, returned_now: 0, returned_then: 200, needs_approval: false });
    const token = seen.body.preview_token;
    const wish = { set: result("won", "lost") };
    expect(await order(fixtureId, { wish, preview_token: token })).toMatchObject({
      body: { error: { details: { reason: "market_open" } } },
    });
    await set(fixtureId, suspension(true));
    expect(await order(fixtureId, { wish })).toMatchObject({ body: { error: { details: { reason: "preview_stale" } } } });
    const partly = { ...wish.set, results: { home: "won" } };
    expect(await preview(fixtureId, { set: partly })).toMatchObject({ body: { error: { details: { reason: "incomplete_result" } } } });
    expect(await player.cash()).toBe(90_000);

    const done = await order(fixtureId, { wish, preview_token: token });
    expect(done).toMatchObject({ status: 200, body: { state: "done", action: { approved_by: null } } });
    await ended(player, betId, { status: "WON", actual_win: 200 });
    await channel.ingest(feed.result("away"));
    const undo = { undo: done.body.action?.action };
    const back = await preview(fixtureId, undo);
    expect(back.body).toMatchObject({ bets: 1, returned_now: 200, returned_then: 0 });
    expect(await order(fixtureId, { wish: undo, preview_token: back.body.preview_token })).toMatchObject({ status: 200 });
    await ended(player, betId, { status: "LOST", actual_win: 0 });
    expect(await player.cash()).toBe(90_000);
    expect((await player.wallet.digest()).violations).toEqual([]);
  });

  it("voids the bets that were placed in a window and no others", async () => {
    const [player, { fixtureId, channel }] = await Promise.all([newPlayer(100_000), openFixture()]);
    const early = await placed(player, single(fixtureId));
    await new Promise((resolve) => setTimeout(resolve, 5));
    const from = new Date().toISOString();
    const late = await placed(player, single(fixtureId));
    await known(channel, 2);
    const wish = { set: { kind: "void", market_id: "1x2", voided: true, placed_from: from } };
    await set(fixtureId, suspension(true));
    const seen = await preview(fixtureId, wish);
    expect(seen.body).toMatchObject({ bets: 1, stakes: 100, returned_then: 100 });
    expect(await order(fixtureId, { wish, preview_token: seen.body.preview_token })).toMatchObject({ status: 200 });
    await ended(player, late, { status: "VOID", actual_win: 100 });
    expect((await player.get(`/api/v1/bets/${early}`)).body).toMatchObject({ status: "PENDING" });
  });

  it("above the tenant's limit waits for another operator, whose approval is for what was previewed", async () => {
    const { fixtureId, channel } = await openFixture();
    const bet = (betId: string) => ({
      ...{ betId, walletId: "KE:usr_trading", stakeMinor: TRADING.KE.approvalAboveMinor + 100, placedAtMs: Date.now() },
      selections: [{ selectionId: `${fixtureId}:1x2:home`, oddsThousandths: 2_000 }],
    });
    await channel.confirm([bet("bet_1")]);
    await set(fixtureId, suspension(true));
    const wish = { set: result("lost", "void") };
    const propose = async () => {
      const seen = await preview(fixtureId, wish);
      expect(seen.body).toMatchObject({ needs_approval: true });
      return (await order(fixtureId, { wish, preview_token: seen.body.preview_token })).body;
    };
    const approve = (proposal: number | undefined, how: LedgerCall) =>
      callAdmin<Done>(path(fixtureId, `proposals/${proposal}/approve`), { ...how, body: {} });
    const first = await propose();
    expect(first).toMatchObject({ state: "proposed", action: null });
    const number = first.proposal?.proposal;
    expect(await approve(number, trader)).toMatchObject({ body: { error: { details: { reason: "same_operator" } } } });
    await channel.confirm([bet("bet_2")]);
    expect(await approve(number, second)).toMatchObject({ body: { error: { details: { reason: "preview_stale" } } } });
    expect((await channel.fieldSheet())?.resultVersion).toBe(0);
    const again = (await propose()).proposal?.proposal;
    expect(await approve(again, second)).toMatchObject({
      status: 200,
      body: { action: { operator: trader.email, approved_by: second.email } },
    });
    expect((await channel.fieldSheet())?.resultVersion).toBe(1);
    expect(await approve(again, second)).toMatchObject({ status: 404 });
  });

  it("is proposed for a time only", async () => {
    const { fixtureId, channel } = await openFixture();
    const stakeMinor = TRADING.KE.approvalAboveMinor + 100;
    const selections = [{ selectionId: `${fixtureId}:1x2:home`, oddsThousandths: 2_000 }];
    await channel.confirm([{ betId: "bet_1", walletId: "KE:usr_trading", stakeMinor, placedAtMs: Date.now(), selections }]);
    await set(fixtureId, suspension(true));
    const wish = { set: result("lost", "void") };
    const seen = await preview(fixtureId, wish);
    const proposal = (await order(fixtureId, { wish, preview_token: seen.body.preview_token })).body.proposal?.proposal ?? 0;
    const later = Date.now() + TRADING.KE.proposalMs;
    const refused = await runInDurableObject(channel, async (instance: OddsChannel) => {
      vi.spyOn(Date, "now").mockReturnValue(later);
      try {
        return await instance.approveTrade({ key: "late", operator: "second@mkeka.test", reason: "late", proposal });
      } finally {
        vi.restoreAllMocks();
      }
    });
    expect(refused).toEqual({ ok: false, error: { reason: "proposal_expired" } });
  });
});

it("says how the feeds stand", async () => {
  const read = await callAdmin<{ feeds: readonly { feed: string }[] }>("feeds", { ...trader, method: "GET" });
  expect(read.status).toBe(200);
  expect(read.body.feeds.map(({ feed }) => feed)).toContain("simulator");
  expect(await callAdmin("feeds", { role: "finance", method: "GET" })).toMatchObject({ status: 403 });
});
