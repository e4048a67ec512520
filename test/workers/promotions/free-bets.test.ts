/** Free bets over HTTP: given by operators within a budget, staked by players, and what becomes of them. */
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { PROMOTIONS } from "../../../shared/tenants/sports/promotions.ts";
import { expectUnchanged, newPlayer, type Player, single } from "../bets/player.ts";
import { openFixture } from "../odds/messages.ts";
import { auditOf, callAdmin, type LedgerCall } from "../operators/ledger-client.ts";

interface Token {
  readonly free_bet_id: string;
  readonly state: string;
  readonly error: { readonly code: string; readonly details: Readonly<Record<string, unknown>> };
}

const CAMPAIGN = PROMOTIONS.KE.freeBets[0]?.campaignId ?? "";
const support: LedgerCall = { role: "support", email: "support@mkeka.test" };
const userOf = ({ walletId }: Player) => walletId.slice("KE:".length);

const grant = (player: Player, changes: Record<string, unknown> = {}, how: LedgerCall = support) =>
  callAdmin<Token>(`wallets/${userOf(player)}/free-bets`, { ...how, body: { campaign: CAMPAIGN, amount: 100, ...changes } });

async function tokensOf(player: Player): Promise<readonly Token[]> {
  const { status, body } = await player.get("/api/v1/promotions");
  expect(status).toBe(200);
  return (body as unknown as { free_bets: Token[] }).free_bets;
}

async function granted(player: Player): Promise<string> {
  const answered = await grant(player);
  expect(answered.status).toBe(201);
  return answered.body.free_bet_id;
}

const grantsOf = (player: Player) =>
  env.DB_KE.prepare("SELECT amount_minor AS amount FROM promotion_grant WHERE user_id = ?").bind(userOf(player)).all<{ amount: number }>();

describe("an operator's grant", () => {
  it("is the player's once per key, counted in the budget and in the audit log", async () => {
    const player = await newPlayer(0);
    const key = crypto.randomUUID();
    const [first, again] = [await grant(player, {}, { ...support, key }), await grant(player, {}, { ...support, key })];
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body).toEqual(first.body);
    expect(await tokensOf(player)).toMatchObject([
      { free_bet_id: first.body.free_bet_id, campaign: CAMPAIGN, amount: 100, state: "ISSUED", bet_id: null, terms: { odds_min: 1.5 } },
    ]);
    expect((await grantsOf(player)).results).toEqual([{ amount: 10_000 }]);
    const actions = (await auditOf(userOf(player))).map(({ action, email }) => `${action} ${email}`);
    expect(actions).toContain("promotion.grant_free_bet:done support@mkeka.test");
    const reused = await grant(player, { amount: 200 }, { ...support, key });
    expect(reused).toMatchObject({ status: 409, body: { error: { code: "IDEMPOTENCY_CONFLICT" } } });
    expect(await tokensOf(player)).toHaveLength(1);
  });

  it("is refused outside of the campaign's amounts, for one that is not there, and to other roles, and nothing is given", async () => {
    const player = await newPlayer(0);
    const refused = (reason: string) => ({ status: 409, body: { error: { code: "PROMOTION_REFUSED", details: { reason } } } });
    await expectUnchanged(player, async () => {
      expect(await grant(player, { amount: 19.99 })).toMatchObject(refused("amount"));
      expect(await grant(player, { amount: 1_000.01 })).toMatchObject(refused("amount"));
      expect(await grant(player, { campaign: "KE-nothing" })).toMatchObject(refused("unknown_campaign"));
      expect(await grant(player, {}, { role: "trader" })).toMatchObject({ status: 403 });
    });
    expect((await grantsOf(player)).results).toEqual([]);
  });

  it("is refused to a player who is excluded, and its share of the budget given back", async () => {
    const player = await newPlayer(0);
    expect((await player.wallet.selfExclude({ key: "out", reason: "a break", untilMs: Date.now() + 200 * 86_400_000 })).ok).toBe(true);
    await expectUnchanged(player, async () => expect(await grant(player)).toMatchObject({ body: { error: { code: "SELF_EXCLUDED" } } }));
    expect((await grantsOf(player)).results).toEqual([]);
  });

  describe("of a campaign that is nearly spent", () => {
    afterEach(() => env.DB_KE.prepare("DELETE FROM promotion_grant WHERE grant_id = 'filler'").run());

    it("passes the budget by no unit, also when operators give at the same moment", async () => {
      const players = await Promise.all(Array.from({ length: 4 }, () => newPlayer(0)));
      const spent = await env.DB_KE.prepare("SELECT coalesce(sum(amount_minor), 0) AS n FROM promotion_grant WHERE campaign_id = ?")
        .bind(CAMPAIGN)
        .first<number>("n");
      const filler = (PROMOTIONS.KE.freeBets[0]?.budgetMinor ?? 0) - (spent ?? 0) - 25_000;
      await env.DB_KE.prepare("INSERT INTO promotion_grant VALUES ('filler', ?, 'usr_filler', ?, 0)").bind(CAMPAIGN, filler).run();
      const answers = await Promise.all(players.map((player) => grant(player)));
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(2);
      const refused = answers.filter(({ status }) => status !== 201);
      expect(refused.map(({ body }) => body.error.details["reason"])).toEqual(["budget_spent", "budget_spent"]);
      const { body } = await callAdmin<{ campaigns: object[] }>("promotions", { ...support, method: "GET" });
      expect(body.campaigns).toContainEqual(expect.objectContaining({ campaign: CAMPAIGN, granted: 499_950, budget: 500_000 }));
    });
  });
});

describe("a free bet in the slip", () => {
  it("costs no cash, says what it wins without its stake, and is used", async () => {
    const [player, { fixtureId }] = [await newPlayer(5_000), await openFixture()];
    const free_bet_id = await granted(player);
    const quoted = await player.post("/api/v1/bets/quote", single(fixtureId, { free_bet_id }));
    expect(quoted).toMatchObject({ status: 200, body: { potential_win: { max: 100 }, tax: { net_win: expect.any(Number) } } });
    const placed = await player.bet(single(fixtureId, { free_bet_id }));
    expect(placed).toMatchObject({ status: 201, body: { potential_win: 100, free_bet_id } });
    expect(await player.cash()).toBe(5_000);
    expect(await tokensOf(player)).toMatchObject([{ state: "USED", bet_id: placed.body.bet_id }]);
    const cashOut = await player.get(`/api/v1/bets/${placed.body.bet_id}/cash-out`);
    expect(cashOut.body).toMatchObject({ state: "CLOSED", reason: "not_eligible", offer: null });
  });

  it("is refused with its reason where its terms are not met, when it is used, and when it is another's", async () => {
    const [player, other, { fixtureId }] = [await newPlayer(50_000), await newPlayer(50_000), await openFixture()];
    const free_bet_id = await granted(player);
    const refused = (reason: string) => ({ status: 409, body: { error: { code: "FREE_BET_REFUSED", details: { reason } } } });
    await expectUnchanged(player, async () => {
      expect(await player.bet(single(fixtureId, { free_bet_id, stake: 99 }))).toMatchObject(refused("amount"));
      expect(await player.bet(single(fixtureId, { free_bet_id: `fbt_${"0".repeat(26)}` }))).toMatchObject(refused("unknown"));
    });
    await expectUnchanged(other, async () => expect(await other.bet(single(fixtureId, { free_bet_id }))).toMatchObject(refused("unknown")));
    expect(await player.bet(single(fixtureId, { free_bet_id }))).toMatchObject({ status: 201 });
    await expectUnchanged(player, async () => expect(await player.bet(single(fixtureId, { free_bet_id }))).toMatchObject(refused("used")));
  });

  it("comes back when the bet is void, and the bet shows who paid it", async () => {
    const [player, { fixtureId }] = [await newPlayer(0), await openFixture()];
    const free_bet_id = await granted(player);
    const { body } = await player.bet(single(fixtureId, { free_bet_id }));
    const selectionId = `${fixtureId}:1x2:home`;
    const results = [{ selectionId, outcome: "void" as const }];
    expect((await player.wallet.settleBet({ betId: body.bet_id, fixtureId, resultVersion: 1, results })).ok).toBe(true);
    expect(await tokensOf(player)).toMatchObject([{ state: "RETURNED", bet_id: null }]);
    expect((await player.get(`/api/v1/bets/${body.bet_id}`)).body).toMatchObject({ status: "VOID", free_bet_id });
    expect(await player.cash()).toBe(0);
  });
});
