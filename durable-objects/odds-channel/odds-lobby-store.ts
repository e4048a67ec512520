/** All SQL of an odds lobby: the last view of each fixture, and each channel's sequence number. */
import type { FixtureView } from "../../shared/protocol/rpc/odds-channel.ts";
import { LOBBY_CHANNELS, type LobbyChannel } from "../../shared/protocol/ws/odds.ts";
import { migrate } from "../platform/migrate.ts";
import type { Sql } from "../platform/sql.ts";
import { ODDS_LOBBY_MIGRATIONS } from "./odds-lobby-schema.ts";

export interface LobbyFixture {
  readonly view: FixtureView;
  /** When the lobby stops showing it. */
  readonly leavesAtMs: number;
}

export class OddsLobbyStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
    migrate(sql, ODDS_LOBBY_MIGRATIONS);
  }

  fixtures(): readonly LobbyFixture[] {
    return this.#sql
      .all<{ view: string; leaves_at: number }>("SELECT view, leaves_at FROM fixture_view")
      .map((row) => ({ view: JSON.parse(row.view) as FixtureView, leavesAtMs: row.leaves_at }));
  }

  saveFixture({ view, leavesAtMs }: LobbyFixture): void {
    this.#sql.run(
      "INSERT OR REPLACE INTO fixture_view (fixture_id, leaves_at, view) VALUES (?, ?, ?)",
      view.fixtureId,
      leavesAtMs,
      JSON.stringify(view),
    );
  }

  removeFixture(fixtureId: string): void {
    this.#sql.run("DELETE FROM fixture_view WHERE fixture_id = ?", fixtureId);
  }

  channelSeqs(): Map<LobbyChannel, number> {
    const rows = this.#sql.all<{ channel: string; seq: number }>("SELECT channel, seq FROM channel_seq");
    const stored = new Map(rows.map((row) => [row.channel, row.seq]));
    return new Map(LOBBY_CHANNELS.map((channel) => [channel, stored.get(channel) ?? 0]));
  }

  saveChannelSeq(channel: LobbyChannel, seq: number): void {
    this.#sql.run("INSERT OR REPLACE INTO channel_seq (channel, seq) VALUES (?, ?)", channel, seq);
  }
}
