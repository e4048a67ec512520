/**
 * Projects wallets: entries, balances and bets to the country's database, and placed bets to the channels of their fixtures.
 *
 * A placed bet is confirmed to each channel again here, so that a confirmation that was lost after the wallet's commit is repaired. A
 * row is acknowledged only when all of its effects stand; one that fails does not keep its neighbours waiting.
 */
import { invariant } from "../../../shared/kernel/invariant.ts";
import type { ProjectionMessage } from "../../../shared/protocol/queue/messages.ts";
import { type WalletRow, walletRowSchema } from "../../../shared/protocol/queue/wallet-row.ts";
import { saveWalletRows } from "../../adapters/d1/wallet-journal.ts";
import { databaseOf, type Env } from "../../env.ts";

/** Stores the rows, confirms placed bets, and acknowledges to the wallet; throws when a row has to come again. Idempotent. */
export async function projectWallet(env: Env, message: ProjectionMessage): Promise<void> {
  const told = message.rows.map(({ seq, topic, body }) => ({ seq, topic, row: walletRowSchema.parse(JSON.parse(body)) }));
  for (const { row } of told) invariant(row.walletId === message.objectName && row.country === message.country, "a row of another wallet");
  await saveWalletRows(
    databaseOf(env, message.country),
    told.map(({ row }) => row),
  );

  const placed = told.filter(({ topic }) => topic === "bet_placed");
  const outcomes = await Promise.allSettled(placed.map(({ row }) => confirmBet(env, row)));
  const failed = new Set(placed.filter((_, index) => outcomes[index]?.status === "rejected").map(({ seq }) => seq));
  const done = told.filter(({ seq }) => !failed.has(seq)).map(({ seq }) => seq);
  if (done.length > 0) await env.WALLET.getByName(message.objectName).acknowledge(done);
  const failure = outcomes.find((outcome) => outcome.status === "rejected");
  if (failure !== undefined) throw new Error("a placed bet could not be confirmed to its fixtures", { cause: failure.reason });
}

async function confirmBet(env: Env, { country, walletId, bet }: WalletRow): Promise<void> {
  invariant(bet !== null, "a placed bet's row has the bet");
  const fixtures = new Set(bet.selections.map((selection) => selection.fixtureId));
  await Promise.all(
    [...fixtures].map((fixtureId) =>
      env.ODDS_CHANNEL.getByName(`${country}:${fixtureId}`).confirm({
        betId: bet.betId,
        walletId,
        selections: bet.selections
          .filter((selection) => selection.fixtureId === fixtureId)
          .map(({ selectionId, oddsThousandths }) => ({ selectionId, oddsThousandths })),
        stakeMinor: bet.stakeMinor,
        placedAtMs: bet.placedAtMs,
      }),
    ),
  );
}
