/** Names that a feed posts: what was not sold for want of them is sold under them, and a document that can't be read changes nothing. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { channelOf } from "./messages.ts";
import { postUof, recover, UofMatch } from "./uof-feed.ts";

/** Of no real feed, and of no other test. */
const MARKET = `9${String(Date.now()).slice(-8)}`;
const PATH = "/descriptions/en/markets.xml";
const PLAYER = `sr:player:${Date.now()}`.slice(0, 22);

const document = (id: string, name: string) => ({
  path: PATH,
  xml: `<market_descriptions><market id="${id}" name="${name}" groups="all|score"><outcomes><outcome id="1" name="over {total}"/></outcomes></market></market_descriptions>`,
});

function odds(match: UofMatch, atMs: number) {
  const outcomes = `<outcome id="1" odds="2.5"/><outcome id="${PLAYER}" odds="3.5"/>`;
  const market = `<odds><market id="${MARKET}" specifiers="total=1.5" status="1">${outcomes}</market></odds>`;
  return match.message("odds_change", 'product="3"', market, atMs);
}

const marketOf = async (match: UofMatch) => (await channelOf(match.fixtureId).view())?.markets.find(({ type }) => type === `uof${MARKET}`);

it("a market is sold when the feed has described it, its players when they are, and keeps its id all the while", async () => {
  const match = new UofMatch();
  await recover(9_400, [3]);
  const first = await postUof([match.document(), odds(match, 1)]);
  expect(first.body).toMatchObject({ accepted: 2, undescribed: [{ market: MARKET, variant: null }, { player: PLAYER }] });
  const before = await marketOf(match);
  expect(before).toMatchObject({ name: `Market ${MARKET}`, status: "closed" });

  const second = await postUof([document(MARKET, "Cards"), odds(match, 2)]);
  expect(second.body).toMatchObject({ refused: [], undescribed: [{ player: PLAYER }] });
  const described = await marketOf(match);
  expect(described).toMatchObject({ marketId: before?.marketId, name: "Cards 1.5", status: "active" });
  expect(described?.outcomes.map(({ name, status }) => [name, status])).toEqual([
    ["over 1.5", "active"],
    [PLAYER, "suspended"],
  ]);

  const profile = {
    path: `/sports/en/players/${PLAYER}/profile.xml`,
    xml: `<player_profile><player id="${PLAYER}" name="One, Test"/></player_profile>`,
  };
  expect((await postUof([profile, odds(match, 3)])).body).toMatchObject({ undescribed: [] });
  expect((await marketOf(match))?.outcomes.map(({ name, status }) => [name, status])).toEqual([
    ["over 1.5", "active"],
    ["One, Test", "active"],
  ]);
});

it("a document that can't be read is refused by its number and changes no name", async () => {
  const monitor = env.FEED_MONITOR.getByName("uof");
  const all = async () => {
    let page = await monitor.descriptionsSince({ language: "en", version: 0 });
    while (!page.isComplete) page = await monitor.descriptionsSince({ language: "en", version: page.version });
    return page.version;
  };
  const before = await all();
  const answer = await postUof([
    { path: PATH, xml: "<market_descriptions>" },
    { path: PATH, xml: '<alive product="3"/>' },
  ]);
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({ accepted: 0, refused: [{ reason: "is no XML" }, { reason: expect.any(String) }] });
  expect(await all()).toBe(before);
});
