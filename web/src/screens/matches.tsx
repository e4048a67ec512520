/** All matches that can be bet on: what is live first, then by day. */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { FixtureWire } from "../api/types.ts";
import { OddsButton } from "../components/odds-button.tsx";
import { clockTime, dayName } from "../format.ts";
import { language, t } from "../i18n/i18n.ts";
import { isOddsLineUp, lobby } from "../stores/odds.ts";

const SHORT_NAMES: Readonly<Record<string, string>> = { home: "1", draw: "X", away: "2" };

export function Matches(): JSX.Element {
  const subscription = lobby.value;
  if (subscription === null) return <MatchesLoading />;
  const fixtures = [...subscription.fixtures.values()];
  const live = fixtures.filter((one) => one.status === "live");
  const upcoming = fixtures.filter((one) => one.status === "upcoming").sort((a, b) => a.starts_at.localeCompare(b.starts_at));
  const finished = fixtures.filter((one) => one.status === "finished").sort((a, b) => b.starts_at.localeCompare(a.starts_at));
  return (
    <div class="screen">
      <h1 class="visually-hidden">{t("matches")}</h1>
      {isOddsLineUp.value ? null : <p class="banner">{t("offline")}</p>}
      {subscription.late && live.length > 0 ? <p class="banner">{t("odds_late")}</p> : null}
      {live.length + upcoming.length === 0 ? <p class="empty">{t("no_matches")}</p> : null}
      {live.length > 0 ? <Group title={t("live_now")} fixtures={live} isLive /> : null}
      {byDay(upcoming).map(([day, ofDay]) => (
        <Group key={day} title={day} fixtures={ofDay} />
      ))}
      {finished.length > 0 ? <Group title={t("finished")} fixtures={finished} /> : null}
    </div>
  );
}

function byDay(fixtures: readonly FixtureWire[]): readonly (readonly [string, readonly FixtureWire[]])[] {
  const days = new Map<string, FixtureWire[]>();
  const nowMs = Date.now();
  for (const fixture of fixtures) {
    const day = dayName(fixture.starts_at, nowMs);
    days.set(day, [...(days.get(day) ?? []), fixture]);
  }
  return [...days];
}

function Group({ title, fixtures, isLive = false }: { title: string; fixtures: readonly FixtureWire[]; isLive?: boolean }): JSX.Element {
  return (
    <section class="group">
      <h2 class={`group-title ${isLive ? "live" : ""}`}>
        {title}
        <span class="count">{fixtures.length}</span>
      </h2>
      <div class="cards">
        {fixtures.map((fixture) => (
          <Row key={fixture.fixture_id} fixture={fixture} />
        ))}
      </div>
    </section>
  );
}

/** A delta replaces only the fixtures it touches, so every other row is left as it is drawn. */
function Row({ fixture }: { fixture: FixtureWire }): JSX.Element {
  return useMemo(() => <FixtureCard fixture={fixture} />, [fixture, language.value]);
}

function FixtureCard({ fixture }: { fixture: FixtureWire }): JSX.Element {
  const main = fixture.markets.find((market) => market.type === "1x2");
  const others = fixture.markets.length - (main === undefined ? 0 : 1);
  return (
    <article class="card fixture" data-fixture={fixture.fixture_id}>
      <a class="fixture-link" href={`/match/${encodeURIComponent(fixture.fixture_id)}`}>
        <FixtureHead fixture={fixture} />
        <Teams fixture={fixture} />
        <span class="fixture-more">{t("more_markets", { count: others })}</span>
      </a>
      {main === undefined || fixture.status === "finished" ? null : (
        <div class="odds-row">
          {main.outcomes.map((outcome) => (
            <OddsButton
              key={outcome.selection_id}
              fixture={fixture}
              market={main}
              outcome={outcome}
              label={SHORT_NAMES[outcome.outcome_id] ?? outcome.name}
            />
          ))}
        </div>
      )}
    </article>
  );
}

export function FixtureHead({ fixture }: { fixture: FixtureWire }): JSX.Element {
  return (
    <span class="fixture-head">
      {fixture.status === "live" ? (
        <span class="minute">
          <span class="dot" aria-hidden="true" />
          {t("minute", { minute: fixture.minute ?? 0 })}
        </span>
      ) : (
        <time dateTime={fixture.starts_at}>{fixture.status === "finished" ? t("finished") : clockTime(fixture.starts_at)}</time>
      )}
      <span class="league">{fixture.league}</span>
    </span>
  );
}

function Teams({ fixture }: { fixture: FixtureWire }): JSX.Element {
  const hasScore = fixture.home_score !== null && fixture.away_score !== null;
  return (
    <span class="teams">
      <span class="team">{fixture.home_team}</span>
      {hasScore ? <b class="score">{fixture.home_score}</b> : null}
      <span class="team">{fixture.away_team}</span>
      {hasScore ? <b class="score">{fixture.away_score}</b> : null}
    </span>
  );
}

function MatchesLoading(): JSX.Element {
  return (
    <div class="screen" aria-busy="true">
      <p class="visually-hidden">{t("loading")}</p>
      <div class="cards">
        {[1, 2, 3, 4].map((row) => (
          <div key={row} class="card skeleton" />
        ))}
      </div>
    </div>
  );
}
