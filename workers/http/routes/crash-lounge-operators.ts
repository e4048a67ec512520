/** The back office's calls about a game's lounge: the chat's reports, deleting and silencing, and rains of free bets. */
import { ok } from "../../../shared/kernel/result.ts";
import { toRfc3339, unixMs } from "../../../shared/kernel/time.ts";
import { crashGameParams } from "../../../shared/protocol/http/crash.ts";
import {
  deskReasonBody,
  messageParams,
  rainBody,
  rainLogOut,
  rainOut,
  rainParams,
  reportParams,
  reportsOut,
  silenceBody,
  silenceOut,
} from "../../../shared/protocol/http/crash-lounge.ts";
import { emptyAnswer } from "../../../shared/protocol/http/identity.ts";
import { rainFrame } from "../../../shared/protocol/ws/crash-lounge-frames.ts";
import { closeReport, deleteMessage, readReports, silenceAuthor } from "../../services/crash-lounge/chat-desk.ts";
import { presentRainLog, presentReports } from "../../services/crash-lounge/present-lounge.ts";
import { readRainLog, startRain } from "../../services/crash-lounge/rain.ts";
import { type Api, route } from "../api.ts";

const BASE = "/api/v1/admin/games/crash/{game}";
const DESK = { tag: "Operators", auth: "staff", statuses: [200], errors: ["FORBIDDEN", "NOT_FOUND"] } as const;

export function addCrashLoungeOperatorRoutes(app: Api): void {
  addReports(app);
  addModeration(app);
  addRains(app);
}

function addReports(app: Api): void {
  route(app, {
    ...DESK,
    method: "get",
    path: `${BASE}/chat/reports`,
    summary: "Messages that players reported and nobody has dealt with.",
    params: crashGameParams,
    answer: reportsOut,
    handle: async ({ ctx, params }) => {
      const read = await readReports(ctx, params.game);
      return read.ok ? ok({ body: presentReports(read.value) }) : read;
    },
  });
  route(app, {
    ...DESK,
    method: "post",
    path: `${BASE}/chat/reports/{report_id}/close`,
    summary: "Close a report, with what was decided.",
    params: reportParams,
    body: deskReasonBody,
    answer: emptyAnswer,
    statuses: [204],
    handle: async ({ ctx, params, body }) => {
      const closed = await closeReport(ctx, { game: params.game, reportId: params.report_id, reason: body.reason });
      return closed.ok ? ok({ body: {} }) : closed;
    },
  });
}

function addModeration(app: Api): void {
  route(app, {
    ...DESK,
    method: "post",
    path: `${BASE}/chat/messages/{message_id}/delete`,
    summary: "Take a message out of the chat.",
    params: messageParams,
    body: deskReasonBody,
    answer: emptyAnswer,
    statuses: [204],
    handle: async ({ ctx, params, body }) => {
      const deleted = await deleteMessage(ctx, { game: params.game, messageId: params.message_id, reason: body.reason });
      return deleted.ok ? ok({ body: {} }) : deleted;
    },
  });
  route(app, {
    ...DESK,
    method: "post",
    path: `${BASE}/chat/silences`,
    summary: "Silence an author for a time.",
    params: crashGameParams,
    body: silenceBody,
    answer: silenceOut,
    handle: async ({ ctx, params, body }) => {
      const silenced = await silenceAuthor(ctx, { game: params.game, ...body });
      if (!silenced.ok) return silenced;
      return ok({ body: { user_id: silenced.value.userId, until: toRfc3339(unixMs(silenced.value.untilMs)) } });
    },
  });
}

function addRains(app: Api): void {
  route(app, {
    ...DESK,
    method: "post",
    path: `${BASE}/rains`,
    summary: "Start a rain of free bets out of a campaign's budget.",
    idempotent: true,
    params: crashGameParams,
    body: rainBody,
    answer: rainOut,
    statuses: [201],
    errors: ["FORBIDDEN", "NOT_FOUND", "PROMOTION_REFUSED", "RAIN_REFUSED"],
    handle: async ({ ctx, params, body, idempotencyKey }) => {
      const { campaign: campaignId, amount: amountMinor, shares, claim_seconds: claimSeconds, reason } = body;
      const order = { game: params.game, campaignId, amountMinor, shares, claimSeconds, reason, idempotencyKey };
      const started = await startRain(ctx, order);
      return started.ok ? ok({ body: rainFrame(started.value) }) : started;
    },
  });
  route(app, {
    ...DESK,
    method: "get",
    path: `${BASE}/rains/{rain_id}`,
    summary: "A rain, with its draw and what came of each share.",
    params: rainParams,
    answer: rainLogOut,
    handle: async ({ ctx, params }) => {
      const read = await readRainLog(ctx, { game: params.game, rainId: params.rain_id });
      return read.ok ? ok({ body: presentRainLog(read.value) }) : read;
    },
  });
}
