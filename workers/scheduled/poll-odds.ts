/**
 * Cron: asks The Odds API for the leagues that are due, and brings prices and results to the tenants that take them. Off without a key
 * or without a league in a tenant's data. Ends early when the quota runs low; what was not asked is asked by the next run.
 */
import { log } from "../../durable-objects/platform/log.ts";
import { MINUTE_MS } from "../../shared/kernel/time.ts";
import { messagesOfOdds, messagesOfScores, oddsAnswerSchema, scoresAnswerSchema } from "../../shared/odds/from-the-odds-api.ts";
import type { FeedMessage } from "../../shared/protocol/feed/message.ts";
import { tenantOf } from "../../shared/tenants/index.ts";
import { POLLED_LEAGUES, type PolledLeague, THE_ODDS_API_FEED } from "../../shared/tenants/sports/polled-odds.ts";
import { COUNTRIES, type Country } from "../../shared/tenants/tenant.ts";
import { askOdds, askScores, type OddsApiAnswer, type OddsApiOptions } from "../adapters/the-odds-api/client.ts";
import { configOf, type Env } from "../env.ts";
import { deliverMessages } from "../services/feeds/deliver-messages.ts";

/** Credits that one league's prices and scores cost, and that a run leaves for the next. */
const LEAGUE_CREDITS = 4;
/** Cron comes every so often; a league is due in the first run of its period. */
const RUN_MS = 5 * MINUTE_MS;

/** A league, and who takes it. */
export interface Poll {
  readonly league: PolledLeague;
  readonly countries: readonly Country[];
}

/** Polls what the tenants' data name. Idempotent: repeated messages change nothing. */
export async function pollOdds(env: Env, nowMs: number): Promise<void> {
  const { THE_ODDS_API_KEY: apiKey, THE_ODDS_API_BASE_URL: baseUrl } = configOf(env);
  if (apiKey === "") return;
  await pollLeagues(env, { apiKey, baseUrl }, pollsOf(POLLED_LEAGUES, nowMs), nowMs);
}

/** Leagues that are due, each once for all tenants that take the feed and the league on the same terms. */
export function pollsOf(leagues: Readonly<Record<Country, readonly PolledLeague[]>>, nowMs: number): readonly Poll[] {
  const polls = new Map<string, { readonly league: PolledLeague; readonly countries: Country[] }>();
  for (const country of COUNTRIES) {
    if (!tenantOf(country).oddsFeeds.includes(THE_ODDS_API_FEED)) continue;
    for (const league of leagues[country]) {
      if (nowMs % (league.everyMinutes * MINUTE_MS) >= RUN_MS) continue;
      const terms = JSON.stringify(league);
      const poll = polls.get(terms) ?? { league, countries: [] };
      poll.countries.push(country);
      polls.set(terms, poll);
    }
  }
  return [...polls.values()];
}

/** Asks for these leagues one after another, until the quota is low or the provider refuses. */
export async function pollLeagues(env: Env, options: OddsApiOptions, polls: readonly Poll[], nowMs: number): Promise<void> {
  for (const { league, countries } of polls) {
    const odds = await askOdds(options, league.sportKey, league.bookmakers);
    const prices = read(odds, league, (json) => {
      const events = oddsAnswerSchema.safeParse(json);
      return events.success ? messagesOfOdds(events.data, league, nowMs) : null;
    });
    if (prices.length > 0) await deliverMessages(env, countries, prices);
    if (isOver(odds)) return;
    if (!league.settlesByScores) continue;
    const scores = await askScores(options, league.sportKey);
    const results = read(scores, league, (json) => {
      const events = scoresAnswerSchema.safeParse(json);
      return events.success ? messagesOfScores(events.data, league) : null;
    });
    if (results.length > 0) await deliverMessages(env, countries, results);
    if (isOver(scores)) return;
  }
}

function read(
  answer: OddsApiAnswer,
  { sportKey }: PolledLeague,
  convert: (json: unknown) => readonly FeedMessage[] | null,
): readonly FeedMessage[] {
  const messages = answer.kind === "answered" ? convert(answer.json) : null;
  if (messages !== null) return messages;
  const why = answer.kind === "answered" ? "unknown shape" : answer.kind === "refused" ? answer.errorCode : answer.why;
  log(answer.kind === "refused" ? "error" : "warn", "odds_not_polled", { sportKey, why });
  return [];
}

function isOver(answer: OddsApiAnswer): boolean {
  if (answer.kind !== "answered") return answer.kind === "refused";
  const isLow = answer.quotaLeft !== null && answer.quotaLeft < LEAGUE_CREDITS;
  if (isLow) log("warn", "odds_quota_low", { quotaLeft: answer.quotaLeft });
  return isLow;
}
