/**
 * The objects of players and fixtures, by name: the one place that writes these names. The country comes first in each, so that no
 * name crosses tenants.
 */
import type { FeedMonitorRpc } from "../../shared/protocol/rpc/feed-monitor.ts";
import type { OddsChannelRpc, OddsLobbyRpc } from "../../shared/protocol/rpc/odds-channel.ts";
import type { TradingRpc } from "../../shared/protocol/rpc/trading.ts";
import type { Country } from "../../shared/tenants/tenant.ts";
import type { Env } from "../env.ts";

export type OddsChannelStub = OddsChannelRpc & { fetch(request: Request): Promise<Response> };
export type OddsLobbyStub = OddsLobbyRpc & { fetch(request: Request): Promise<Response> };

/** Whose wallet it is, as actors, tickets and reports all say it. */
export interface WalletOwner {
  readonly country: Country;
  readonly userId: string;
}

export function walletName({ country, userId }: WalletOwner): string {
  return `${country}:${userId}`;
}

/** The wallet of a player, which also holds the player's bets. */
export function walletOf(env: Env, owner: WalletOwner): ReturnType<Env["WALLET"]["getByName"]> {
  return env.WALLET.getByName(walletName(owner));
}

/** The fixture's own object. A channel that knows no fixture stores nothing, so an id that someone made up leaves no trace. */
export function oddsChannelOf(env: Env, country: Country, fixtureId: string): OddsChannelStub {
  return env.ODDS_CHANNEL.getByName(`${country}:${fixtureId}`) as unknown as OddsChannelStub;
}

/** The same object as operators speak to it. */
export function tradingDeskOf(env: Env, country: Country, fixtureId: string): TradingRpc {
  return env.ODDS_CHANNEL.getByName(`${country}:${fixtureId}`) as unknown as TradingRpc;
}

/** Who of a feed's producers is there. */
export function feedMonitorOf(env: Env, feed: string): FeedMonitorRpc {
  return env.FEED_MONITOR.getByName(feed) as unknown as FeedMonitorRpc;
}

export function oddsLobbyOf(env: Env, country: Country): OddsLobbyStub {
  return env.ODDS_LOBBY.getByName(`${country}:lobby`) as unknown as OddsLobbyStub;
}
