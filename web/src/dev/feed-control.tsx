/** Buttons that move the simulated feed: time, goals, results, and taking a result back. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { lobby } from "../stores/odds.ts";
import { advanceFeed, feedFixture } from "./simulators.ts";

export function FeedControl({ onFailure }: { onFailure: (error: unknown) => void }): JSX.Element {
  const chosen = useSignal("");
  const home = useSignal("2");
  const away = useSignal("1");
  const fixtures = [...(lobby.value?.fixtures.values() ?? [])];
  const fixtureId = chosen.value === "" ? (fixtures[0]?.fixture_id ?? "") : chosen.value;
  const run = (work: Promise<unknown>): void => void work.catch(onFailure);
  return (
    <>
      <h3>Feed</h3>
      <div class="dev-row">
        {[5, 15, 45].map((minutes) => (
          <button key={minutes} type="button" class="dev-button" onClick={() => run(advanceFeed(minutes))}>
            +{minutes} min
          </button>
        ))}
      </div>
      <select aria-label="Fixture" value={fixtureId} onChange={(event) => (chosen.value = event.currentTarget.value)}>
        {fixtures.map((fixture) => (
          <option key={fixture.fixture_id} value={fixture.fixture_id}>
            {fixture.home_team} – {fixture.away_team} ({fixture.status})
          </option>
        ))}
      </select>
      <div class="dev-row">
        <button type="button" class="dev-button" onClick={() => run(feedFixture(fixtureId, "goal", { side: "home", reopen: true }))}>
          Home goal
        </button>
        <button type="button" class="dev-button" onClick={() => run(feedFixture(fixtureId, "goal", { side: "away", reopen: true }))}>
          Away goal
        </button>
        <button type="button" class="dev-button" onClick={() => run(feedFixture(fixtureId, "suspend"))}>
          Suspend
        </button>
      </div>
      <div class="dev-row">
        <input
          aria-label="Home goals"
          inputMode="numeric"
          value={home.value}
          onInput={(event) => (home.value = event.currentTarget.value)}
        />
        <input
          aria-label="Away goals"
          inputMode="numeric"
          value={away.value}
          onInput={(event) => (away.value = event.currentTarget.value)}
        />
        <button
          type="button"
          class="dev-button"
          onClick={() => run(feedFixture(fixtureId, "result", { home: Number(home.value), away: Number(away.value) }))}
        >
          Final result
        </button>
        <button type="button" class="dev-button" onClick={() => run(feedFixture(fixtureId, "rollback"))}>
          Take back
        </button>
      </div>
    </>
  );
}
