/**
 * The sockets of one table. They hibernate: what a socket is (its country, its player) is its attachment; the index by player, the
 * sequence and the brakes are caches that a woken object makes anew. A player has so many here and no more: one too many closes the oldest,
 * so that the page opened last always works, and nobody can make a table write the same frames a thousand times over.
 */
import { CLOSED_REPLACED } from "../../shared/protocol/ws/close-codes.ts";
import type { Country } from "../../shared/tenants/tenant.ts";
import type { UnsentFrame } from "./crash-frames.ts";

/** How long a ticket's holder may bet on a connection before the socket asks for a fresh ticket: an access token's life. */
export const SOCKET_LOGIN_MS = 15 * 60_000;
/** Codes that a peer reports but nobody may send. */
const UNSENDABLE_CODES: readonly number[] = [1005, 1006, 1015];
const FRAMES_PER_WINDOW = 50;
const WINDOW_MS = 10_000;
/** On connections of the full form: few, and found without looking at the others. */
const FULL_TAG = "full";

export interface SocketPlayer {
  readonly userId: string;
  readonly country: Country;
  readonly untilMs: number;
}

export interface SocketState {
  /** Where the connection comes from: bets are taken at home only. */
  readonly country: Country | null;
  readonly player: SocketPlayer | null;
  /** The client keeps the state itself and wants only what changes. */
  readonly isLean: boolean;
  /** When it was opened; absent on connections from before this was kept, which are the oldest. */
  readonly openedAtMs?: number;
}

export class TableSockets {
  readonly #ctx: DurableObjectState;
  readonly #perPlayerMax: number;
  #seq = 0;
  #byUser: Map<string, Set<WebSocket>> | null = null;
  /** How many are open, as far as known: counting them for each bet would cost more than the bet. */
  #count: number | null = null;
  /** Read from the attachment once for as long as the object is awake: reading it for every frame costs as much as sending. */
  readonly #states = new WeakMap<WebSocket, SocketState>();
  readonly #windows = new WeakMap<WebSocket, { startedAtMs: number; frames: number }>();

  constructor(ctx: DurableObjectState, perPlayerMax: number) {
    this.#ctx = ctx;
    this.#perPlayerMax = perPlayerMax;
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  accept(socket: WebSocket, state: SocketState): void {
    this.#ctx.acceptWebSocket(socket, state.isLean ? [] : [FULL_TAG]);
    this.#keep(socket, state);
    if (this.#count !== null) this.#count += 1;
    this.#makeRoom(socket, state);
  }

  stateOf(socket: WebSocket): SocketState {
    const known = this.#states.get(socket) ?? (socket.deserializeAttachment() as SocketState);
    this.#states.set(socket, known);
    return known;
  }

  setPlayer(socket: WebSocket, player: SocketPlayer): void {
    const state = { ...this.stateOf(socket), player };
    this.forget(socket);
    this.#keep(socket, state);
    this.#makeRoom(socket, state);
  }

  /** The socket's player while the login is fresh. */
  playerOf(socket: WebSocket, nowMs: number): SocketPlayer | null {
    const { player } = this.stateOf(socket);
    return player !== null && player.untilMs > nowMs ? player : null;
  }

  /** Counts a frame; false when the socket sends more than its share. */
  mayTalk(socket: WebSocket, nowMs: number): boolean {
    const window = this.#windows.get(socket);
    if (window === undefined || nowMs - window.startedAtMs >= WINDOW_MS) {
      this.#windows.set(socket, { startedAtMs: nowMs, frames: 1 });
      return true;
    }
    window.frames += 1;
    return window.frames <= FRAMES_PER_WINDOW;
  }

  count(): number {
    this.#count ??= this.#open().length;
    return this.#count;
  }

  /** Counts again with the next question. */
  recount(): void {
    this.#count = null;
  }

  send(socket: WebSocket, frame: UnsentFrame): void {
    this.#write(socket, this.#text(frame));
  }

  sendTo(userId: string, frame: UnsentFrame): void {
    const text = this.#text(frame);
    for (const socket of this.#users().get(userId) ?? []) this.#write(socket, text);
  }

  /** Sends all the same; `lean` instead to those who keep the state themselves. */
  broadcast(frame: UnsentFrame, lean: UnsentFrame): void {
    const [text, short] = [this.#text(frame), this.#text(lean)];
    for (const socket of this.#open()) this.#write(socket, this.stateOf(socket).isLean ? short : text);
  }

  /** Whether anybody is here in the full form. */
  hasFull(): boolean {
    return this.#full().length > 0;
  }

  /** Sends all connections of the full form the same. */
  sendFull(frame: UnsentFrame): void {
    const sockets = this.#full();
    if (sockets.length === 0) return;
    const text = this.#text(frame);
    for (const socket of sockets) this.#write(socket, text);
  }

  /** Sends a frame of its own to each socket whose player (null for a spectator) is meant. */
  sendSome(isMeant: (userId: string | null) => boolean, frame: () => UnsentFrame): void {
    for (const socket of this.#open()) if (isMeant(this.stateOf(socket).player?.userId ?? null)) this.send(socket, frame());
  }

  closeAll(code: number, reason: string): void {
    for (const socket of this.#open()) socket.close(code, reason);
  }

  /** Sends each of these players their own frame, and all other sockets the same one. */
  sendOwn(ownFrames: ReadonlyMap<string, UnsentFrame>, common: UnsentFrame): void {
    const text = this.#text(common);
    const own = new Map([...ownFrames].map(([userId, frame]) => [userId, this.#text(frame)]));
    for (const socket of this.#open()) {
      const userId = this.stateOf(socket).player?.userId;
      this.#write(socket, (userId === undefined ? undefined : own.get(userId)) ?? text);
    }
  }

  close(socket: WebSocket, code: number): void {
    this.forget(socket);
    socket.close(UNSENDABLE_CODES.includes(code) ? 1000 : code);
  }

  forget(socket: WebSocket): void {
    this.recount();
    const userId = this.stateOf(socket).player?.userId;
    const sockets = userId === undefined ? undefined : this.#byUser?.get(userId);
    if (userId === undefined || sockets === undefined) return;
    sockets.delete(socket);
    if (sockets.size === 0) this.#byUser?.delete(userId);
  }

  /** Closes the player's oldest connections while there are too many with this one, which stays. */
  #makeRoom(socket: WebSocket, { player }: SocketState): void {
    if (player === null) return;
    const others = [...(this.#users().get(player.userId) ?? [])].filter((other) => other !== socket);
    const tooMany = others.length + 1 - this.#perPlayerMax;
    if (tooMany <= 0) return;
    const openedAtMs = (other: WebSocket): number => this.stateOf(other).openedAtMs ?? 0;
    for (const oldest of others.toSorted((a, b) => openedAtMs(a) - openedAtMs(b)).slice(0, tooMany)) {
      this.forget(oldest);
      oldest.close(CLOSED_REPLACED, "the player has opened newer connections");
    }
  }

  #keep(socket: WebSocket, state: SocketState): void {
    socket.serializeAttachment(state);
    this.#states.set(socket, state);
    this.#index(socket, state);
  }

  /** Sequence numbers grow on every connection, also over a hibernation: the clock is ahead of any count of frames. */
  #text(frame: UnsentFrame): string {
    this.#seq = Math.max(this.#seq + 1, Date.now());
    const { type, ...body } = frame;
    return JSON.stringify({ type, seq: this.#seq, ...body });
  }

  #write(socket: WebSocket, text: string): void {
    if (socket.readyState === WebSocket.OPEN) socket.send(text);
  }

  #open(): readonly WebSocket[] {
    return this.#ctx.getWebSockets().filter((socket) => socket.readyState === WebSocket.OPEN);
  }

  #full(): readonly WebSocket[] {
    return this.#ctx.getWebSockets(FULL_TAG).filter((socket) => socket.readyState === WebSocket.OPEN);
  }

  #users(): Map<string, Set<WebSocket>> {
    if (this.#byUser !== null) return this.#byUser;
    this.#byUser = new Map();
    for (const socket of this.#open()) this.#index(socket, this.stateOf(socket));
    return this.#byUser;
  }

  #index(socket: WebSocket, { player }: SocketState): void {
    if (this.#byUser === null || player === null) return;
    const sockets = this.#byUser.get(player.userId) ?? new Set();
    this.#byUser.set(player.userId, sockets.add(socket));
  }
}
