/** What the provider's documents say of a match that messages did not: put right, and kept as evidence once. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { channelOf } from "./messages.ts";
import { postUof, recover, UofMatch } from "./uof-feed.ts";

async function items(match: UofMatch) {
  const found = await env.DB_KE.prepare(
    "SELECT class, note, resolved_at_ms IS NOT NULL AS resolved FROM recon_item WHERE subject = ? ORDER BY class",
  )
    .bind(match.fixtureId)
    .all<{ class: string; note: string; resolved: number }>();
  return found.results;
}

/** The summary as if made now: newer than what the messages say. */
const summary = (match: UofMatch, change: (text: string) => string = (text) => text) =>
  match.xml("rest.summary", (text) => change(text).replaceAll("2026-09-21T19:00:00+00:00", new Date(1_790_030_000_000).toISOString()));

it("the end of a match that no message told of is taken from its summary, and written down; the next look finds nothing", async () => {
  const match = new UofMatch();
  await recover(9_600);
  await postUof([match.document(), match.xml("02-"), match.xml("07-")]);
  expect(await channelOf(match.fixtureId).view()).toMatchObject({ status: "live", homeScore: 0 });
  expect(await items(match)).toEqual([]);

  expect((await postUof([summary(match)])).body).toMatchObject({ accepted: 1, refused: [] });
  expect(await channelOf(match.fixtureId).view()).toMatchObject({ status: "finished", homeScore: 1, awayScore: 1 });
  const found = [{ class: "play_differs", note: "live 0:0 here, finished 1:1 by the provider", resolved: 1 }];
  expect(await items(match)).toEqual(found);

  await postUof([summary(match)]);
  expect(await items(match)).toEqual(found);
});

it("a lead that only the summary knows of pays no bet early: its score may have extra time in it", async () => {
  const match = new UofMatch();
  await recover(9_650);
  await postUof([match.document(), match.xml("02-"), match.xml("07-")]);
  const scores = () =>
    runInDurableObject(channelOf(match.fixtureId), (_channel, state) => {
      const { scores: words } = state.storage.sql.exec<{ scores: string }>("SELECT state ->> '$.scores' AS scores FROM fixture").one();
      return JSON.parse(words) as unknown[];
    });
  const before = await scores();
  const afterExtraTime = summary(match, (text) => text.replaceAll('home_score="1"', 'home_score="3"'));
  await postUof([afterExtraTime]);
  expect(await channelOf(match.fixtureId).view()).toMatchObject({ status: "finished", homeScore: 3, awayScore: 1 });
  expect(before).toHaveLength(1);
  expect(await scores()).toEqual(before);
});

it("a summary that agrees, or of a match still played or never announced, changes nothing", async () => {
  const match = new UofMatch();
  await recover(9_700);
  await postUof([match.document(), match.xml("02-"), match.xml("07-"), match.xml("20-")]);
  const before = await channelOf(match.fixtureId).view();
  await postUof([summary(match)]);
  expect((await channelOf(match.fixtureId).view())?.markets).toEqual(before?.markets);
  expect(await items(match)).toEqual([]);
  const unknown = new UofMatch();
  expect((await postUof([summary(unknown)])).body).toMatchObject({ accepted: 0, unknown_fixtures: [unknown.fixtureId] });
  expect(await channelOf(unknown.fixtureId).view()).toBeNull();
  const playing = match.xml("rest.summary", (text) => text.replace('status_code="4"', 'status_code="1"'));
  expect((await postUof([playing])).body).toMatchObject({ accepted: 0, refused: [] });
});

it("a start that was moved without a word is taken over and written down", async () => {
  const match = new UofMatch();
  await postUof([match.document()]);
  const { xml } = match.xml("rest.fixture", (text) => text.replaceAll("2026-09-21T17:00:00+00:00", "2027-01-02T03:00:00Z")) as {
    xml: string;
  };
  const path = `/sports/en/sport_events/sr:match:${match.number}/fixture_change_fixture.xml`;
  await postUof([{ xml, path }]);
  expect((await channelOf(match.fixtureId).view())?.startsAtMs).toBe(Date.parse("2027-01-02T03:00:00Z"));
  expect(await items(match)).toMatchObject([{ class: "start_differs", resolved: 1 }]);
});
