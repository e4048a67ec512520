/**
 * Decides a bet after its live delay: the fixtures are asked again, and the wallet is told what they say.
 *
 * A market that is not open any more, or a score that has changed under a market about the score, refuses the bet. A price is compared
 * with what the player saw: the better one is taken, a lower one by the player's policy, and one below the tolerance is offered.
 */
import { log } from "../../../durable-objects/platform/log.ts";
import { priceChanges, scoreChanges } from "../../../shared/betting/acceptance.ts";
import type { AcceptanceMessage } from "../../../shared/protocol/queue/messages.ts";
import type { AcceptedSelection } from "../../../shared/protocol/rpc/wallet.ts";
import type { BetToDecide, FixturesVerdict } from "../../../shared/protocol/rpc/wallet-acceptance.ts";
import { sportsRulesOf } from "../../../shared/tenants/sports/index.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import type { Env } from "../../env.ts";
import type { ServiceError } from "../context.ts";
import { type AskedSelection, askFixtures, oddsChanged } from "./fixture-channels.ts";

/** Decides the bet if it still waits. Throws when the answer of an object is lost: the wallet asks again. Idempotent. */
export async function decideHeldBet(env: Env, { country, walletId, betId }: AcceptanceMessage): Promise<void> {
  if (!walletId.startsWith(`${country}:`)) return log("error", "acceptance_across_countries", { walletId, country, betId });
  const wallet = env.WALLET.getByName(walletId);
  const bet = await wallet.betToDecide(betId);
  if (bet === null) return;
  const decision = await verdictOf(env, country, { ...bet, betId, walletId });
  const reply = await wallet.decideBet({ betId, round: bet.round, decision });
  if (!reply.ok) log("warn", "acceptance_refused", { walletId, betId, reason: reply.error.reason });
}

type Asked = BetToDecide & { readonly betId: string; readonly walletId: string };

async function verdictOf(env: Env, country: Country, bet: Asked): Promise<FixturesVerdict> {
  const { betId, walletId, stakeMinor } = bet;
  const rules = sportsRulesOf(country).acceptance;
  const prices = await askFixtures(env, { country, betId, walletId, stakeMinor }, bet.selections.map(askedAgain));
  if (!prices.ok) return refusedBy(prices.error);
  const { selections, stakeMaxMinor } = prices.value;
  const moved = scoreChanges(bet.selections, selections, rules);
  if (moved.length > 0) return refusedBy({ code: "SCORE_CHANGED", details: { selections: moved } });
  const changes = priceChanges(bet.asked, selections, rules);
  if (changes.some(({ verdict }) => verdict === "refused")) return refusedBy(oddsChanged(changes));
  return { verdict: "priced", selections, stakeMaxMinor, asksAgain: changes.some(({ verdict }) => verdict === "asked") };
}

/** What is asked of a selection that was priced before. */
export function askedAgain({ selectionId, fixtureId, builder }: AcceptedSelection): AskedSelection {
  return { selectionId, fixtureId, parts: builder?.parts.map((part) => part.selectionId) ?? [] };
}

/** A selection that was there before the delay is not unknown: its market is gone. */
export function refusedBy({ code, details = {} }: ServiceError): Extract<FixturesVerdict, { verdict: "refused" }> {
  const isGone = code === "INVALID_BET";
  const told = isGone ? { selections: details.selections ?? [] } : details;
  return { verdict: "refused", code: isGone ? "MARKET_CLOSED" : code, details: JSON.stringify(told) };
}
