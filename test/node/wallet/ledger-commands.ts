/** Builders of the ledger's own commands, and a wallet with cash and grants to run them on. */
import { openAccount, setLimit } from "../../../durable-objects/wallet/commands/accounts.ts";
import { reserve } from "../../../durable-objects/wallet/commands/holds.ts";
import { postManual } from "../../../durable-objects/wallet/commands/manual.ts";
import { accountCode } from "../../../shared/ledger/chart.ts";
import type { CommitHold, HoldView, OpenAccount, PostManual, Reserve, SetLimit } from "../../../shared/protocol/rpc/wallet.ts";
import { mint } from "../../support/wallet-commands.ts";
import { must, WalletWorld } from "./wallet-world.ts";

const HOUR_MS = 3_600_000;

/** A wallet of 95,000 in cash, and one open grant for each amount: `user:bonus:g1`, `user:bonus:g2`, ... */
export function worldWith(...grantsMinor: readonly number[]): WalletWorld {
  const world = new WalletWorld();
  world.deposit(100_000);
  for (const [index, amountMinor] of grantsMinor.entries()) grant(world, `user:bonus:g${index + 1}`, amountMinor);
  return world;
}

/** Opens a bonus account and pays a grant into it, when there is one. */
export function grant(world: WalletWorld, account: string, amountMinor: number): void {
  must(openAccount(world.stores, accountCommand({ account }), world.moment()));
  if (amountMinor > 0) must(postManual(world.stores, grantCommand(account, amountMinor), world.moment()));
}

export function accountCommand(changes: Partial<OpenAccount> = {}): OpenAccount {
  return { key: mint("key"), account: "user:bonus:welcome", ...changes };
}

export function limitCommand(changes: Partial<SetLimit> = {}): SetLimit {
  return { key: mint("key"), account: "user:cash", floorMinor: 0, frozen: false, ...changes };
}

/** Freezes one account, its floor as it was by the chart. */
export function freezeAccount(world: WalletWorld, account: string): void {
  const floorMinor = account === "promo:cost" ? null : 0;
  must(setLimit(world.stores, limitCommand({ account, floorMinor, frozen: true }), world.moment()));
}

/** A manual entry that moves an amount from suspense to cash. */
export function manualCommand(changes: Partial<PostManual> = {}): PostManual {
  return {
    key: mint("key"),
    kind: "ADJUSTED",
    ref: mint("case"),
    reason: "a test",
    postings: moved("suspense", "user:cash", 1_000),
    occurredAtMs: null,
    ...changes,
  };
}

export function grantCommand(account: string, amountMinor: number): PostManual {
  return manualCommand({ kind: "BONUS_GRANTED", postings: moved("promo:cost", account, amountMinor) });
}

export function moved(from: string, to: string, amountMinor: number): PostManual["postings"] {
  return [
    { account: from, amountMinor: -amountMinor },
    { account: to, amountMinor },
  ];
}

export function reserveCommand(world: WalletWorld, changes: Partial<Reserve> = {}): Reserve {
  const expiresAtMs = world.nowMs + HOUR_MS;
  return { key: mint("key"), purpose: "stake", ref: mint("offer"), amountMinor: 10_000, expiresAtMs, ...changes };
}

export function held(world: WalletWorld, changes: Partial<Reserve> = {}): HoldView {
  return must(reserve(world.stores, reserveCommand(world, changes), world.moment()));
}

export function commitCommand(hold: Pick<HoldView, "holdId" | "amountMinor">, changes: Partial<CommitHold> = {}): CommitHold {
  return { key: mint("key"), holdId: hold.holdId, amountMinor: hold.amountMinor, close: false, ...changes };
}

/** What stands on an account and what of it is held. */
export function balance(world: WalletWorld, code: string): readonly [postedMinor: number, heldMinor: number] {
  const of = world.stores.journal.book().accounts.get(accountCode(code));
  return [of?.postedMinor ?? 0, of?.heldMinor ?? 0];
}
