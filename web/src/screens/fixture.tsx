/** One match with all its markets. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { call } from "../api/client.ts";
import type { FixtureWire, MarketWire } from "../api/types.ts";
import { Icon } from "../components/icons.tsx";
import { OddsButton } from "../components/odds-button.tsx";
import { dayAndTime } from "../format.ts";
import { t } from "../i18n/i18n.ts";
import { marketName, outcomeName } from "../names.ts";
import { findFixture } from "../stores/odds.ts";
import { troubleText } from "../stores/toasts.ts";
import { FixtureHead } from "./matches.tsx";

export function Fixture({ fixtureId }: { fixtureId: string }): JSX.Element {
  const fetched = useSignal<FixtureWire | null>(null);
  const trouble = useSignal<string | null>(null);
  useEffect(() => {
    call<FixtureWire>("GET", `/api/v1/fixtures/${encodeURIComponent(fixtureId)}`).then(
      (answer) => {
        fetched.value = answer;
      },
      (error: unknown) => {
        trouble.value = troubleText(error);
      },
    );
  }, [fixtureId]);
  const fixture = findFixture(fixtureId) ?? fetched.value;
  return (
    <div class="screen">
      <a class="back" href="/">
        <Icon name="back" />
        {t("matches")}
      </a>
      {fixture === null ? <p class="empty">{trouble.value ?? t("loading")}</p> : <Board fixture={fixture} />}
    </div>
  );
}

function Board({ fixture }: { fixture: FixtureWire }): JSX.Element {
  const hasScore = fixture.home_score !== null && fixture.away_score !== null;
  const spoken = hasScore ? t("score_label", { home: fixture.home_score ?? 0, away: fixture.away_score ?? 0 }) : undefined;
  return (
    <>
      <header class="board weave">
        <FixtureHead fixture={fixture} />
        <h1 class="board-teams">
          <span>{fixture.home_team}</span>
          <b class="board-score">
            <span class="visually-hidden">{spoken}</span>
            <span aria-hidden="true">{hasScore ? `${fixture.home_score} – ${fixture.away_score}` : "v"}</span>
          </b>
          <span>{fixture.away_team}</span>
        </h1>
        {fixture.status === "upcoming" ? <p class="muted">{dayAndTime(fixture.starts_at)}</p> : null}
      </header>
      {fixture.markets.map((market) => (
        <Market key={market.market_id} fixture={fixture} market={market} />
      ))}
    </>
  );
}

function Market({ fixture, market }: { fixture: FixtureWire; market: MarketWire }): JSX.Element {
  return (
    <section class="card market">
      <h2>
        {marketName(market)}
        {market.status === "active" ? null : <span class="tag">{t(market.status === "cancelled" ? "closed" : market.status)}</span>}
      </h2>
      <div class={`odds-row ${market.outcomes.length === 2 ? "two" : ""}`}>
        {market.outcomes.map((outcome) => (
          <OddsButton
            key={outcome.selection_id}
            fixture={fixture}
            market={market}
            outcome={outcome}
            label={outcomeName(fixture, market.specifier, outcome)}
          />
        ))}
      </div>
    </section>
  );
}
