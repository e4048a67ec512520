/**
 * Players with money and fixtures with prices, made by the commands that make real ones. Only the way through the providers is left
 * out: a thousand registrations would take longer than the bench.
 */
import { ID_RANDOM_BYTES, makeId, type UserId } from "../../shared/kernel/ids.ts";
import { invariant } from "../../shared/kernel/invariant.ts";
import { DAY_MS, unixMs } from "../../shared/kernel/time.ts";
import type { FeedMessage } from "../../shared/protocol/feed/message.ts";
import { configOf } from "../../workers/env.ts";
import { signAccessToken } from "../../workers/services/identity/access-token.ts";
import type { Player } from "../load-order.ts";

const COUNTRY = "KE";
const FIXTURES = 10;
const DEPOSIT_MINOR = 10_000_000;

/** Opens wallets of verified players and pays 100,000.00 into each. */
export function makePlayers(env: Cloudflare.Env, count: number): Promise<readonly Player[]> {
  return Promise.all(Array.from({ length: count }, () => makePlayer(env)));
}

async function makePlayer(env: Cloudflare.Env): Promise<Player> {
  const nowMs = unixMs(Date.now());
  const userId = makeId("usr", nowMs, crypto.getRandomValues(new Uint8Array(ID_RANDOM_BYTES))) as UserId;
  const intentId = `dep_${userId}`;
  const wallet = env.WALLET.getByName(`${COUNTRY}:${userId}`);
  const replies = [
    await wallet.open({ key: "open", userId, country: COUNTRY }),
    await wallet.setVerified({ key: "verified", verified: true }),
    await wallet.startDeposit({ key: "deposit", intentId, method: "mpesa", amountMinor: DEPOSIT_MINOR }),
    await wallet.creditDeposit({
      intentId,
      provider: "daraja",
      receipt: `BENCH${userId}`,
      grossMinor: DEPOSIT_MINOR,
      occurredAtMs: nowMs,
    }),
  ];
  for (const reply of replies) invariant(reply.ok, `making a player: ${JSON.stringify(reply)}`);
  const actor = { userId, country: COUNTRY, identityObjectId: env.IDENTITY.idFromName(userId).toString(), sessionId: "bench" } as const;
  return { userId, token: await signAccessToken(configOf(env), actor, nowMs) };
}

/** Adds fixtures of tomorrow with one market each and returns the selection ids of each. */
export async function makeFixtures(env: Cloudflare.Env): Promise<readonly (readonly string[])[]> {
  const fixtures: (readonly string[])[] = [];
  for (let index = 1; index <= FIXTURES; index += 1) {
    const fixtureId = `bench-${index}`;
    const channel = env.ODDS_CHANNEL.getByName(`${COUNTRY}:${fixtureId}`);
    for (const message of feedMessages(fixtureId)) {
      const result = await channel.ingest(message);
      invariant(result.ok, `making a fixture: ${JSON.stringify(result)}`);
    }
    const view = await channel.view();
    fixtures.push((view?.markets ?? []).flatMap((market) => market.outcomes.map((outcome) => outcome.selectionId)));
  }
  return fixtures;
}

function feedMessages(fixtureId: string): readonly FeedMessage[] {
  const header = { v: 1, feed: "replay", fixtureId, producedAtMs: Date.now() } as const;
  const outcome = (outcomeId: string, name: string, oddsThousandths: number) => ({ outcomeId, name, oddsThousandths, active: true });
  return [
    {
      ...header,
      messageId: `${fixtureId}-1`,
      sequence: 1,
      type: "fixture_change",
      sport: "football",
      league: "Bench",
      homeTeam: "Home",
      awayTeam: "Away",
      startsAtMs: Date.now() + DAY_MS,
      status: "upcoming",
    },
    {
      ...header,
      messageId: `${fixtureId}-2`,
      sequence: 2,
      type: "odds_change",
      status: "upcoming",
      minute: null,
      homeScore: null,
      awayScore: null,
      markets: [
        {
          marketId: "1x2",
          type: "1x2",
          name: "Match result",
          specifier: "",
          status: "active",
          outcomes: [outcome("home", "Home", 2_100), outcome("draw", "Draw", 3_200), outcome("away", "Away", 3_400)],
        },
      ],
    },
  ];
}
