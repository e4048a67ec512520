/**
 * Projects wallets: placed bets to the channels of their fixtures, and entries, balances and bets to the country's database.
 *
 * Works on all messages of a queue batch at once, because one database batch and one acknowledgement a wallet cost a fraction of one a
 * message. Channels come first: a database that is down must not keep a bet from its result. A row is acknowledged only when all of its
 * effects stand; what fails does not keep its neighbours waiting.
 */
import { log } from "../../../durable-objects/platform/log.ts";
import { invariant } from "../../../shared/kernel/invariant.ts";
import type { ProjectionMessage } from "../../../shared/protocol/queue/messages.ts";
import { type WalletRow, walletRowSchema } from "../../../shared/protocol/queue/wallet-row.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { saveWalletRows } from "../../adapters/d1/wallet-journal.ts";
import { oddsChannelOf } from "../../adapters/objects.ts";
import { databaseOf, type Env } from "../../env.ts";

interface Told {
  readonly index: number;
  readonly objectName: string;
  readonly country: Country;
  readonly seq: number;
  readonly topic: string;
  readonly row: WalletRow;
}

/** Applies messages; says for each, in order, why it has to come again, or null when all of its rows stand. Idempotent. */
export async function projectWallets(env: Env, messages: readonly ProjectionMessage[]): Promise<readonly (Error | null)[]> {
  const failures = messages.map((): Error | null => null);
  const fail = (index: number, what: string, cause: unknown): void => {
    failures[index] ??= new Error(what, { cause });
  };
  const told = messages.flatMap((message, index) => {
    try {
      return rowsOf(message, index);
    } catch (error) {
      fail(index, "a wallet's message is malformed", error);
      return [];
    }
  });
  const unconfirmed = await confirmBets(env, told, fail);
  const unsaved = await saveRows(env, told, fail);
  const done = told.filter((row) => !unconfirmed.has(row) && !unsaved.has(row));
  await Promise.all(
    [...Map.groupBy(done, ({ objectName }) => objectName)].map(async ([objectName, rows]) => {
      try {
        await env.WALLET.getByName(objectName).acknowledge(rows.map(({ seq }) => seq));
      } catch (error) {
        for (const { index } of rows) fail(index, "a wallet could not be told that its rows stand", error);
      }
    }),
  );
  return failures;
}

function rowsOf({ objectName, country, rows }: ProjectionMessage, index: number): Told[] {
  return rows.map(({ seq, topic, body }) => {
    const row = walletRowSchema.parse(JSON.parse(body));
    invariant(row.walletId === objectName && row.country === country, "a row of another wallet");
    return { index, objectName, country, seq, topic, row };
  });
}

type Fail = (index: number, what: string, cause: unknown) => void;

/** Confirms placed bets to their channels; gives back the rows for which that failed. */
async function confirmBets(env: Env, told: readonly Told[], fail: Fail): Promise<ReadonlySet<Told>> {
  const failed = new Set<Told>();
  await Promise.all(
    told
      .filter(({ topic }) => topic === "bet_placed")
      .map(async (one) => {
        try {
          await confirmBet(env, one.row);
        } catch (error) {
          failed.add(one);
          fail(one.index, "a placed bet could not be confirmed to its fixtures", error);
        }
      }),
  );
  return failed;
}

/** Saves each country's rows together and, when that fails, each message's by itself; gives back the rows that were not saved. */
async function saveRows(env: Env, told: readonly Told[], fail: Fail): Promise<ReadonlySet<Told>> {
  const failed = new Set<Told>();
  const save = (rows: readonly Told[], country: Country): Promise<void> =>
    saveWalletRows(
      databaseOf(env, country),
      rows.map(({ row }) => row),
    );
  for (const [country, rows] of Map.groupBy(told, (one) => one.country)) {
    try {
      await save(rows, country);
    } catch (together) {
      log("warn", "projection_batch_failed", { country, rows: rows.length, error: together });
      for (const [index, own] of Map.groupBy(rows, (one) => one.index)) {
        try {
          await save(own, country);
        } catch (error) {
          for (const one of own) failed.add(one);
          fail(index, "a wallet's rows could not be stored", error);
        }
      }
    }
  }
  return failed;
}

/** Tells each channel of the bet its own selections. One that does not know its fixture never will: that is logged, not tried again. */
async function confirmBet(env: Env, { country, walletId, bet }: WalletRow): Promise<void> {
  invariant(bet !== null, "a placed bet's row has the bet");
  const { betId, stakeMinor, placedAtMs } = bet;
  const fixtures = Map.groupBy(bet.selections, (selection) => selection.fixtureId);
  await Promise.all(
    [...fixtures].map(async ([fixtureId, own]) => {
      const selections = own.map(({ selectionId, oddsThousandths }) => ({ selectionId, oddsThousandths }));
      const confirmed = await oddsChannelOf(env, country, fixtureId).confirm({ betId, walletId, selections, stakeMinor, placedAtMs });
      if (!confirmed.ok) log("error", "bet_not_confirmed", { betId, walletId, fixtureId, reason: confirmed.error.reason });
    }),
  );
}
