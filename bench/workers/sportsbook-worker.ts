/**
 * The product's Worker with the sportsbook's bench beside it under `/bench/`. Settlement's queue leads to a sink, wallets' projection is
 * acknowledged without being stored. Only `npm run bench:sportsbook` bundles this.
 */
import { invariant } from "../../shared/kernel/invariant.ts";
import { DAY_MS } from "../../shared/kernel/time.ts";
import type { FeedMarket, FeedMessage } from "../../shared/protocol/feed/message.ts";
import type { SettlementMessage } from "../../shared/protocol/queue/messages.ts";
import product from "../../workers/index.ts";
import { consumeSettlements } from "../../workers/queues/settlement.ts";
import { betIdOf, COUNTRY, selectionOfBet, walletIdOf } from "./sportsbook-bets.ts";
import type { BenchChannel, SportsbookEnv } from "./sportsbook-objects.ts";

export * from "../../workers/index.ts";
export { BareObject } from "./bare-object.ts";
export { BenchBettor, BenchChannel, SettlementSink } from "./sportsbook-objects.ts";

/** As wrangler.toml says of the settlement queue: messages of a batch; and how many batches run at a time. */
const BATCH = 25;
const BATCHES_AT_ONCE = 2;
const NOTE = "a row of some forty characters, as a note";

/** Grows through the run: channels know repeated messages by it. */
let sequence = 0;

export default {
  ...product,
  async fetch(request: Request, env: SportsbookEnv, ctx: ExecutionContext): Promise<Response> {
    const url = new URL(request.url);
    if (!url.pathname.startsWith("/bench/")) return product.fetch(request, env, ctx);
    return Response.json((await answer(url, request, env)) ?? null);
  },
  async queue(batch: MessageBatch): Promise<void> {
    batch.ackAll();
  },
};

async function answer(url: URL, request: Request, env: SportsbookEnv): Promise<unknown> {
  const number = (name: string) => Number(url.searchParams.get(name));
  const fixtureId = url.searchParams.get("fixture") ?? "";
  const channel = env.BENCH_CHANNEL.getByName(`${COUNTRY}:${fixtureId}`) as unknown as BenchChannel;
  const range = { from: number("from"), count: number("count") };
  switch (url.pathname) {
    case "/bench/fixture":
      for (const message of [fixtureMessage(fixtureId), oddsMessage(fixtureId)]) await ingest(channel, message);
      return null;
    case "/bench/place":
      return place(env, channel, fixtureId, range, number("bets"));
    case "/bench/result":
      return ingest(channel, resultMessage(fixtureId, url.searchParams.get("winner") ?? "", url.searchParams.get("market") ?? "1x2"));
    case "/bench/settling":
      return channel.isSettling();
    case "/bench/alarm-runs":
      return channel.takeAlarmRuns();
    case "/bench/tally":
      return channel.tally();
    case "/bench/heard":
      return env.SINK.getByName("sink").heard();
    case "/bench/write":
      return inBatches(range, async (objects) => {
        await Promise.all(objects.map((object) => env.BARE.getByName(`bare:${object}`).write(NOTE)));
      });
    case "/bench/settle":
      return settle(env, fixtureId, range, number("bets"));
    case "/bench/acknowledge":
      return acknowledge(channel, range, number("bets"), number("version"));
    case "/bench/change":
      for (let n = 0; n < number("count"); n += 1) await ingest(channel, oddsMessage(fixtureId));
      return null;
    case "/bench/broadcast":
      return channel.broadcastBare(await request.text());
    default:
      throw new Error(`no bench at ${url.pathname}`);
  }
}

interface Range {
  readonly from: number;
  readonly count: number;
}

/** Runs over numbers in batches of the queue's size, as many at a time as consumers run. */
async function inBatches({ from, count }: Range, run: (numbers: readonly number[]) => Promise<void>): Promise<void> {
  let next = from;
  const end = from + count;
  const loops = Array.from({ length: BATCHES_AT_ONCE }, async () => {
    while (next < end) {
      const first = next;
      next = Math.min(end, next + BATCH);
      await run(Array.from({ length: next - first }, (_, index) => first + index));
    }
  });
  await Promise.all(loops);
}

/** Bets of these wallets at the channel's price, in the wallets and in the channel. A bare row beside each, as old as they are. */
async function place(env: SportsbookEnv, channel: BenchChannel, fixtureId: string, range: Range, bets: number): Promise<void> {
  const priced = async (wallet: number) => {
    const wanted = Array.from({ length: bets }, (_, bet) => selectionOfBet(fixtureId, wallet, bet));
    const prices = await channel.price(
      [...new Set(wanted)].map((selectionId) => ({ selectionId, seenOddsThousandths: null, seenPriceVersion: null })),
    );
    invariant(prices.ok, `price: ${JSON.stringify(prices)}`);
    return wanted.flatMap((selectionId) => prices.value.filter((price) => price.selectionId === selectionId));
  };
  await inBatches(range, async (wallets) => {
    await Promise.all(
      wallets.map(async (wallet) => {
        await env.BENCH_WALLET.getByName(walletIdOf(wallet)).placeMany(wallet, await priced(wallet));
        await env.BARE.getByName(`bare:${wallet}`).write(NOTE);
      }),
    );
  });
  await channel.confirmMany(fixtureId, range.from, range.count, bets);
}

/** The consumer over one message a wallet, with the outcomes that the channel told. */
async function settle(env: SportsbookEnv, fixtureId: string, range: Range, bets: number): Promise<void> {
  const heard = await env.SINK.getByName("sink").heard();
  const messageOf = (wallet: number): SettlementMessage => ({
    ...{ v: 1, country: COUNTRY, fixtureId, walletId: walletIdOf(wallet) },
    bets: Array.from({ length: bets }, (_, bet) => {
      const selectionId = selectionOfBet(fixtureId, wallet, bet);
      const outcome = heard.outcomes[selectionId] ?? null;
      return { betId: betIdOf(wallet, bet), resultVersion: heard.resultVersion, results: [{ selectionId, outcome }] };
    }),
  });
  await inBatches(range, async (wallets) => {
    const outcomes = await consumeSettlements(env, wallets.map(messageOf));
    for (const error of outcomes) if (error !== null) throw error;
  });
}

async function acknowledge(channel: BenchChannel, range: Range, bets: number, resultVersion: number): Promise<void> {
  await inBatches(range, async (wallets) => {
    const acks = wallets.flatMap((wallet) =>
      Array.from({ length: bets }, (_, bet) => ({ walletId: walletIdOf(wallet), betId: betIdOf(wallet, bet), resultVersion })),
    );
    await channel.acknowledgeSettlement(acks);
  });
}

async function ingest(channel: BenchChannel, message: FeedMessage): Promise<void> {
  const result = await channel.ingest(message);
  invariant(result.ok && result.value.applied, `ingest: ${JSON.stringify(result)}`);
}

function headerOf(fixtureId: string) {
  sequence += 1;
  return { v: 1, feed: "replay", fixtureId, messageId: `bench-${sequence}`, sequence, producedAtMs: Date.now() + sequence } as const;
}

function fixtureMessage(fixtureId: string): FeedMessage {
  const teams = { sport: "football", league: "Bench", homeTeam: "Home", awayTeam: "Away" } as const;
  return { ...headerOf(fixtureId), ...teams, type: "fixture_change", startsAtMs: Date.now() + DAY_MS, status: "upcoming" };
}

/** Prices of two markets; each message has another price for the home win. */
function oddsMessage(fixtureId: string): FeedMessage {
  const header = headerOf(fixtureId);
  const outcome = (outcomeId: string, oddsThousandths: number) => ({ outcomeId, name: outcomeId, oddsThousandths, active: true });
  const market = (type: string, specifier: string, outcomes: FeedMarket["outcomes"]): FeedMarket => ({
    ...{ marketId: specifier === "" ? type : specifier, type, name: type, specifier, status: "active", outcomes },
  });
  return {
    ...header,
    ...{ type: "odds_change", status: "upcoming", minute: null, homeScore: null, awayScore: null },
    markets: [
      market("1x2", "", [outcome("home", 2_100 + (header.sequence % 50) * 10), outcome("draw", 3_200), outcome("away", 3_400)]),
      market("total", "total=2.5", [outcome("over", 1_900), outcome("under", 1_950)]),
    ],
  };
}

/** The result of a market: `winner` won, the others lost. */
function resultMessage(fixtureId: string, winner: string, marketId: string): FeedMessage {
  const outcomeIds = marketId === "1x2" ? ["home", "draw", "away"] : ["over", "under"];
  const outcomes = outcomeIds.map((outcomeId) => ({ outcomeId, result: outcomeId === winner ? ("won" as const) : ("lost" as const) }));
  return { ...headerOf(fixtureId), type: "bet_settlement", homeScore: null, awayScore: null, markets: [{ marketId, outcomes }] };
}
