/**
 * Carries out what players leave the table to do: bets for the next round and autoplay orders.
 *
 * Money is not held while something waits. When a betting window opens the rows become bets, and each stake is reserved as for any bet; what
 * was cut off between the two is finished by the next beat. Players hear of every plan that ends without them.
 */
import { autoplayRoundsMax } from "../../shared/crash/autoplay.ts";
import { canonical } from "../../shared/kernel/canonical.ts";
import { idFromDigest } from "../../shared/kernel/ids.ts";
import { err, ok } from "../../shared/kernel/result.ts";
import { unixMs } from "../../shared/kernel/time.ts";
import { crashError } from "../../shared/protocol/http/crash-error.ts";
import type { CrashRefusal, CrashReply, PlaceCrashBet, Slot } from "../../shared/protocol/rpc/crash.ts";
import type { AutoplayView, StartAutoplay, WaitingBetView } from "../../shared/protocol/rpc/crash-plans.ts";
import type { CrashRules } from "../../shared/tenants/tenant.ts";
import { sha256Bytes, sha256Hex } from "../platform/hash.ts";
import { log } from "../platform/log.ts";
import { type BetIntake, newBet } from "./bet-intake.ts";
import { plansFrame, type UnsentFrame } from "./crash-frames.ts";
import type { CrashTableStore, TableTenant } from "./crash-table-store.ts";
import { type PlanDropped, type PlanStore, waitingView } from "./plan-store.ts";
import type { BetRow } from "./table-rows.ts";

export interface TablePlansPorts {
  readonly tenant: TableTenant;
  readonly store: CrashTableStore;
  readonly plans: PlanStore;
  readonly intake: BetIntake;
  readonly sendTo: (userId: string, frame: UnsentFrame) => void;
  /** A plan's bet is in. */
  readonly confirmed: (bet: BetRow) => void;
  /** Bets were written, or have to go back: the table has to look after them. */
  readonly written: () => void;
}

export class TablePlans {
  readonly #ports: TablePlansPorts;
  readonly #resuming = new Set<string>();

  constructor(ports: TablePlansPorts) {
    this.#ports = ports;
  }

  /** Lets a bet wait for the round after the one that is under way; no money moves. */
  wait(command: PlaceCrashBet): CrashReply<WaitingBetView> {
    const { store, plans } = this.#ports;
    const rules = this.#ports.tenant.crash;
    const round = store.round();
    if (round === null || (round.status !== "RUNNING" && round.status !== "CRASHED" && round.status !== "BETTING"))
      return err({ reason: "game_not_active" });
    const refusal = stakeRefusal(command.stakeMinor, rules);
    if (refusal !== null) return err(refusal);
    const { userId, slot } = command;
    if (!plans.wait(newBet(rules.gameId, command), round.number + 1)) return err({ reason: "slot_taken" });
    const row = plans.waiting(userId, slot);
    if (row === null) return err({ reason: "unavailable" });
    this.tell(userId);
    return ok(waitingView(row));
  }

  /** Drops what waits in a slot, or else takes its bet back while betting is open. */
  cancel(userId: string, slot: Slot, nowMs: number): CrashReply<{ readonly cancelled: "waiting" | "bet" }> {
    const { store, plans, written } = this.#ports;
    const isWaiting = plans.dropWaiting(userId, slot);
    if (!isWaiting) {
      const cancelled = store.cancel(userId, slot, nowMs);
      if (cancelled === null) return err({ reason: "not_found" });
      if (!cancelled) return err({ reason: "betting_closed" });
      written();
    }
    this.tell(userId);
    return ok({ cancelled: isWaiting ? "waiting" : "bet" });
  }

  start(command: StartAutoplay, nowMs: number): CrashReply<AutoplayView> {
    const { tenant, plans } = this.#ports;
    const rules = tenant.crash;
    const { userId, slot, stakeMinor, targetHundredths, rounds, stopLossMinor, stopWinMinor } = command;
    const orderId = idFromDigest("cra", sha256Bytes(`${rules.gameId}:${userId}:${command.key}`));
    const fingerprint = sha256Hex(canonical({ slot, stakeMinor, targetHundredths, rounds, stopLossMinor, stopWinMinor }));
    const known = plans.orderById(orderId);
    if (known !== null && known.fingerprint !== fingerprint)
      return err({ reason: "wallet", refusal: { reason: "idempotency_key_reused" } });
    if (known !== null) return ok(plans.viewOf(orderId));
    const refusal = autoplayRefusal(command, tenant, nowMs);
    if (refusal !== null) return err(refusal);
    const order = {
      ...{ order_id: orderId, user_id: userId, slot, stake_minor: stakeMinor, target_hundredths: targetHundredths, rounds },
      ...{ stop_loss_minor: stopLossMinor, stop_win_minor: stopWinMinor, fingerprint, started_at: nowMs },
    };
    if (!plans.start(order)) return err({ reason: "slot_taken" });
    log("info", "crash_autoplay_started", { gameId: rules.gameId, orderId, userId });
    this.tell(userId);
    return ok(plans.viewOf(orderId));
  }

  stop(userId: string, slot: Slot, nowMs: number): CrashReply<AutoplayView> {
    const { plans } = this.#ports;
    const order = plans.order(userId, slot);
    if (order === null) return err({ reason: "not_found" });
    this.#dropped([plans.end(order, "player", null, nowMs)]);
    return ok(plans.viewOf(order.order_id));
  }

  /** Makes bets of what waits for the open round and reserves their stakes; does again what was cut off. Call as often as you like. */
  async take(): Promise<void> {
    const { plans, written, tenant } = this.#ports;
    // From the day of a ban on no order bets, whenever it was started.
    const nowMs = Date.now();
    if (autoplayRoundsMax(tenant.crash.autoplay, unixMs(nowMs), tenant.utcOffsetMinutes) === null) this.#dropped(plans.endOrders(nowMs));
    const cutOff = new Set(plans.unreserved().map(({ bet_id: betId }) => betId));
    this.#dropped(plans.take(Date.now()));
    const due = plans.unreserved().filter(({ bet_id: betId }) => !this.#resuming.has(betId));
    if (due.length === 0) return;
    written();
    await Promise.all(due.map((bet) => this.#resume(bet, !cutOff.has(bet.bet_id))));
  }

  /** Bets have ended: their orders may have, too. */
  decided(bets: readonly BetRow[]): void {
    // A full table's crash decides thousands of bets, mostly while nothing is planned.
    if (this.#ports.plans.count() === 0) return;
    const betIds = bets.map(({ bet_id: betId }) => betId);
    this.#dropped(this.#ports.plans.review(betIds, Date.now()));
  }

  dropAll(userId: string | null, reason: "restricted" | "game_closed"): void {
    this.#dropped(this.#ports.plans.dropAll(userId, reason, Date.now()));
  }

  /** Sends the player how their plans stand. */
  tell(userId: string, dropped: PlanDropped | null = null): void {
    this.#ports.sendTo(userId, plansFrame(this.#ports.plans.plansOf(userId), dropped));
  }

  async #resume(bet: BetRow, isNew: boolean): Promise<void> {
    this.#resuming.add(bet.bet_id);
    try {
      const reply = await this.#ports.intake.resume(bet, isNew);
      if (reply.ok) {
        this.#ports.confirmed(reply.value);
        this.tell(bet.user_id);
      } else if (reply.error.reason !== "unavailable") this.#refused(bet, reply.error);
    } finally {
      this.#resuming.delete(bet.bet_id);
    }
  }

  #refused(bet: BetRow, refusal: CrashRefusal): void {
    const { plans } = this.#ports;
    const order = plans.orderOf(bet.bet_id);
    const { user_id: userId, slot } = bet;
    const detail = crashError(refusal).code;
    const isTooLate = refusal.reason === "betting_closed";
    // The window closed, or the player took the bet back: the order itself was not refused.
    if (order !== null && isTooLate) this.tell(userId);
    else if (order !== null) this.#dropped([plans.end(order, "refused", detail, Date.now())]);
    else this.#dropped([{ userId, slot, plan: "queue", reason: isTooLate ? refusal.reason : "refused", detail }]);
  }

  #dropped(dropped: readonly PlanDropped[]): void {
    for (const one of dropped) {
      const { userId, plan, slot, reason, detail } = one;
      log("info", "crash_plan_ended", { gameId: this.#ports.tenant.crash.gameId, userId, plan, slot, reason, detail });
      this.tell(userId, one);
    }
  }
}

function stakeRefusal(stakeMinor: number, { stake: { minMinor, maxMinor } }: CrashRules): CrashRefusal | null {
  if (stakeMinor < minMinor) return { reason: "wallet", refusal: { reason: "amount_too_low", minMinor } };
  return stakeMinor > maxMinor ? { reason: "wallet", refusal: { reason: "amount_too_high", maxMinor } } : null;
}

function autoplayRefusal(command: StartAutoplay, { crash: rules, utcOffsetMinutes }: TableTenant, nowMs: number): CrashRefusal | null {
  const roundsMax = autoplayRoundsMax(rules.autoplay, unixMs(nowMs), utcOffsetMinutes);
  if (roundsMax === null) return { reason: "autoplay_not_offered" };
  if (command.rounds > roundsMax) return { reason: "rounds_too_many", max: roundsMax };
  if (command.stopLossMinor < command.stakeMinor) return { reason: "stop_below_stake" };
  return stakeRefusal(command.stakeMinor, rules);
}
