/**
 * The lounge of the crash game as this page sees it: the chat, and a rain of free bets. Connected while its sheet is open only, so that
 * nobody pays for what they do not read. What the player does goes over HTTP; what came of it is shown when the server says so.
 */
import { signal } from "@preact/signals";
import type { ChatMessageFrame, LoungeServerFrame, RainFrame } from "../../../shared/protocol/ws/crash-lounge.ts";
import { call } from "../api/client.ts";
import { openSocket, type Socket } from "../sockets/socket.ts";
import { refreshPromotions } from "./promotions.ts";
import { sayTrouble } from "./toasts.ts";

const MESSAGES_MAX = 100;

type MutedAuthor = Pick<ChatMessageFrame, "author" | "name">;

/** Oldest first. */
export const messages = signal<readonly ChatMessageFrame[]>([]);
export const rain = signal<RainFrame | null>(null);
/** Whether this player has a share of the rain; null until it is drawn. */
export const hasShare = signal<boolean | null>(null);
/** The rain that this player has claimed. */
export const claimedRain = signal<string | null>(null);
/** Authors that this player does not read. */
export const muted = signal<readonly MutedAuthor[]>([]);
export const isLoungeUp = signal(false);

const path = (gameId: string, rest: string) => `/api/v1/games/crash/${encodeURIComponent(gameId)}/${rest}`;

/** Connects; gives what ends it. */
export function enterLounge(gameId: string): () => void {
  const socket: Socket = openSocket({
    ...{ path: `/ws/games/${encodeURIComponent(gameId)}/chat`, ping: "ping", asPlayer: true },
    onLine: (isUp) => {
      isLoungeUp.value = isUp;
    },
    onFrame: (frame) => takeFrame(frame as LoungeServerFrame),
  });
  return () => {
    socket.close();
    isLoungeUp.value = false;
  };
}

function takeFrame(frame: LoungeServerFrame): void {
  switch (frame.type) {
    case "history":
      messages.value = frame.messages;
      rain.value = frame.rain;
      break;
    case "messages":
      add(frame.messages);
      break;
    case "renamed":
      messages.value = messages.value.map((message) => (message.author === frame.author ? { ...message, name: frame.name } : message));
      break;
    case "deleted":
      messages.value = messages.value.filter((message) => message.message_id !== frame.message_id);
      break;
    case "rain":
      rain.value = frame.rain;
      hasShare.value = frame.yours;
      if (frame.rain.state === "SETTLED" && frame.yours === true) refreshPromotions().catch(sayTrouble);
      break;
  }
}

function add(newer: readonly ChatMessageFrame[]): void {
  const known = new Set(messages.value.map((message) => message.message_id));
  messages.value = [...messages.value, ...newer.filter((message) => !known.has(message.message_id))].slice(-MESSAGES_MAX);
}

/** Throws what the server refuses. */
export async function sayInChat(gameId: string, text: string): Promise<void> {
  const said = await call<ChatMessageFrame>("POST", path(gameId, "chat"), { body: { text }, key: crypto.randomUUID() });
  add([said]);
}

export async function muteAuthor(gameId: string, author: string): Promise<void> {
  await call("PUT", path(gameId, `chat/mutes/${author}`), { body: {} });
  messages.value = messages.value.filter((message) => message.author !== author);
  await refreshMutes(gameId);
}

/** Reads the author again, also what was written before. */
export async function unmuteAuthor(gameId: string, author: string): Promise<void> {
  await call("DELETE", path(gameId, `chat/mutes/${author}`));
  const [{ messages: read }] = await Promise.all([
    call<{ messages: ChatMessageFrame[] }>("GET", path(gameId, "chat")),
    refreshMutes(gameId),
  ]);
  messages.value = read;
}

export async function refreshMutes(gameId: string): Promise<void> {
  muted.value = (await call<{ muted: MutedAuthor[] }>("GET", path(gameId, "chat/mutes"))).muted;
}

export async function reportMessage(gameId: string, messageId: string, why: string): Promise<void> {
  await call("POST", path(gameId, `chat/messages/${messageId}/reports`), { body: { why } });
}

export async function claimRain(gameId: string, rainId: string): Promise<void> {
  rain.value = await call<RainFrame>("POST", path(gameId, `rains/${rainId}/claim`), { body: {} });
  claimedRain.value = rainId;
  hasShare.value = null;
}
