/** Runs the command that a preview asks for, by its name. */
import { assertNever } from "../../shared/kernel/invariant.ts";
import type { Preview, WalletReply } from "../../shared/protocol/rpc/wallet.ts";
import { assertBet, assertManual, assertPositive, assertReserve, assertTexts } from "./command-shape.ts";
import { commitHold, releaseHold, reserve } from "./commands/holds.ts";
import { postManual, reverseEntry } from "./commands/manual.ts";
import { placeBet } from "./commands/place-bet.ts";
import { startWithdrawal } from "./commands/withdrawals.ts";
import type { Moment } from "./run-command.ts";
import type { WalletStores } from "./wallet-stores.ts";

/** Decides and applies; the caller undoes it. Same shapes, refusals and answers as the command itself. */
export function decide(wallet: WalletStores, request: Preview, moment: Moment): WalletReply<unknown> {
  const { verb, command } = request;
  switch (verb) {
    case "post":
      assertManual(command);
      return postManual(wallet, command, moment);
    case "reserve":
      assertReserve(command);
      return reserve(wallet, command, moment);
    case "commit":
      assertTexts(command.key, command.holdId);
      assertPositive(command.amountMinor);
      return commitHold(wallet, command, moment);
    case "releaseHold":
      assertTexts(command.key, command.holdId);
      return releaseHold(wallet, command, moment);
    case "reverse":
      assertTexts(command.key, command.reason);
      assertPositive(command.seq);
      return reverseEntry(wallet, command, moment);
    case "placeBet":
      assertBet(command);
      return placeBet(wallet, command, moment);
    case "startWithdrawal":
      assertTexts(command.key, command.fingerprint, command.intentId, command.method);
      assertPositive(command.amountMinor);
      return startWithdrawal(wallet, command, moment);
    default:
      return assertNever(verb, "preview");
  }
}
