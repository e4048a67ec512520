/** Hostile XML at the real port: each document is refused by its number under its word, its neighbours are taken, and nothing changes. */
import { expect, it } from "vitest";
import { channelOf } from "./messages.ts";
import { postUof, recover, UofMatch } from "./uof-feed.ts";

it("changes no fixture and keeps no neighbour from being read", async () => {
  const match = new UofMatch();
  await recover(9_500, [3]);
  await postUof([match.document(), match.xml("02-")]);
  const before = await channelOf(match.fixtureId).view();
  const stop = (more: string, head = "", content = "") =>
    `${head}<bet_stop product="3" event_id="sr:match:${match.number}" timestamp="1790009000000" groups="all" ${more}>${content}</bet_stop>`;
  const hostile: readonly (readonly [string, string])[] = [
    ["has a document type", stop("", '<!DOCTYPE a [<!ENTITY b "c">]>')],
    ["has a document type", stop("", '<!DOCTYPE a SYSTEM "http://127.0.0.1/a">')],
    ["has an unknown entity", stop('x="&b;"')],
    ["is nested too deep", stop("", "", "<a>".repeat(10_000) + "</a>".repeat(10_000))],
    ["has too much in its attributes", stop(`x="${"y".repeat(100_000)}"`)],
    ["is not in UTF-8", stop("", '<?xml version="1.0" encoding="UTF-7"?>')],
    ["is no XML", stop("") + stop("")],
  ];
  const { status, body } = await postUof([
    ...hostile.map(([, xml]) => ({ xml })),
    { xml: `<alive product="3" timestamp="${Date.now()}" subscribed="1"/>` },
  ]);
  expect(status).toBe(200);
  expect((body.refused as { reason: string }[]).map(({ reason }) => reason)).toEqual(hostile.map(([reason]) => reason));
  expect(await channelOf(match.fixtureId).view()).toEqual(before);
  expect((await postUof([{ xml: stop("") }])).body).toMatchObject({ accepted: 1 });
  expect(await channelOf(match.fixtureId).view()).not.toEqual(before);
});
