/** Calls about what a player leaves a crash table to do: a bet for the next round, taking one back, and autoplay. */
import * as z from "zod";
import { autoCashOut, slot } from "../ws/crash.ts";
import { crashBetOut } from "./crash.ts";
import { amountOut, pageQuery, positiveAmount, timeOut } from "./fields.ts";

export const crashSlotBody = z.object({ slot });

const waitingOut = crashBetOut.pick({ bet_id: true, round_number: true, slot: true, amount: true, auto_cashout: true });
export const queuedCrashBetOut = z.object({
  queued: waitingOut.nullable().meta({ description: "The bet that waits; no money is held for it." }),
  bet: crashBetOut.nullable().meta({ description: "The bet itself, when the window was open already." }),
});
export const cancelledCrashBetOut = z.object({ cancelled: z.enum(["waiting", "bet"]) });

export const autoplayBody = z.object({
  amount: positiveAmount,
  auto_cashout: autoCashOut,
  slot: slot.default("A"),
  rounds: z.int().positive(),
  stop_loss: positiveAmount,
  stop_win: positiveAmount,
});

export const autoplayOut = z.object({
  order_id: z.string(),
  slot,
  amount: amountOut,
  auto_cashout: z.number(),
  rounds: z.number(),
  rounds_taken: z.number(),
  stop_loss: amountOut.meta({ description: "The most that the order may lose in all." }),
  stop_win: amountOut.meta({ description: "The order ends when one bet wins this much above its stake." }),
  net: amountOut.meta({ description: "Payouts less stakes so far, before taxes." }),
  started_at: timeOut,
  ended_at: timeOut.nullable(),
  end_reason: z
    .enum(["rounds_played", "loss_reached", "win_reached", "player", "restricted", "game_closed", "table_changed", "refused"])
    .nullable(),
  end_detail: z.string().nullable().meta({ description: "The error code with which a stake was refused." }),
});
export const crashPlansOut = z.object({ queued: z.array(waitingOut), autoplay: z.array(autoplayOut) });

/** What an operator asks of a player's orders, and hears. */
export const autoplayRecordsQuery = pageQuery.extend({ user_id: z.string().min(1).max(100) });
export const autoplayRecordsOut = z.object({
  orders: z.array(
    autoplayOut.omit({ end_reason: true }).extend({
      table: z.number(),
      end_reason: z.string().nullable(),
    }),
  ),
});
