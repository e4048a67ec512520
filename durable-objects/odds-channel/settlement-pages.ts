/**
 * Tells accepted bets their results, a page at a time.
 *
 * A bet stays open until it acknowledged the newest result version, whatever the queue does with the messages. It is always told the
 * newest results, so versions in between may be skipped; the wallet posts the difference to what it paid. A page's bets are grouped
 * by wallet: one message settles all of a player's bets in it.
 */
import { type FixtureState, resultFor } from "../../shared/odds/fixture-state.ts";
import { parseSelectionId } from "../../shared/odds/selection-id.ts";
import type { SettlementMessage } from "../../shared/protocol/queue/messages.ts";
import type { Country } from "../../shared/tenants/tenant.ts";
import type { OddsChannelStore, OpenBet } from "./odds-channel-store.ts";

export const SETTLEMENT_PAGE_BETS = 50;
/** Longer than a consumer's usual run, so that a message in flight is rarely doubled. */
export const SETTLEMENT_RESEND_MS = 60_000;

type BetResults = SettlementMessage["bets"][number];

/** The results of one bet; null when it was told nothing yet and there is nothing to tell. */
function resultsOfBet(state: FixtureState, bet: OpenBet): BetResults | null {
  const results = bet.selectionIds.map((selectionId) => {
    const parts = parseSelectionId(selectionId);
    const outcome = parts === null ? null : resultFor(state, parts.marketId, parts.outcomeId, bet.placedAtMs);
    return { selectionId, outcome };
  });
  const nothingToSay = bet.sentVersion === 0 && results.every(({ outcome }) => outcome === null);
  return nothingToSay ? null : { betId: bet.betId, resultVersion: state.resultVersion, results };
}

/** Sends one page and marks it as sent. When `send` throws nothing is marked, and the page is sent again. */
export async function sendSettlementPage(
  store: OddsChannelStore,
  country: Country,
  state: FixtureState,
  nowMs: number,
  send: (messages: readonly SettlementMessage[]) => Promise<void>,
): Promise<void> {
  const version = state.resultVersion;
  const page = store.openBets(version, nowMs, SETTLEMENT_PAGE_BETS);
  const byWallet = new Map<string, BetResults[]>();
  for (const bet of page) {
    const results = resultsOfBet(state, bet);
    if (results === null) store.acknowledge(bet.betId, version);
    else byWallet.set(bet.walletId, [...(byWallet.get(bet.walletId) ?? []), results]);
  }
  const messages = [...byWallet].map(
    ([walletId, bets]): SettlementMessage => ({ v: 1, country, fixtureId: state.fixtureId, walletId, bets }),
  );
  if (messages.length > 0) await send(messages);
  for (const { betId } of [...byWallet.values()].flat()) store.markSent(betId, version, nowMs + SETTLEMENT_RESEND_MS);
}
