/**
 * What comes in over a table's sockets: the upgrade, the ticket, and the players' frames. Whatever is wrong with a frame is answered
 * with an `error` frame; the connection stays.
 */
import { SOCKET_FRAME_BYTES_MAX } from "../../shared/kernel/limits.ts";
import { toRfc3339, unixMs } from "../../shared/kernel/time.ts";
import { crashError } from "../../shared/protocol/http/crash-error.ts";
import type { PublicError } from "../../shared/protocol/http/wallet-error.ts";
import type { CrashTableRpc } from "../../shared/protocol/rpc/crash.ts";
import { COUNTRY_HEADER, type CrashClientFrame, crashClientFrame, TABLES_HEADER } from "../../shared/protocol/ws/crash.ts";
import { isCountry } from "../../shared/tenants/index.ts";
import { readTicket, ticketOf } from "../platform/ticket.ts";
import { errorFrame, type FrameName } from "./crash-frames.ts";
import type { CrashTableStore } from "./crash-table-store.ts";
import type { Seating } from "./seating.ts";
import type { TableBroadcast } from "./table-broadcast.ts";
import { SOCKET_LOGIN_MS, type SocketPlayer, type TableSockets } from "./table-sockets.ts";

export interface TableParts {
  readonly sockets: TableSockets;
  readonly broadcast: TableBroadcast;
  readonly seating: Seating;
  readonly store: CrashTableStore;
}

export class TableDoor {
  readonly #sockets: TableSockets;
  readonly #broadcast: TableBroadcast;
  readonly #seating: Seating;
  readonly #store: CrashTableStore;
  readonly #table: CrashTableRpc;
  readonly #ticketSecret: string;

  constructor({ sockets, broadcast, seating, store }: TableParts, table: CrashTableRpc, ticketSecret: string) {
    this.#sockets = sockets;
    this.#broadcast = broadcast;
    this.#seating = seating;
    this.#store = store;
    this.#table = table;
    this.#ticketSecret = ticketSecret;
  }

  /** Accepts an upgrade and greets with a snapshot; a ticket in the subprotocol logs in. Sends on who sits elsewhere. */
  open(request: Request): Response {
    const country = request.headers.get(COUNTRY_HEADER);
    const { protocol, ticket } = ticketOf(request);
    const player = ticket === null ? null : this.#playerOf(ticket);
    const tables = this.#tables();
    if (!this.#seating.isHere(player?.userId ?? null, tables))
      return new Response(null, { status: 421, headers: { [TABLES_HEADER]: String(tables) } });
    const { 0: client, 1: socket } = new WebSocketPair();
    const isLean = new URL(request.url).searchParams.get("form") === "lean";
    this.#sockets.accept(socket, { country: isCountry(country) ? country : null, player, isLean, openedAtMs: Date.now() });
    this.#broadcast.snapshot(socket, Date.now());
    // A browser closes a connection whose server does not choose one of the protocols it offered.
    const headers: Record<string, string> = protocol === "" ? {} : { "Sec-WebSocket-Protocol": protocol };
    return new Response(null, { status: 101, webSocket: client, headers });
  }

  async hear(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    const refusal = this.#refuse(socket, message);
    if (refusal !== null) return this.#sockets.send(socket, errorFrame(refusal, null));
    const parsed = parseFrame(String(message));
    if ("code" in parsed.frame) return this.#sockets.send(socket, errorFrame(parsed.frame, parsed.name));
    await this.#obey(socket, parsed.frame, parsed.name);
  }

  #refuse(socket: WebSocket, message: string | ArrayBuffer): PublicError | null {
    if (typeof message !== "string") return { code: "VALIDATION_FAILED", details: { fields: { frame: "is not text" } } };
    if (message.length > SOCKET_FRAME_BYTES_MAX) return { code: "BODY_TOO_LARGE", details: { max: SOCKET_FRAME_BYTES_MAX } };
    return this.#sockets.mayTalk(socket, Date.now()) ? null : { code: "RATE_LIMIT_EXCEEDED" };
  }

  async #obey(socket: WebSocket, frame: CrashClientFrame, name: FrameName | null): Promise<void> {
    switch (frame.type) {
      case "ping":
        return this.#sockets.send(socket, { type: "pong", server_time: toRfc3339(unixMs(Date.now())) });
      case "auth":
        return this.#logIn(socket, frame.ticket, name);
      case "place_bet":
      case "cashout": {
        const player = this.#sockets.playerOf(socket, Date.now());
        const refusal = player === null ? ({ code: "UNAUTHORIZED" } as const) : await this.#play(socket, player, frame);
        if (refusal !== null) this.#sockets.send(socket, errorFrame(refusal, name));
      }
    }
  }

  #logIn(socket: WebSocket, ticket: string, name: FrameName | null): void {
    const player = this.#playerOf(ticket);
    if (player === null) this.#sockets.send(socket, errorFrame({ code: "UNAUTHORIZED" }, name));
    else {
      this.#sockets.setPlayer(socket, player);
      if (this.#seating.isHere(player.userId, this.#tables())) this.#broadcast.snapshot(socket, Date.now());
      else this.#sockets.send(socket, { type: "moved", reconnect_in_ms: 0 });
    }
  }

  /** Success is told to all the player's sockets by the table itself. */
  async #play(
    socket: WebSocket,
    player: SocketPlayer,
    frame: Extract<CrashClientFrame, { type: "place_bet" | "cashout" }>,
  ): Promise<PublicError | null> {
    const { userId, country } = player;
    if (frame.type === "cashout") {
      const reply = await this.#table.cashOut({ userId, betId: frame.bet_id ?? null });
      return reply.ok ? null : crashError(reply.error);
    }
    const { country: connectedFrom } = this.#sockets.stateOf(socket);
    if (connectedFrom !== country) return crashError({ reason: "not_licensed_here", country: connectedFrom });
    const reply = await this.#table.placeBet({
      userId,
      country,
      key: frame.key ?? crypto.randomUUID(),
      slot: frame.slot,
      stakeMinor: frame.amount,
      autoCashOutHundredths: frame.auto_cashout ?? null,
    });
    return reply.ok ? null : crashError(reply.error);
  }

  #tables(): number {
    return this.#store.round()?.tables ?? 1;
  }

  #playerOf(ticket: string): SocketPlayer | null {
    const claims = readTicket(this.#ticketSecret, ticket, Date.now());
    return claims === null ? null : { userId: claims.userId, country: claims.country, untilMs: Date.now() + SOCKET_LOGIN_MS };
  }
}

function parseFrame(message: string): { readonly frame: CrashClientFrame | PublicError; readonly name: FrameName | null } {
  let value: unknown;
  try {
    value = JSON.parse(message);
  } catch {
    return { frame: { code: "MALFORMED_JSON" }, name: null };
  }
  const name = nameOf(value);
  const result = crashClientFrame.safeParse(value);
  if (result.success) return { frame: result.data, name };
  const fields: Record<string, string> = {};
  for (const issue of result.error.issues) fields[issue.path.join(".") || "frame"] ??= issue.message;
  const isAmount = result.error.issues.some((issue) => issue.code === "custom" && issue.params?.["code"] === "INVALID_AMOUNT");
  return { frame: { code: isAmount ? "INVALID_AMOUNT" : "VALIDATION_FAILED", details: { fields } }, name };
}

/** What the client called its frame, so that it can match the error; nothing else of it is sent back. */
function nameOf(value: unknown): FrameName | null {
  if (typeof value !== "object" || value === null) return null;
  const fields = value as Record<string, unknown>;
  const text = (field: unknown) => (typeof field === "string" && field.length <= 255 ? field : undefined);
  const type = text(fields["type"] ?? fields["action"]);
  return type === undefined ? null : { type, key: text(fields["key"]), bet_id: text(fields["bet_id"]) };
}
