/**
 * Projects wallets: placed bets to the channels of their fixtures, and entries, balances and bets to the country's database.
 *
 * Channels come first: a database that is down must not keep a bet from its result. A row is acknowledged only when all of its effects
 * stand; one that fails does not keep its neighbours waiting.
 */
import { log } from "../../../durable-objects/platform/log.ts";
import { invariant } from "../../../shared/kernel/invariant.ts";
import type { ProjectionMessage } from "../../../shared/protocol/queue/messages.ts";
import { type WalletRow, walletRowSchema } from "../../../shared/protocol/queue/wallet-row.ts";
import { saveWalletRows } from "../../adapters/d1/wallet-journal.ts";
import { oddsChannelOf } from "../../adapters/objects.ts";
import { databaseOf, type Env } from "../../env.ts";

/** Confirms placed bets, stores the rows, and acknowledges to the wallet; throws when a row has to come again. Idempotent. */
export async function projectWallet(env: Env, message: ProjectionMessage): Promise<void> {
  const told = message.rows.map(({ seq, topic, body }) => ({ seq, topic, row: walletRowSchema.parse(JSON.parse(body)) }));
  for (const { row } of told) invariant(row.walletId === message.objectName && row.country === message.country, "a row of another wallet");

  const placed = told.filter(({ topic }) => topic === "bet_placed");
  const outcomes = await Promise.allSettled(placed.map(({ row }) => confirmBet(env, row)));
  const failed = new Set(placed.filter((_, index) => outcomes[index]?.status === "rejected").map(({ seq }) => seq));
  await saveWalletRows(
    databaseOf(env, message.country),
    told.map(({ row }) => row),
  );

  const done = told.filter(({ seq }) => !failed.has(seq)).map(({ seq }) => seq);
  if (done.length > 0) await env.WALLET.getByName(message.objectName).acknowledge(done);
  const failure = outcomes.find((outcome) => outcome.status === "rejected");
  if (failure !== undefined) throw new Error("a placed bet could not be confirmed to its fixtures", { cause: failure.reason });
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
