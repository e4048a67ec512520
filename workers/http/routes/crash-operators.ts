/** The back office's calls about a crash game's fairness, below /api/v1/admin/games/crash. */
import { ok } from "../../../shared/kernel/result.ts";
import {
  beginChainBody,
  chainImportOut,
  chainOut,
  chainPageBody,
  chainParams,
  closedOut,
  gameReportOut,
  reasonBody,
  reopenedOut,
} from "../../../shared/protocol/http/crash-operators.ts";
import { autoplayRecordsOut, autoplayRecordsQuery } from "../../../shared/protocol/http/crash-plans.ts";
import { gameParams } from "../../../shared/protocol/http/operators.ts";
import { addChainPage, beginChain, closeGame, publishChain, readGameReport, reopenGame } from "../../services/crash/chain-desk.ts";
import { presentAutoplayRecord } from "../../services/crash/present-plans.ts";
import { presentChain, presentImport, presentReport } from "../../services/crash/present-report.ts";
import { readAutoplay } from "../../services/crash/read-autoplay.ts";
import { type Api, route } from "../api.ts";

const BASE = "/api/v1/admin/games/crash/{game}";
const DESK = { tag: "Operators", auth: "staff", statuses: [200] } as const;
const TAKES_CHAINS = { ...DESK, method: "post", errors: ["FORBIDDEN", "NOT_FOUND", "CHAIN_REFUSED"] } as const;

export function addCrashOperatorRoutes(app: Api): void {
  addChains(app);
  addGame(app);
  addAutoplay(app);
}

function addAutoplay(app: Api): void {
  route(app, {
    ...DESK,
    method: "get",
    path: `${BASE}/autoplay`,
    summary: "A player's autoplay orders with all their values, and why each ended; the newest first.",
    params: gameParams,
    query: autoplayRecordsQuery,
    answer: autoplayRecordsOut,
    errors: ["FORBIDDEN", "NOT_FOUND"],
    handle: async ({ ctx, params, query }) => {
      const { user_id: userId, limit, offset } = query;
      const orders = await readAutoplay(ctx, { game: params.game, userId, limit, offset });
      return orders.ok ? ok({ body: { orders: orders.value.map(presentAutoplayRecord) } }) : orders;
    },
  });
}

function addChains(app: Api): void {
  route(app, {
    ...TAKES_CHAINS,
    path: `${BASE}/chains`,
    summary: "Begin to bring in a chain that was made offline, by its public statement.",
    params: gameParams,
    body: beginChainBody,
    answer: chainImportOut,
    handle: async ({ ctx, params, body }) => {
      const begun = await beginChain(ctx, { game: params.game, ...body });
      return begun.ok ? ok({ body: presentImport(begun.value) }) : begun;
    },
  });

  route(app, {
    ...TAKES_CHAINS,
    path: `${BASE}/chains/{terminating_hash}/pages`,
    summary: "Send the next sealed page of a chain; every link of it is checked.",
    params: chainParams,
    body: chainPageBody,
    answer: chainImportOut,
    handle: async ({ ctx, params, body }) => {
      const added = await addChainPage(ctx, { game: params.game, terminatingHash: params.terminating_hash, ...body });
      return added.ok ? ok({ body: presentImport(added.value) }) : added;
    },
  });

  route(app, {
    ...TAKES_CHAINS,
    path: `${BASE}/chains/{terminating_hash}/publish`,
    summary: "Commit to a complete chain, by another operator than the one who began it.",
    params: chainParams,
    body: reasonBody,
    answer: chainOut,
    handle: async ({ ctx, params, body }) => {
      const order = { game: params.game, terminatingHash: params.terminating_hash, reason: body.reason };
      const published = await publishChain(ctx, order);
      return published.ok ? ok({ body: presentChain(published.value) }) : published;
    },
  });
}

function addGame(app: Api): void {
  route(app, {
    ...DESK,
    method: "get",
    path: BASE,
    summary: "A crash game's chains, what its bets returned against what they should, and why it is closed.",
    params: gameParams,
    answer: gameReportOut,
    errors: ["FORBIDDEN", "NOT_FOUND"],
    handle: async ({ ctx, params }) => {
      const report = await readGameReport(ctx, params.game);
      return report.ok ? ok({ body: presentReport(report.value) }) : report;
    },
  });

  route(app, {
    ...DESK,
    method: "post",
    path: `${BASE}/close`,
    summary: "Stop a crash game: the round that is on ends by its rules, and none opens until it is opened again.",
    params: gameParams,
    body: reasonBody,
    answer: closedOut,
    errors: ["FORBIDDEN", "NOT_FOUND"],
    handle: async ({ ctx, params, body }) => {
      const closed = await closeGame(ctx, { game: params.game, reason: body.reason });
      return closed.ok ? ok({ body: { was_open: closed.value } }) : closed;
    },
  });

  route(app, {
    ...DESK,
    method: "post",
    path: `${BASE}/reopen`,
    summary: "Let a closed crash game open rounds again.",
    params: gameParams,
    body: reasonBody,
    answer: reopenedOut,
    errors: ["FORBIDDEN", "NOT_FOUND"],
    handle: async ({ ctx, params, body }) => {
      const reopened = await reopenGame(ctx, { game: params.game, reason: body.reason });
      return reopened.ok ? ok({ body: { was_closed: reopened.value } }) : reopened;
    },
  });
}
