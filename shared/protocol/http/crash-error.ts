/** Maps a crash game's refusal to what the client is told, over HTTP and in socket frames. */
import { assertNever } from "../../kernel/invariant.ts";
import type { CrashRefusal } from "../rpc/crash.ts";
import { type PublicError, walletError } from "./wallet-error.ts";

export function crashError(refusal: CrashRefusal): PublicError {
  switch (refusal.reason) {
    case "game_not_active":
    case "betting_closed":
      return { code: "GAME_NOT_ACTIVE", details: { reason: refusal.reason } };
    case "slot_taken":
      return { code: "SLOT_TAKEN" };
    case "not_found":
      return { code: "NOT_FOUND" };
    case "round_not_running":
      return { code: "GAME_NOT_ACTIVE", details: { reason: refusal.reason } };
    case "too_late":
      return { code: "CASH_OUT_TOO_LATE" };
    case "bet_not_active":
      return { code: "BET_NOT_ACTIVE", details: { status: refusal.status } };
    case "autoplay_not_offered":
      return { code: "GAME_NOT_ACTIVE", details: { reason: refusal.reason } };
    case "rounds_too_many":
      return { code: "VALIDATION_FAILED", details: { fields: { rounds: `is more than ${refusal.max}` } } };
    case "stop_below_stake":
      return { code: "VALIDATION_FAILED", details: { fields: { stop_loss: "is less than one stake" } } };
    case "not_licensed_here":
      return { code: "GEO_BLOCKED", details: { country: refusal.country } };
    // The next attempt goes to the right table: whoever asked was behind the round by a moment.
    case "other_table":
    case "unavailable":
      return { code: "OVERLOADED", retryAfterSeconds: 1 };
    case "wallet":
      return walletError(refusal.refusal, "stake");
    default:
      return assertNever(refusal, "crashError");
  }
}
