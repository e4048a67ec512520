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
import type { ConfirmBet } from "../../../shared/protocol/rpc/odds-channel.ts";
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
    invariant(topic !== "bet_placed" || row.bet !== null, "a placed bet's row has the bet");
    return { index, objectName, country, seq, topic, row };
  });
}

type Fail = (index: number, what: string, cause: unknown) => void;

/** Tells each channel of its bets in one call, all at the same time; gives back the rows for which that failed. */
async function confirmBets(env: Env, told: readonly Told[], fail: Fail): Promise<ReadonlySet<Told>> {
  const failed = new Set<Told>();
  const placed = told.filter(({ topic }) => topic === "bet_placed").flatMap(confirmationsOf);
  const byChannel = Map.groupBy(placed, ({ told: { country }, fixtureId }) => `${country}:${fixtureId}`);
  await Promise.all(
    [...byChannel.values()].map(async (own) => {
      const [first] = own;
      if (first === undefined) return;
      const { fixtureId, told: one } = first;
      const bets = own.map(({ bet }) => bet);
      try {
        const confirmed = await oddsChannelOf(env, one.country, fixtureId).confirm(bets);
        // A channel that does not know its fixture never will: asking again would not help.
        if (!confirmed.ok) log("error", "bets_not_confirmed", { fixtureId, betIds: bets.map(({ betId }) => betId), ...confirmed.error });
      } catch (error) {
        for (const { told: row } of own) {
          failed.add(row);
          fail(row.index, "a placed bet could not be confirmed to its fixtures", error);
        }
      }
    }),
  );
  return failed;
}

interface Confirmation {
  readonly told: Told;
  readonly fixtureId: string;
  readonly bet: ConfirmBet;
}

/** What each channel of a placed bet is told: its own selections. */
function confirmationsOf(told: Told): readonly Confirmation[] {
  const { walletId, bet } = told.row;
  if (bet === null) return [];
  const { betId, stakeMinor, placedAtMs } = bet;
  return [...Map.groupBy(bet.selections, (selection) => selection.fixtureId)].map(([fixtureId, own]) => {
    const selections = own.map(({ selectionId, oddsThousandths }) => ({ selectionId, oddsThousandths }));
    return { told, fixtureId, bet: { betId, walletId, selections, stakeMinor, placedAtMs } };
  });
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
