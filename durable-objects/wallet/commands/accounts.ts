/** Accounts of a player: opening those that don't come with their first posting, and their limits as data. */
import { err, ok, type Result } from "../../../shared/kernel/result.ts";
import { account } from "../../../shared/ledger/book.ts";
import {
  type AccountCode,
  defaultLimits,
  floorMinMinor,
  isAccountCode,
  isLimitable,
  isOpenedByCommand,
} from "../../../shared/ledger/chart.ts";
import { limitFacts } from "../../../shared/ledger/entry.ts";
import { fingerprint } from "../../../shared/ledger/fingerprint.ts";
import type { Book } from "../../../shared/ledger/model.ts";
import { minor } from "../../../shared/money/minor.ts";
import type { OpenAccount, SetLimit, WalletRefusal, WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import { sha256Hex } from "../../platform/hash.ts";
import { callerKey } from "../idempotency-store.ts";
import { type Moment, runCommand } from "../run-command.ts";
import type { WalletStores } from "../wallet-stores.ts";

/** Opens `user:bonus:<grant>`. Refuses `posting_not_permitted` (not an account that is opened) and `account_exists`. Idempotent by key. */
export function openAccount(wallet: WalletStores, command: OpenAccount, moment: Moment): WalletReply<null> {
  const print = fingerprint("open_account", { account: command.account }, sha256Hex);
  return runCommand(wallet, moment, { name: "open_account", key: callerKey(command.key), fingerprint: print }, (scope) => {
    const code = command.account;
    if (!isAccountCode(code) || !isOpenedByCommand(code)) return err({ reason: "posting_not_permitted", account: code });
    if (wallet.journal.book().accounts.has(code)) return err({ reason: "account_exists", account: code });

    // From here it must succeed.
    scope.post({ kind: "ACCOUNT_OPENED", ref: code, refType: "wallet", facts: limitFacts(code, defaultLimits(code)) });
    return ok(null);
  });
}

/**
 * Sets an account's floor (minor units, null for none) and whether it is frozen. Refuses `posting_not_permitted` (facts may move the
 * account, so no limit holds for it, or it would be credit to a player), `account_not_open`, and `insufficient_funds` when the account
 * stands below the floor now. Idempotent by key.
 */
export function setLimit(wallet: WalletStores, command: SetLimit, moment: Moment): WalletReply<null> {
  const { account: code, floorMinor, frozen } = command;
  const print = fingerprint("set_limit", { account: code, floorMinor, frozen }, sha256Hex);
  return runCommand(wallet, moment, { name: "set_limit", key: callerKey(command.key), fingerprint: print }, (scope) => {
    const book = wallet.journal.book();
    const least = isAccountCode(code) ? floorMinMinor(code) : null;
    if (!isAccountCode(code) || !isLimitable(code) || (least !== null && (floorMinor === null || floorMinor < least)))
      return err({ reason: "posting_not_permitted", account: code });
    const opened = checkOpened(book, code);
    if (!opened.ok) return opened;
    const { postedMinor, heldMinor } = account(book, code);
    const availableMinor = postedMinor - heldMinor;
    if (floorMinor !== null && availableMinor < floorMinor)
      return err({ reason: "insufficient_funds", requiredMinor: floorMinor, availableMinor });

    // From here it must succeed.
    const limits = { floorMinor: floorMinor === null ? null : minor(floorMinor), frozen };
    scope.post({ kind: "ACCOUNT_LIMITED", ref: code, refType: "wallet", facts: limitFacts(code, limits) });
    return ok(null);
  });
}

/** Refuses `account_not_open` for an account that only a command opens and that is not there. */
export function checkOpened(book: Book, code: AccountCode): Result<null, WalletRefusal> {
  return isOpenedByCommand(code) && !book.accounts.has(code) ? err({ reason: "account_not_open", account: code }) : ok(null);
}
