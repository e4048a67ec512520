/** Boosts that operators give to players, over HTTP: quoted to them alone, used in their bets, and refused to others. */
import { describe, expect, it } from "vitest";
import { BOOSTS } from "../../../shared/tenants/sports/boosts.ts";
import { expectUnchanged, newPlayer, type Player, single } from "../bets/player.ts";
import { openFixture } from "../odds/messages.ts";
import { auditOf, callAdmin, type LedgerCall } from "../operators/ledger-client.ts";

interface Grant {
  readonly grant_id: string;
  readonly uses_left: number;
  readonly error: { readonly code: string; readonly details: Readonly<Record<string, unknown>> };
}

const BOOST = BOOSTS.KE.find(({ personal }) => personal !== undefined)?.boostId ?? "";
const support: LedgerCall = { role: "support", email: "support@mkeka.test" };
const userOf = ({ walletId }: Player) => walletId.slice("KE:".length);
const grant = (player: Player, changes: Record<string, unknown> = {}, how: LedgerCall = support) =>
  callAdmin<Grant>(`wallets/${userOf(player)}/boosts`, { ...how, body: { boost_id: BOOST, uses: 2, ...changes } });
const boostsOf = async (player: Player) => (await player.get("/api/v1/promotions")).body["boosts"];
const quote = (player: Player, slip: object) => player.post("/api/v1/bets/quote", slip);

describe("a boost that a player was given", () => {
  it("is shown and quoted to that player, used bet by bet, and then gone", async () => {
    const [player, other] = await Promise.all([newPlayer(100_000), newPlayer(100_000)]);
    const { fixtureId } = await openFixture();
    const key = crypto.randomUUID();
    const [first, again] = [
      await grant(player, { max_stake: 500 }, { ...support, key }),
      await grant(player, { max_stake: 500 }, { ...support, key }),
    ];
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body).toEqual(first.body);
    expect(await boostsOf(player)).toMatchObject([{ boost_id: BOOST, max_stake: 500, uses_left: 2 }]);
    expect((await auditOf(userOf(player))).map(({ action }) => action)).toContain("promotion.grant_boost:done");

    const slip = single(fixtureId);
    const offer = { boost_id: BOOST, percent: 15, max_stake: 500, selections: [{ odds: 2, boosted_odds: 2.15 }] };
    expect((await quote(player, slip)).body).toMatchObject({ boosts: [offer] });
    expect((await quote(other, slip)).body).toMatchObject({ boosts: [] });
    const named = { ...slip, boost_id: BOOST };
    const betKey = crypto.randomUUID();
    for (const attempt of [1, 2]) {
      const placed = await player.bet(named, betKey);
      expect(placed, `attempt ${attempt}`).toMatchObject({ status: 201, body: { potential_win: 215, selections: [{ odds: 2.15 }] } });
    }
    expect(await boostsOf(player)).toMatchObject([{ uses_left: 1 }]);
    expect((await player.bet(named)).status).toBe(201);
    expect(await boostsOf(player)).toEqual([]);
    const spent = await expectUnchanged(player, () => player.bet(named));
    expect(spent).toMatchObject({ status: 409, body: { error: { code: "BOOST_REFUSED", details: { reason: "used_up" } } } });
    // The last repeat of a bet that used one is answered as it was.
    expect((await player.bet(named, betKey)).status).toBe(201);
  });

  it("is taken once by bets of the same moment", async () => {
    const player = await newPlayer(100_000);
    const { fixtureId } = await openFixture();
    expect((await grant(player, { uses: 1 })).status).toBe(201);
    const named = { ...single(fixtureId), boost_id: BOOST };
    const answers = await Promise.all([1, 2, 3].map(() => player.bet(named)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect(await player.cash()).toBe(90_000);
  });

  it("is refused to a player who has none and above its stake, and nothing has changed", async () => {
    const [player, other] = await Promise.all([newPlayer(100_000), newPlayer(100_000)]);
    const { fixtureId } = await openFixture();
    await grant(player, { max_stake: 50 });
    const named = { ...single(fixtureId), boost_id: BOOST };
    const refused = (details: object) => ({ status: 409, body: { error: { code: "BOOST_REFUSED", details } } });
    expect(await expectUnchanged(other, () => other.bet(named))).toMatchObject(refused({ reason: "not_granted" }));
    expect(await quote(other, named)).toMatchObject(refused({ reason: "not_granted" }));
    expect(await expectUnchanged(player, () => player.bet(named))).toMatchObject(refused({ reason: "stake", max: 50 }));
  });

  it("is not given beyond its campaign, of one that is for everybody, or by other roles", async () => {
    const player = await newPlayer(0);
    const refused = (reason: string) => ({ status: 409, body: { error: { code: "PROMOTION_REFUSED", details: { reason } } } });
    await expectUnchanged(player, async () => {
      expect(await grant(player, { uses: 6 })).toMatchObject(refused("uses"));
      expect(await grant(player, { max_stake: 2_000.01 })).toMatchObject(refused("amount"));
      expect(await grant(player, { boost_id: "KE-opening-2027" })).toMatchObject(refused("unknown_campaign"));
      expect((await grant(player, {}, { ...support, role: "regulator" })).status).toBe(403);
      expect((await grant(player, { uses: 0 })).status).toBe(400);
    });
    expect(await boostsOf(player)).toEqual([]);
  });
});
