/**
 * The catalogue, live odds, the odds WebSocket, and the port that odds feeds post to.
 */
import type * as z from "zod";
import { CALLBACK_BODY_BYTES_MAX, FEED_XML_BODY_CHARS_MAX, PAGE_ROWS_MAX } from "../../../shared/kernel/limits.ts";
import { ok } from "../../../shared/kernel/result.ts";
import { fixtureWire } from "../../../shared/odds/fixture-view.ts";
import { FEED_SIGNATURE_HEADER } from "../../../shared/protocol/feed/batch.ts";
import {
  fixtureParams,
  fixtureSchema,
  listFixturesAnswer,
  listFixturesQuery,
  liveOddsAnswer,
} from "../../../shared/protocol/http/fixtures.ts";
import { receiveMessages } from "../../services/feeds/receive-messages.ts";
import { receiveUof } from "../../services/feeds/receive-uof.ts";
import { getFixture } from "../../services/fixtures/get-fixture.ts";
import { listFixtures } from "../../services/fixtures/list-fixtures.ts";
import { liveOdds } from "../../services/fixtures/live-odds.ts";
import { openOddsSocket } from "../../services/fixtures/open-odds-socket.ts";
import { type Api, errorResponse, route } from "../api.ts";

export function addFixtureRoutes(app: Api): void {
  route(app, {
    method: "get",
    path: "/api/v1/fixtures",
    tag: "Sportsbook",
    summary: "Fixtures with their markets and prices, by start",
    auth: "none",
    query: listFixturesQuery,
    answer: listFixturesAnswer,
    statuses: [200],
    errors: [],
    handle: async ({ ctx, query: { status, sport, limit, offset } }) => {
      const page = await listFixtures(ctx, { status, sport: sport ?? null, limit, offset });
      if (!page.ok) return page;
      return ok({ body: { fixtures: page.value.fixtures.map(fixtureWire), total: page.value.total, limit, offset } });
    },
  });

  route(app, {
    method: "get",
    path: "/api/v1/fixtures/{id}",
    tag: "Sportsbook",
    summary: "One fixture with its markets and prices",
    auth: "none",
    params: fixtureParams,
    answer: fixtureSchema,
    statuses: [200],
    errors: ["NOT_FOUND"],
    handle: async ({ ctx, params }) => {
      const fixture = await getFixture(ctx, { fixtureId: params.id });
      return fixture.ok ? ok({ body: fixtureWire(fixture.value) }) : fixture;
    },
  });

  route(app, {
    method: "get",
    path: "/api/v1/odds/live",
    tag: "Sportsbook",
    summary: "Live matches with the prices that can be bet on now",
    auth: "none",
    answer: liveOddsAnswer,
    statuses: [200],
    errors: [],
    handle: async ({ ctx }) => {
      const page = await listFixtures(ctx, { status: "live", sport: null, limit: PAGE_ROWS_MAX, offset: 0 });
      if (!page.ok) return page;
      const body: z.input<typeof liveOddsAnswer> = { matches: page.value.fixtures.map(liveOdds) };
      return ok({ body });
    },
  });

  addOddsSocket(app);
  addFeedPort(app);
}

/** A WebSocket has no JSON answer, so it is no `route`; the frames are documented in shared/protocol/ws/odds.ts. */
function addOddsSocket(app: Api): void {
  app.get("/ws/odds/:channel", async (c) => {
    const socket = await openOddsSocket(c.get("ctx"), { channel: c.req.param("channel"), request: c.req.raw });
    return socket.ok ? socket.value : errorResponse(c, socket.error);
  });
}

/** The signature is over the bytes as they came, so the body is read as text before anything parses it. */
function addFeedPort(app: Api): void {
  const ports = [
    { name: "messages", receive: receiveMessages, charsMax: CALLBACK_BODY_BYTES_MAX },
    { name: "uof", receive: receiveUof, charsMax: FEED_XML_BODY_CHARS_MAX },
  ] as const;
  for (const { name, receive, charsMax } of ports) {
    app.post(`/feeds/:feed/${name}`, async (c) => {
      const body = await c.req.text();
      if (body.length > charsMax) return errorResponse(c, { code: "BODY_TOO_LARGE" });
      const signature = c.req.header(FEED_SIGNATURE_HEADER) ?? null;
      const receipt = await receive(c.get("ctx"), { feed: c.req.param("feed"), signature, body });
      return receipt.ok ? c.json(receipt.value) : errorResponse(c, receipt.error);
    });
  }
}
