/** Around a crash game: being shown to others, the chat and its socket, claiming a share of a rain. */
import { ok } from "../../../shared/kernel/result.ts";
import { crashGameParams } from "../../../shared/protocol/http/crash.ts";
import {
  authorParams,
  chatBody,
  chatMessageOut,
  chatOut,
  drawnRainOut,
  messageParams,
  mutesOut,
  rainOut,
  rainParams,
  reportBody,
  shownNameBody,
  shownNameOut,
} from "../../../shared/protocol/http/crash-lounge.ts";
import { emptyAnswer } from "../../../shared/protocol/http/identity.ts";
import { messageFrame, rainFrame } from "../../../shared/protocol/ws/crash-lounge-frames.ts";
import { listMutes, muteAuthor, openChatSocket, readChat, reportMessage, sayInChat } from "../../services/crash-lounge/chat.ts";
import { presentDrawnRain, presentShownName } from "../../services/crash-lounge/present-lounge.ts";
import { claimRain, readRain } from "../../services/crash-lounge/rain.ts";
import { readShownName, setShownName } from "../../services/crash-lounge/shown-name.ts";
import { type Api, errorResponse, route } from "../api.ts";

const GAMES = "/api/v1/games/crash";
const CHAT = `${GAMES}/{game}/chat`;
const PLAYER = { tag: "Crash", auth: "player", statuses: [200] } as const;
/** What keeps somebody out of a lounge. */
const CLOSED_TO = ["NOT_FOUND", "USER_NOT_VERIFIED", "SELF_EXCLUDED"] as const;

export function addCrashLoungeRoutes(app: Api): void {
  addShownName(app);
  addChat(app);
  addMuting(app);
  addRain(app);
  // A WebSocket has no JSON answer, so it is no `route`; its frames are in docs/crash-messages.md.
  app.get("/ws/games/:game/chat", async (c) => {
    const opened = await openChatSocket(c.get("ctx"), { game: c.req.param("game"), request: c.req.raw });
    return opened.ok ? opened.value : errorResponse(c, opened.error);
  });
}

function addShownName(app: Api): void {
  route(app, {
    ...PLAYER,
    method: "get",
    path: `${GAMES}/shown-name`,
    summary: "Whether other players are shown your masked name",
    answer: shownNameOut,
    errors: [],
    handle: async ({ ctx }) => {
      const read = await readShownName(ctx);
      return read.ok ? ok({ body: presentShownName(read.value) }) : read;
    },
  });
  route(app, {
    ...PLAYER,
    method: "put",
    path: `${GAMES}/shown-name`,
    summary: "Consent to be shown to other players, or withdraw it",
    body: shownNameBody,
    answer: shownNameOut,
    errors: ["USER_NOT_VERIFIED", "SELF_EXCLUDED"],
    handle: async ({ ctx, body }) => {
      const set = await setShownName(ctx, body.shown);
      return set.ok ? ok({ body: presentShownName(set.value) }) : set;
    },
  });
}

function addChat(app: Api): void {
  route(app, {
    ...PLAYER,
    method: "get",
    path: CHAT,
    summary: "The newest messages of a game's chat",
    params: crashGameParams,
    answer: chatOut,
    errors: CLOSED_TO,
    handle: async ({ ctx, params }) => {
      const read = await readChat(ctx, params.game);
      return read.ok ? ok({ body: { messages: read.value.map(messageFrame) } }) : read;
    },
  });
  route(app, {
    ...PLAYER,
    method: "post",
    path: CHAT,
    summary: "Write to a game's chat",
    idempotent: true,
    params: crashGameParams,
    body: chatBody,
    answer: chatMessageOut,
    statuses: [201],
    errors: [...CLOSED_TO, "CHAT_REFUSED"],
    handle: async ({ ctx, params, body, idempotencyKey }) => {
      const said = await sayInChat(ctx, { game: params.game, text: body.text, idempotencyKey });
      return said.ok ? ok({ body: messageFrame(said.value) }) : said;
    },
  });
  route(app, {
    ...PLAYER,
    method: "post",
    path: `${CHAT}/messages/{message_id}/reports`,
    summary: "Report a message to operators",
    params: messageParams,
    body: reportBody,
    answer: emptyAnswer,
    statuses: [204],
    errors: [...CLOSED_TO, "CHAT_REFUSED"],
    handle: async ({ ctx, params, body }) => {
      const reported = await reportMessage(ctx, { game: params.game, messageId: params.message_id, why: body.why });
      return reported.ok ? ok({ body: {} }) : reported;
    },
  });
}

function addMuting(app: Api): void {
  const muting = { ...PLAYER, path: `${CHAT}/mutes/{author}`, params: authorParams, answer: emptyAnswer, statuses: [204] } as const;
  route(app, {
    ...PLAYER,
    method: "get",
    path: `${CHAT}/mutes`,
    summary: "Authors that you do not read",
    params: crashGameParams,
    answer: mutesOut,
    errors: CLOSED_TO,
    handle: async ({ ctx, params }) => {
      const read = await listMutes(ctx, params.game);
      return read.ok ? ok({ body: { muted: [...read.value] } }) : read;
    },
  });
  route(app, {
    ...muting,
    method: "put",
    summary: "Do not read an author any more",
    errors: [...CLOSED_TO, "CHAT_REFUSED"],
    handle: async ({ ctx, params }) => {
      const muted = await muteAuthor(ctx, { ...params, muted: true });
      return muted.ok ? ok({ body: {} }) : muted;
    },
  });
  route(app, {
    ...muting,
    method: "delete",
    summary: "Read an author again",
    errors: CLOSED_TO,
    handle: async ({ ctx, params }) => {
      const muted = await muteAuthor(ctx, { ...params, muted: false });
      return muted.ok ? ok({ body: {} }) : muted;
    },
  });
}

function addRain(app: Api): void {
  route(app, {
    ...PLAYER,
    method: "get",
    path: `${GAMES}/{game}/rains/{rain_id}`,
    summary: "A rain of free bets, with the drawn order of its claims",
    params: rainParams,
    answer: drawnRainOut,
    errors: CLOSED_TO,
    handle: async ({ ctx, params }) => {
      const read = await readRain(ctx, { game: params.game, rainId: params.rain_id });
      return read.ok ? ok({ body: presentDrawnRain(read.value) }) : read;
    },
  });
  route(app, {
    ...PLAYER,
    method: "post",
    path: `${GAMES}/{game}/rains/{rain_id}/claim`,
    summary: "Claim a share of a rain, while it rains and with the chat open",
    params: rainParams,
    answer: rainOut,
    errors: [...CLOSED_TO, "RAIN_REFUSED"],
    handle: async ({ ctx, params }) => {
      const claimed = await claimRain(ctx, { game: params.game, rainId: params.rain_id });
      return claimed.ok ? ok({ body: rainFrame(claimed.value) }) : claimed;
    },
  });
}
