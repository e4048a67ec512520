/**
 * Tells the channels of bets' fixtures of them, so that each bet hears its results and counts for what it risks. Before anything is
 * stored: a database that is down must not keep a bet from its result.
 */
import { log } from "../../../durable-objects/platform/log.ts";
import type { WalletRun, WalletRunRow } from "../../../shared/protocol/queue/wallet-run.ts";
import type { ConfirmBet } from "../../../shared/protocol/rpc/odds-channel.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { oddsChannelOf } from "../../adapters/objects.ts";
import type { Env } from "../../env.ts";
import { standingsOf } from "./bet-standings.ts";

interface Confirmation {
  readonly row: WalletRunRow;
  readonly country: Country;
  readonly fixtureId: string;
  readonly bet: ConfirmBet;
}

/** Rows whose bets not every channel has heard of, and why. */
export type Unconfirmed = ReadonlyMap<WalletRunRow, unknown>;

/**
 * Tells each channel of its bets in one call, all at the same time; gives back the rows for which that failed, with the reason.
 * Idempotent: a channel that knows a bet stays as it is.
 */
export async function confirmBets(env: Env, runs: readonly WalletRun[]): Promise<Unconfirmed> {
  const failed = new Map<WalletRunRow, unknown>();
  const byChannel = Map.groupBy(runs.flatMap(confirmationsOf), ({ country, fixtureId }) => `${country}:${fixtureId}`);
  await Promise.all(
    [...byChannel.values()].map(async (own) => {
      const [first] = own;
      if (first === undefined) return;
      const { country, fixtureId } = first;
      const bets = own.map(({ bet }) => bet);
      try {
        const confirmed = await oddsChannelOf(env, country, fixtureId).confirm(bets);
        // A channel that does not know its fixture never will: asking again would not help.
        if (!confirmed.ok) log("error", "bets_not_confirmed", { fixtureId, betIds: bets.map(({ betId }) => betId), ...confirmed.error });
      } catch (error) {
        for (const { row } of own) failed.set(row, error);
      }
    }),
  );
  return failed;
}

function confirmationsOf({ objectName, country, rows }: WalletRun): readonly Confirmation[] {
  return rows.flatMap((row) => standingsOf(objectName, row).map((standing) => ({ row, country, ...standing })));
}
