/**
 * What a lounge's sockets are told: what was said, in batches and without those whom the reader mutes, what was deleted, and rains.
 * A batch is memory only: whoever misses one reads it in the history of the next connection.
 */
import { toRfc3339, unixMs } from "../../shared/kernel/time.ts";
import type { RainView } from "../../shared/protocol/rpc/crash-lounge.ts";
import type { LoungeServerFrame } from "../../shared/protocol/ws/crash-lounge.ts";
import { messageFrame, rainFrame } from "../../shared/protocol/ws/crash-lounge-frames.ts";
import type { ChatStore, SentMessage } from "./chat-store.ts";
import type { LoungeSockets } from "./lounge-sockets.ts";
import type { RainStore } from "./rain-store.ts";

const BATCH_MS = 250;

export class LoungeBroadcast {
  readonly #sockets: LoungeSockets;
  readonly #chat: ChatStore;
  readonly #rains: RainStore;
  #batch: SentMessage[] = [];

  constructor(sockets: LoungeSockets, chat: ChatStore, rains: RainStore) {
    this.#sockets = sockets;
    this.#chat = chat;
    this.#rains = rains;
  }

  greet(socket: WebSocket, userId: string, nowMs: number): void {
    this.#sockets.send(socket, this.#historyOf(userId, nowMs));
  }

  /** An author's consent has changed: what was shown of them is called otherwise, or not at all. */
  renamed(author: string, name: string | null, nowMs: number): void {
    this.#batch = this.#batch.map((sent) => (sent.message.author === author ? { ...sent, message: { ...sent.message, name } } : sent));
    const frame: LoungeServerFrame = { type: "renamed", author, name };
    this.#sockets.sendEach(() => frame, nowMs);
  }

  /** Leaves a message for the next batch. */
  said(message: SentMessage): void {
    if (this.#batch.length === 0) setTimeout(() => this.#sendBatch(Date.now()), BATCH_MS);
    this.#batch.push(message);
  }

  deleted(messageId: string, nowMs: number): void {
    this.#batch = this.#batch.filter(({ message }) => message.messageId !== messageId);
    const frame: LoungeServerFrame = { type: "deleted", message_id: messageId };
    this.#sockets.sendEach(() => frame, nowMs);
  }

  rain(rain: RainView, nowMs: number): void {
    const sharers = rain.state === "OPEN" ? null : this.#rains.sharers(rain.rainId);
    const frameFor = (yours: boolean | null): LoungeServerFrame => ({ type: "rain", rain: rainFrame(rain), yours });
    const [open, won, lost] = [frameFor(null), frameFor(true), frameFor(false)];
    this.#sockets.sendEach((userId) => (sharers === null ? open : sharers.has(userId) ? won : lost), nowMs);
  }

  #sendBatch(nowMs: number): void {
    const batch = this.#batch.map(({ userId, message }) => ({ frame: messageFrame(message), mutedBy: this.#chat.mutedBy(userId) }));
    this.#batch = [];
    const all: LoungeServerFrame = { type: "messages", messages: batch.map(({ frame }) => frame) };
    this.#sockets.sendEach((reader) => {
      if (!batch.some(({ mutedBy }) => mutedBy.has(reader))) return all;
      const messages = batch.filter(({ mutedBy }) => !mutedBy.has(reader)).map(({ frame }) => frame);
      return messages.length === 0 ? null : { type: "messages", messages };
    }, nowMs);
  }

  #historyOf(userId: string, nowMs: number): LoungeServerFrame {
    const newest = this.#rains.newest();
    const rain = newest?.state === "OPEN" ? rainFrame(newest) : null;
    const messages = this.#chat.messagesFor(userId).map(messageFrame);
    return { type: "history", messages, rain, server_time: toRfc3339(unixMs(nowMs)) };
  }
}
