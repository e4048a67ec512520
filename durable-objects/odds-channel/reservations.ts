/**
 * Prices set aside for bets that a wallet is deciding on. In memory only: a reservation takes nothing, so losing it with the object
 * costs at most the time of placing, which `confirm` is told anyway.
 */
import type { ReserveSelections } from "../../shared/protocol/rpc/odds-channel.ts";
import type { AcceptedSelection } from "../../shared/protocol/rpc/wallet.ts";

/** How long a price holds while a bet is being placed, milliseconds. */
export const RESERVATION_MS = 10_000;
const RESERVATIONS_MAX = 20_000;

export interface PendingReservation {
  readonly accepted: readonly AcceptedSelection[];
  readonly reservedAtMs: number;
  readonly expiresAtMs: number;
}

export class Reservations {
  /** In the order of their expiry, since all last equally long. */
  readonly #pending = new Map<string, PendingReservation>();

  /** The reservation that this command made before, while it holds. */
  find(command: ReserveSelections, nowMs: number): PendingReservation | null {
    const pending = this.#pending.get(command.betId);
    if (pending === undefined || pending.expiresAtMs <= nowMs) return null;
    const same =
      pending.accepted.length === command.selections.length &&
      pending.accepted.every((selection, i) => selection.selectionId === command.selections[i]?.selectionId);
    return same ? pending : null;
  }

  add(betId: string, reservation: PendingReservation): void {
    this.#pending.delete(betId);
    for (const [id, { expiresAtMs }] of this.#pending) {
      if (expiresAtMs > reservation.reservedAtMs && this.#pending.size < RESERVATIONS_MAX) break;
      this.#pending.delete(id);
    }
    this.#pending.set(betId, reservation);
  }

  /** When the reservation for this bet was made, or null when it is not there. */
  madeAtMs(betId: string): number | null {
    return this.#pending.get(betId)?.reservedAtMs ?? null;
  }

  remove(betId: string): void {
    this.#pending.delete(betId);
  }
}
