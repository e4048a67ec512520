/** Bonuses over HTTP: offered by operators, claimed for deposits, taken, wagered with bets, and ended by the wallet's alarm. */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { PROMOTIONS } from "../../../shared/tenants/sports/promotions.ts";
import { mint } from "../../support/wallet-commands.ts";
import { expectUnchanged, newPlayer, type Player, single } from "../bets/player.ts";
import { openFixture } from "../odds/messages.ts";
import { auditOf, callAdmin, type LedgerCall } from "../operators/ledger-client.ts";
import { deposit, must } from "../wallet/wallet-support.ts";

interface Bonus {
  readonly bonus_id: string;
  readonly state: string;
  readonly [name: string]: unknown;
}
interface Promotions {
  readonly bonuses: readonly Bonus[];
  readonly claimable: readonly { readonly campaign: string; readonly deposit_id: string; readonly amount: number }[];
}

const campaignOf = (isMatch: boolean) => PROMOTIONS.KE.bonuses.find(({ match }) => (match !== null) === isMatch)?.campaignId ?? "";
const [WELCOME, LOYALTY] = [campaignOf(true), campaignOf(false)];
const support: LedgerCall = { role: "support", email: "support@mkeka.test" };
const userOf = ({ walletId }: Player) => walletId.slice("KE:".length);
const refused = (reason: string) => ({ status: 409, body: { error: { code: "PROMOTION_REFUSED", details: { reason } } } });

const offer = (player: Player, changes: Record<string, unknown> = {}, how: LedgerCall = support) =>
  callAdmin<Bonus>(`wallets/${userOf(player)}/bonuses`, { ...how, body: { campaign: LOYALTY, amount: 100, ...changes } });

async function promotionsOf(player: Player): Promise<Promotions> {
  const { status, body } = await player.get("/api/v1/promotions");
  expect(status).toBe(200);
  return body as unknown as Promotions;
}

const claim = (player: Player, deposit_id: string) => player.post("/api/v1/promotions/bonuses", { campaign: WELCOME, deposit_id });
const answer = (player: Player, bonusId: string, verb: "accept" | "forfeit") =>
  player.post(`/api/v1/promotions/bonuses/${bonusId}/${verb}`, {});

async function sharesOf(player: Player): Promise<readonly number[]> {
  const sql = "SELECT amount_minor AS amount FROM promotion_grant WHERE user_id = ?";
  const { results } = await env.DB_KE.prepare(sql).bind(userOf(player)).all<{ amount: number }>();
  return results.map(({ amount }) => amount);
}

async function lose(player: Player, stake: number): Promise<void> {
  const { fixtureId } = await openFixture();
  const { status, body } = await player.bet(single(fixtureId, { stake }));
  expect(status).toBe(201);
  const results = [{ selectionId: `${fixtureId}:1x2:home`, outcome: "lost" as const }];
  must(await player.wallet.settleBet({ betId: body.bet_id, fixtureId, resultVersion: 1, results }));
}

async function exclude(player: Player): Promise<void> {
  must(await player.wallet.selfExclude({ key: mint("out"), reason: "a break", untilMs: Date.now() + 200 * 86_400_000 }));
}

describe("a bonus that an operator offers", () => {
  it("is the player's to take, counts lost and won bets, and becomes cash", async () => {
    const player = await newPlayer(100_000);
    const key = crypto.randomUUID();
    const [first, again] = [await offer(player, {}, { ...support, key }), await offer(player, {}, { ...support, key })];
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(first.body).toMatchObject({
      state: "OFFERED",
      amount: 100,
      required: 500,
      left: 500,
      to_do: expect.stringContaining("Take it"),
    });
    expect(await sharesOf(player)).toEqual([10_000]);
    const actions = (await auditOf(userOf(player))).map(({ action }) => action);
    expect(actions).toContain("promotion.grant_bonus:done");

    const { bonus_id } = first.body;
    const taken = await answer(player, bonus_id, "accept");
    expect(taken).toMatchObject({ status: 200, body: { state: "ACTIVE", to_do: expect.stringContaining("Stake 500.00 more") } });
    expect((await answer(player, bonus_id, "accept")).status).toBe(200);
    expect((await player.get("/api/v1/users/me/wallet")).body).toMatchObject({ balance: 1_000, bonus_balance: 100 });
    await lose(player, 300);
    expect((await promotionsOf(player)).bonuses).toMatchObject([{ bonus_id, state: "ACTIVE", wagered: 300, left: 200 }]);
    await lose(player, 200);
    expect((await promotionsOf(player)).bonuses).toMatchObject([{ state: "COMPLETED", wagered: 500, left: 0, to_do: null }]);
    expect(await player.cash()).toBe(100_000 - 50_000 + 10_000);
    expect((await player.wallet.digest()).violations).toEqual([]);
  });

  it("is refused outside of the campaign's amounts, out of one that matches deposits, and to other roles, and nothing is given", async () => {
    const player = await newPlayer(0);
    await expectUnchanged(player, async () => {
      expect(await offer(player, { amount: 19.99 })).toMatchObject(refused("amount"));
      expect(await offer(player, { campaign: WELCOME })).toMatchObject(refused("unknown_campaign"));
      expect(await offer(player, {}, { role: "trader" })).toMatchObject({ status: 403 });
    });
    expect(await sharesOf(player)).toEqual([]);
  });

  it("is neither given to nor shown to nor taken by a player who is excluded, and the budget gets its share back", async () => {
    const player = await newPlayer(0);
    const { bonus_id } = (await offer(player)).body;
    await exclude(player);
    await expectUnchanged(player, async () => {
      expect(await offer(player)).toMatchObject({ body: { error: { code: "SELF_EXCLUDED" } } });
      expect(await answer(player, bonus_id, "accept")).toMatchObject({ body: { error: { code: "SELF_EXCLUDED" } } });
    });
    expect(await promotionsOf(player)).toMatchObject({ bonuses: [], claimable: [] });
    expect(await sharesOf(player)).toEqual([10_000]);
  });

  it("can be given up, once and for all; one of another player is not found", async () => {
    const [player, other] = [await newPlayer(0), await newPlayer(0)];
    const { bonus_id } = (await offer(player)).body;
    await expectUnchanged(other, async () => expect((await answer(other, bonus_id, "accept")).status).toBe(404));
    expect((await answer(player, "bon_nonsense", "forfeit")).status).toBe(404);
    for (const verb of ["forfeit", "forfeit"] as const)
      expect(await answer(player, bonus_id, verb)).toMatchObject({ status: 200, body: { state: "FORFEITED" } });
    await expectUnchanged(player, async () => expect(await answer(player, bonus_id, "accept")).toMatchObject(refused("ended")));
  });
});

describe("a bonus for a deposit", () => {
  it("can be claimed once, starts at once, and is offered for no other deposit", async () => {
    const player = await newPlayer(0);
    const { intentId } = await deposit(player.wallet, 30_000);
    expect((await promotionsOf(player)).claimable).toMatchObject([
      { campaign: WELCOME, deposit_id: intentId, amount: 300, required: 1_500 },
    ]);
    const [first, again] = [await claim(player, intentId), await claim(player, intentId)];
    expect([first, again]).toMatchObject([
      { status: 201, body: { state: "ACTIVE", amount: 300, deposit_id: intentId } },
      { status: 200, body: first.body },
    ]);
    expect(await sharesOf(player)).toEqual([30_000]);
    const later = await deposit(player.wallet, 30_000);
    expect((await promotionsOf(player)).claimable).toEqual([]);
    await expectUnchanged(player, async () => expect(await claim(player, later.intentId)).toMatchObject(refused("deposit")));
  });

  it("is one bonus when it is claimed at the same moment, and costs the budget one share", async () => {
    const player = await newPlayer(0);
    const { intentId } = await deposit(player.wallet, 30_000);
    const statuses = (await Promise.all([1, 2, 3].map(() => claim(player, intentId)))).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect((await promotionsOf(player)).bonuses).toHaveLength(1);
    expect(await sharesOf(player)).toEqual([30_000]);
  });

  it("is refused for a deposit below the least, of another player, while another bonus is active, and to the excluded", async () => {
    const [player, other] = [await newPlayer(0), await newPlayer(0)];
    const [small, fit] = [await deposit(player.wallet, 1_999), await deposit(player.wallet, 30_000)];
    const { bonus_id } = (await offer(player)).body;
    expect((await answer(player, bonus_id, "accept")).status).toBe(200);
    await expectUnchanged(player, async () => {
      expect(await claim(player, small.intentId)).toMatchObject(refused("deposit"));
      expect(await claim(player, fit.intentId)).toMatchObject(refused("another"));
    });
    await expectUnchanged(other, async () => expect(await claim(other, fit.intentId)).toMatchObject(refused("deposit")));
    await exclude(player);
    expect(await claim(player, fit.intentId)).toMatchObject({ body: { error: { code: "SELF_EXCLUDED" } } });
    expect(await sharesOf(player)).toEqual([10_000]);
  });

  describe("out of a budget that is spent", () => {
    afterEach(() => env.DB_KE.prepare("DELETE FROM promotion_grant WHERE grant_id = 'filler'").run());

    it("is refused, and nothing is given", async () => {
      const player = await newPlayer(0);
      const { intentId } = await deposit(player.wallet, 30_000);
      const budget = PROMOTIONS.KE.bonuses.find(({ campaignId }) => campaignId === WELCOME)?.budgetMinor ?? 0;
      await env.DB_KE.prepare("INSERT INTO promotion_grant VALUES ('filler', ?, 'usr_filler', ?, 0)").bind(WELCOME, budget).run();
      await expectUnchanged(player, async () => expect(await claim(player, intentId)).toMatchObject(refused("budget_spent")));
    });
  });
});

it("the wallet's alarm ends what was not taken or wagered in time, and the lock goes back", async () => {
  const player = await newPlayer(0);
  const { intentId } = await deposit(player.wallet, 30_000);
  const { bonus_id } = (await claim(player, intentId)).body as unknown as Bonus;
  await runInDurableObject(player.wallet, (_instance, state) => {
    state.storage.sql.exec("UPDATE bonus SET ends_at = ?", Date.now() - 1);
    state.storage.sql.exec("UPDATE alarm_job SET due_at = ? WHERE key = 'expire-bonuses'", Date.now() - 1);
  });
  await runDurableObjectAlarm(player.wallet);
  expect((await promotionsOf(player)).bonuses).toMatchObject([{ bonus_id, state: "EXPIRED", ended_at: expect.any(String) }]);
  expect((await player.wallet.digest()).balances.bonusMinor).toBe(0);
  expect((await player.wallet.digest()).violations).toEqual([]);
});
