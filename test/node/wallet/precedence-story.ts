/** How the refusals of a wallet's commands are brought about: the parts that stories of several commands share. */
import * as accounts from "../../../durable-objects/wallet/commands/accounts.ts";
import type { StoredKey } from "../../../durable-objects/wallet/idempotency-store.ts";
import type { Moment } from "../../../durable-objects/wallet/run-command.ts";
import type { WalletStores } from "../../../durable-objects/wallet/wallet-stores.ts";
import { free } from "../../../shared/ledger/book.ts";
import { accountCode } from "../../../shared/ledger/chart.ts";
import type { SetLimit, WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import type { RefusalReason } from "../../../shared/protocol/rpc/wallet-refusals.ts";
import { limitCommand } from "./ledger-commands.ts";
import { must, type WalletWorld } from "./wallet-world.ts";

/** How one refusal is brought about: by what the wallet is in, by what is asked, or both. */
export interface Arranger<C> {
  /** 0 runs commands and comes first; 2 stops them and comes last. */
  readonly phase?: 0 | 1 | 2;
  readonly on?: (world: WalletWorld, command: C) => void;
  readonly ask?: (command: C, world: WalletWorld) => C;
}

export interface Story<C> {
  /** A command that would be taken on this world. */
  readonly base: (world: WalletWorld) => C;
  readonly run: (stores: WalletStores, command: C, moment: Moment) => WalletReply<unknown>;
  /** Under which key its answer is stored. */
  readonly key?: (command: C) => StoredKey;
  readonly arrangers: Partial<Record<RefusalReason, Arranger<C>>>;
  /** Pairs that no wallet and no request can bring about together. */
  readonly apart?: readonly (readonly [RefusalReason, RefusalReason])[];
}

/** Changes one account's limits and leaves the other as it is. */
export function limit(world: WalletWorld, code: string, changes: Partial<SetLimit>): void {
  const of = world.stores.journal.book().accounts.get(accountCode(code));
  const now = { account: code, floorMinor: of?.floorMinor ?? null, frozen: of?.frozen ?? false };
  must(accounts.setLimit(world.stores, limitCommand({ ...now, ...changes }), world.moment()));
}

/** Leaves nothing free on an account. */
export function drain(world: WalletWorld, code: string): void {
  const of = world.stores.journal.book().accounts.get(accountCode(code));
  if (of !== undefined) limit(world, code, { floorMinor: free(of) + (of.floorMinor ?? 0) });
}

const frozenCash = { on: (world: WalletWorld) => limit(world, "user:cash", { frozen: true }) };
const drainedCash = { on: (world: WalletWorld) => drain(world, "user:cash") };
export const unverified = { on: (world: WalletWorld) => world.stores.profiles.setVerified(false) };
const excluded = { on: (world: WalletWorld) => world.stores.profiles.exclude(null) };
export const cashGone = { account_frozen: frozenCash, insufficient_funds: drainedCash };
export const notAllowed = { not_verified: unverified, self_excluded: excluded };

/** Lets a rate window fill up by running a command until it does. */
export function hurried(
  times: number,
  once: (world: WalletWorld) => WalletReply<unknown>,
): Required<Pick<Arranger<unknown>, "phase" | "on">> {
  return {
    phase: 0,
    on: (world) => {
      for (let each = 0; each < times; each += 1) must(once(world));
      world.rateLimits = true;
    },
  };
}

export function range<C>(name: keyof C, min: number, max: number): Partial<Record<RefusalReason, Arranger<C>>> {
  return {
    amount_too_low: { ask: (command) => ({ ...command, [name]: min - 1 }) },
    amount_too_high: { ask: (command) => ({ ...command, [name]: max + 1 }) },
  };
}

export const RANGE_APART = [["amount_too_low", "amount_too_high"]] as const;

/** Checks a story's types against themselves and forgets them: stories of many commands stand in one table. */
export function story<C>(of: Story<C>): Story<unknown> {
  return of as unknown as Story<unknown>;
}
