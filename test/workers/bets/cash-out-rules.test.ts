/**
 * Rules that cash out by themselves, through the real HTTP, queues and objects: taken once at the price that reaches them, wherever the
 * player is; never while suspended; never beside a settlement; and not lost with a message.
 */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { channelOf, jump, matchResult, openFixture } from "../odds/messages.ts";
import { expectUnchanged, newPlayer, type Player, single } from "./player.ts";

const CASH = 100_000;

async function betWithRule(rule: { readonly amount: number; readonly percent?: number }) {
  const player = await newPlayer(CASH);
  const fixture = await openFixture();
  const { status, body } = await player.bet(single(fixture.fixtureId));
  expect(status).toBe(201);
  const path = `/api/v1/bets/${body.bet_id}/auto-cash-out`;
  const set = await player.put(path, rule);
  expect([set.status, set.body]).toMatchObject([200, { ...rule, status: "ACTIVE", reason: null, net_amount: null }]);
  const price = async (home: number) => jump(fixture, [matchResult(home)]);
  return { ...fixture, player, betId: body.bet_id, path, price };
}

function taken(player: Player, path: string) {
  return vi.waitFor(
    async () => {
      const { body } = await player.get(path);
      const [last] = body.history as { readonly status: string; readonly taken_amount: number; readonly net_amount: number }[];
      expect(last?.status).toBe("TAKEN");
      return last as NonNullable<typeof last>;
    },
    { timeout: 15_000 },
  );
}

/** That the fixture watches for a rule: the wallet has looked at it. */
function watched(fixtureId: string) {
  return vi.waitFor(
    () =>
      runInDurableObject(env.ODDS_CHANNEL.getByName(`KE:${fixtureId}`), (_, { storage }) => {
        expect(storage.sql.exec("SELECT 1 FROM cash_out_watch").toArray()).toHaveLength(1);
      }),
    { timeout: 15_000 },
  );
}

describe("a rule", () => {
  it("is taken once when a price reaches it, at that price, and its player is told of it in the bet's history", async () => {
    const { player, path, price, betId, fixtureId } = await betWithRule({ amount: 120 });
    await watched(fixtureId);
    expect(await player.cash()).toBe(90_000);
    await price(1_900);
    await price(1_400);
    const { taken_amount, net_amount } = await taken(player, path);
    expect(taken_amount).toBeGreaterThanOrEqual(120);
    expect(await player.cash()).toBe(90_000 + Math.round(net_amount * 100));
    await expectUnchanged(player, () => price(1_200));
    expect((await player.get(`/api/v1/bets/${betId}`)).body).toMatchObject({ status: "CASHED_OUT", actual_win: net_amount });
    expect((await player.wallet.digest()).violations).toEqual([]);
  });

  it("that its price reaches already is taken at once; of a part it leaves the rest in play", async () => {
    const { player, path, betId } = await betWithRule({ amount: 40, percent: 50 });
    await taken(player, path);
    expect((await player.get(`/api/v1/bets/${betId}`)).body).toMatchObject({ status: "PENDING" });
    expect((await player.get(`/api/v1/bets/${betId}/cash-out`)).body).toMatchObject({ state: "AVAILABLE", automatic: null });
  });

  it("is not taken while its market is suspended, and is when it opens again at such a price", async () => {
    const { player, path, price, channel, feed, fixtureId } = await betWithRule({ amount: 120 });
    await watched(fixtureId);
    await channel.ingest(feed.odds({ markets: [{ ...matchResult(1_400), status: "suspended" }] }));
    await runDurableObjectAlarm(channelOf(fixtureId));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await player.get(path)).body).toMatchObject({ rule: { status: "ACTIVE" } });
    expect(await player.cash()).toBe(90_000);
    await price(1_400);
    await taken(player, path);
  });

  it("survives the loss of every message: the wallet looks again by itself", async () => {
    const { player, path, price, fixtureId } = await betWithRule({ amount: 120 });
    await watched(fixtureId);
    await runInDurableObject(env.ODDS_CHANNEL.getByName(`KE:${fixtureId}`), (_, { storage }) => {
      storage.sql.exec("DELETE FROM cash_out_watch");
    });
    await price(1_400);
    await runInDurableObject(env.WALLET.getByName(player.walletId), (_, { storage }) => {
      storage.sql.exec("UPDATE alarm_job SET due_at = 0 WHERE key LIKE 'cash-out:%'");
    });
    await runDurableObjectAlarm(env.WALLET.getByName(player.walletId));
    await taken(player, path);
  });

  it("can be changed and removed, and then nothing is taken", async () => {
    const { player, path, price } = await betWithRule({ amount: 120 });
    expect((await player.put(path, { amount: 150 })).body).toMatchObject({ amount: 150, percent: 100, status: "ACTIVE" });
    expect((await player.remove(path)).status).toBe(204);
    await expectUnchanged(player, async () => expect((await player.remove(path)).status).toBe(204));
    await expectUnchanged(player, () => price(1_050));
    expect((await player.get(path)).body).toMatchObject({ rule: null, history: [{ reason: "removed" }, { reason: "replaced" }] });
  });

  it("of somebody else's bet, of no bet, or for more than the bet can win is refused, and nothing changes", async () => {
    const { player, path } = await betWithRule({ amount: 120 });
    const other = await newPlayer(CASH);
    expect((await other.put(path, { amount: 120 })).status).toBe(404);
    expect((await other.remove(path)).status).toBe(404);
    const high = await expectUnchanged(player, () => player.put(path, { amount: 200.01 }));
    expect([high.status, high.body.error.code, high.body.error.details.max]).toEqual([400, "AMOUNT_TOO_HIGH", 200]);
    const low = await expectUnchanged(player, () => player.put(path, { amount: 0.5 }));
    expect([low.status, low.body.error.code]).toEqual([400, "AMOUNT_TOO_LOW"]);
    const part = await expectUnchanged(player, () => player.put(path, { amount: 120, percent: 101 }));
    expect(part.status).toBe(400);
  });

  it("of a decided bet is refused", async () => {
    const { player, path, betId, fixtureId } = await betWithRule({ amount: 190 });
    const selectionId = `${fixtureId}:1x2:home`;
    await player.wallet.settleBet({ betId, fixtureId, resultVersion: 1, results: [{ selectionId, outcome: "lost" }] });
    expect((await player.get(path)).body).toMatchObject({ rule: null, history: [{ status: "ENDED", reason: "settled" }] });
    const refused = await expectUnchanged(player, () => player.put(path, { amount: 120 }));
    expect([refused.status, refused.body.error.code]).toEqual([409, "CASH_OUT_CLOSED"]);
  });
});

it("a settlement and a rule that is reached in the same moment: exactly one of them pays", async () => {
  const ROUNDS = 8;
  const first = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const { player, betId, fixtureId, path } = await betWithRule({ amount: 120 });
    const rule = (await player.get(path)).body.rule as { readonly rule_id: string };
    const result = { betId, fixtureId, resultVersion: 1, results: [{ selectionId: `${fixtureId}:1x2:home`, outcome: "won" as const }] };
    const verdict = { verdict: "priced", stateVersion: 0, amountMinor: 12_500, fullMinor: 12_500 } as const;
    const settle = () => player.wallet.settleBet(result);
    const reach = () => player.wallet.decideCashOut({ orderId: rule.rule_id, verdict });
    await Promise.all(round % 2 === 0 ? [settle(), reach()] : [reach(), settle()]);
    const cash = await player.cash();
    first.add(cash === 102_500 ? "rule" : "settlement");
    expect([102_500, 110_000]).toContain(cash);
    expect((await player.wallet.digest()).violations).toEqual([]);
  }
  expect([...first].sort()).toEqual(["rule", "settlement"]);
}, 30_000);
