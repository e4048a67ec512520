/**
 * Takes bets in: a bet's row is stored, then its stake reserved, then it is in, if betting is still open.
 *
 * Rows are written for a crowd at once; wallets are asked one by one and at the same time. A doubled request waits for the first one's
 * answer, and a repeat under the same key gets the stored one.
 */
import { canonical } from "../../shared/kernel/canonical.ts";
import { idFromDigest } from "../../shared/kernel/ids.ts";
import { err, ok } from "../../shared/kernel/result.ts";
import { minor } from "../../shared/money/minor.ts";
import type { CrashReply, PlaceCrashBet } from "../../shared/protocol/rpc/crash.ts";
import type { Receipt } from "../../shared/protocol/rpc/wallet.ts";
import { Gather } from "../platform/gather.ts";
import { sha256Bytes, sha256Hex } from "../platform/hash.ts";
import { log } from "../platform/log.ts";
import { type CrashTableStore, takesBets } from "./crash-table-store.ts";
import type { StakeWallets } from "./stake-wallets.ts";
import type { BetRow, InsertedBet, NewBet } from "./table-rows.ts";

/** Short against a round trip, long against a transaction. */
const GATHER_MS = 4;
const gatherMs = (): number => GATHER_MS;
const KNOWN = ok("known" as const);

export interface BetIntakePorts {
  readonly gameId: string;
  readonly store: CrashTableStore;
  readonly wallets: StakeWallets;
  /** Asks the game how the round stands, and opens one when it rests. */
  readonly join: () => Promise<void>;
  /** Rows of bets were written: their round has to be looked after. */
  readonly inserted: () => void;
  /** Bets are in, or came too late and have to go back. */
  readonly confirmed: (bets: readonly BetRow[]) => void;
  readonly reserved: (bet: BetRow, receipt: Receipt<unknown>) => void;
}

export class BetIntake {
  readonly #ports: BetIntakePorts;
  readonly #inserts: Gather<NewBet, InsertedBet>;
  readonly #confirms: Gather<string, BetRow>;
  readonly #reserving = new Map<string, Promise<CrashReply<BetRow>>>();

  constructor(ports: BetIntakePorts) {
    this.#ports = ports;
    const { store } = ports;
    this.#inserts = new Gather((bets) => {
      const inserted = store.insertBets(bets, Date.now());
      if (inserted.includes("inserted")) ports.inserted();
      return inserted;
    }, gatherMs);
    this.#confirms = new Gather((betIds) => {
      const bets = store.confirmBets(betIds, Date.now());
      ports.confirmed(bets);
      return bets;
    }, gatherMs);
  }

  async place(command: PlaceCrashBet): Promise<CrashReply<{ readonly bet: BetRow; readonly replayed: boolean }>> {
    const bet = newBet(this.#ports.gameId, command);
    const { betId, fingerprint } = bet;
    const inserted = this.#ports.store.bet(betId) === null ? await this.#insert(bet) : KNOWN;
    if (!inserted.ok) return inserted;
    const placed = await this.#confirm(betId, fingerprint, inserted.value === "inserted");
    return placed.ok ? ok({ bet: placed.value, replayed: inserted.value === "known" }) : placed;
  }

  /** Brings a bet in whose row the table wrote by itself, just now when it is new; what `place` does after its row. */
  resume({ bet_id: betId, fingerprint }: BetRow, isNew: boolean): Promise<CrashReply<BetRow>> {
    return this.#confirm(betId, fingerprint, isNew);
  }

  async #insert(bet: NewBet): Promise<CrashReply<"inserted" | "known">> {
    const { store, gameId } = this.#ports;
    const round = store.round();
    if (round === null || !takesBets(round, Date.now())) {
      // The game may rest, or the table may have missed a change: a bet is a reason to ask.
      try {
        await this.#ports.join();
      } catch (error) {
        log("warn", "crash_game_unreachable", { gameId, error });
        return err({ reason: "unavailable" });
      }
    }
    const inserted = await this.#inserts.add(bet);
    switch (inserted) {
      case "inserted":
      case "known":
        return ok(inserted);
      case "slot_taken":
        return err({ reason: "slot_taken" });
      case "other_table":
        return err({ reason: "other_table", tables: store.round()?.tables ?? 1 });
      case "betting_closed":
        return err({ reason: store.round()?.status === "WAITING" ? "game_not_active" : "betting_closed" });
    }
  }

  async #confirm(betId: string, fingerprint: string, isNew: boolean): Promise<CrashReply<BetRow>> {
    const bet = this.#ports.store.bet(betId);
    if (bet === null) return err({ reason: "unavailable" });
    if (bet.fingerprint !== fingerprint) return err({ reason: "wallet", refusal: { reason: "idempotency_key_reused" } });
    if (bet.status === "VOID") return err({ reason: "betting_closed" });
    if (bet.status !== "RESERVING") return ok(bet);
    const reservation = this.#reserving.get(betId) ?? this.#reserve(bet, isNew);
    this.#reserving.set(betId, reservation);
    try {
      return await reservation;
    } finally {
      this.#reserving.delete(betId);
    }
  }

  async #reserve(bet: BetRow, isNew: boolean): Promise<CrashReply<BetRow>> {
    let reply: Awaited<ReturnType<StakeWallets["reserve"]>>;
    try {
      reply = await this.#ports.wallets.reserve(bet);
    } catch (error) {
      // Whether the stake is held is unknown. The row stays: a retry asks again, and the end of betting gives it back.
      log("warn", "crash_reservation_unknown", { betId: bet.bet_id, error });
      return err({ reason: "unavailable" });
    }
    if (!reply.ok) {
      this.#ports.store.dropBet(bet.bet_id);
      return err({ reason: "wallet", refusal: reply.error });
    }
    if (isNew && reply.value.replayed) {
      // A row is on disk before its wallet is asked: the stake is of a bet that the table has put into the archive since, and has ended.
      this.#ports.store.dropBet(bet.bet_id);
      return err({ reason: "wallet", refusal: { reason: "idempotency_key_reused" } });
    }
    const confirmed = await this.#confirms.add(bet.bet_id);
    if (confirmed.status === "VOID") return err({ reason: "betting_closed" });
    this.#ports.reserved(bet, reply.value);
    return ok(confirmed);
  }
}

/** The bet that a command means: its id follows from the client's key. */
export function newBet(gameId: string, { userId, key, slot, stakeMinor, autoCashOutHundredths }: PlaceCrashBet): NewBet {
  const betId = idFromDigest("crb", sha256Bytes(`${gameId}:${userId}:${key}`));
  const fingerprint = sha256Hex(canonical({ slot, stakeMinor, autoCashOutHundredths }));
  return { betId, userId, slot, stakeMinor: minor(stakeMinor), autoCashOutHundredths, fingerprint };
}
