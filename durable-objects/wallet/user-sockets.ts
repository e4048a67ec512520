/**
 * The player's own sockets (`/ws/user`): balances with the wallet's sequence, and settled bets, in major units.
 *
 * Hibernatable: nothing is kept here, every message follows from state. The address is reached only with a ticket that the Worker has
 * checked; the subprotocol that carried it is echoed, because browsers close a socket whose server chose none.
 */

import { SOCKET_FRAME_BYTES_MAX } from "../../shared/kernel/limits.ts";
import { toRfc3339, unixMs } from "../../shared/kernel/time.ts";
import { toMajor } from "../../shared/money/amount.ts";
import { minor } from "../../shared/money/minor.ts";
import type { Balances, BetView } from "../../shared/protocol/rpc/wallet.ts";
import { isHeld, type ShownBet } from "../../shared/protocol/rpc/wallet-acceptance.ts";
import type { CashOutOrderView, EditRequestView } from "../../shared/protocol/rpc/wallet-cash-out.ts";

/** Sockets of one player: a phone, a laptop, and what a lost network left open. */
const SOCKETS_MAX = 20;
/** Codes that a close frame may not carry. */
const RESERVED_CLOSE_CODES: ReadonlySet<number> = new Set([1005, 1006, 1015]);

export class UserSockets {
  readonly #ctx: DurableObjectState;

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx;
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  /** Answers an upgrade with a socket whose first frame is the balance; 426 otherwise. */
  accept(request: Request, seq: number, balances: Balances): Response {
    if (request.headers.get("Upgrade")?.toLowerCase() !== "websocket") return new Response(null, { status: 426 });
    const open = this.#ctx.getWebSockets();
    if (open.length >= SOCKETS_MAX) open[0]?.close(1008, "too many sockets");
    const { 0: client, 1: server } = new WebSocketPair();
    this.#ctx.acceptWebSocket(server);
    send(server, balanceFrame(seq, balances));
    const protocol = request.headers.get("Sec-WebSocket-Protocol");
    return new Response(null, { status: 101, webSocket: client, headers: protocol === null ? {} : { "Sec-WebSocket-Protocol": protocol } });
  }

  tellBalance(seq: number, balances: Balances): void {
    this.#tell(balanceFrame(seq, balances));
  }

  tellSettled(bet: BetView): void {
    this.#tell({ type: "bet_settled", bet_id: bet.betId, status: bet.status, actual_win: major(bet.paidMinor) });
  }

  /** Says what a cash-out that waited, or the player's rule, has come to. */
  tellCashOut({ betId, orderId, kind, percent, answer }: CashOutOrderView): void {
    if (answer === null) return;
    this.#tell({
      ...{ type: "cash_out_decided", bet_id: betId, request_id: orderId, automatic: kind === "rule", percent },
      status: answer.isTaken ? "TAKEN" : "REFUSED",
      amount: answer.isTaken ? major(answer.payoutMinor) : null,
      net_amount: answer.isTaken ? major(answer.paidMinor) : null,
      reason: answer.isTaken ? null : answer.reason,
    });
  }

  /** Says what an edit that waited has come to. */
  tellEdited({ parentId, requestId, answer }: EditRequestView): void {
    if (answer === null) return;
    this.#tell({
      ...{ type: "edit_decided", bet_id: parentId, request_id: requestId, status: answer.isTaken ? "TAKEN" : "REFUSED" },
      edited_to: answer.isTaken ? answer.betId : null,
      code: answer.isTaken ? null : answer.code,
    });
  }

  /** Says how a bet that waited was decided; an offer says until when it stands. */
  tellDecided(bet: ShownBet): void {
    const held = isHeld(bet) ? bet : null;
    this.#tell({
      type: "bet_decided",
      bet_id: bet.betId,
      status: bet.status,
      code: held?.refusal?.code ?? null,
      offer_expires_at: held === null || held.offer === null ? null : toRfc3339(unixMs(held.offer.expiresAtMs)),
    });
  }

  /** Nothing is asked over this socket but whether it lives; anything else gets an error frame, not a disconnect. */
  onMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    if (typeof message === "string" && message.length <= SOCKET_FRAME_BYTES_MAX && isPing(message)) send(socket, { type: "pong" });
    else send(socket, { type: "error", code: "VALIDATION_FAILED", message: "This socket takes nothing but a ping." });
  }

  onClose(socket: WebSocket, code: number): void {
    socket.close(RESERVED_CLOSE_CODES.has(code) ? 1000 : code);
  }

  #tell(frame: object): void {
    for (const socket of this.#ctx.getWebSockets()) send(socket, frame);
  }
}

function balanceFrame(seq: number, balances: Balances): object {
  return {
    type: "balance",
    seq,
    balance: major(balances.cashMinor),
    available_balance: major(balances.availableMinor),
    held: major(balances.heldMinor),
    bonus_balance: major(balances.bonusMinor),
    currency: balances.currency,
  };
}

/** A socket that is closing can't be written to; its player reads the state again on the next one. */
function send(socket: WebSocket, frame: object): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
}

function isPing(message: string): boolean {
  return /^\s*\{\s*"type"\s*:\s*"ping"\s*\}\s*$/.test(message);
}

function major(amountMinor: number): number {
  return toMajor(minor(amountMinor));
}
