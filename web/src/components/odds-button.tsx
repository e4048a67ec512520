/**
 * One price that can be tapped onto the slip. A move shows as an arrow and a colour for some seconds, never as colour alone, and
 * never changes the button's size; a suspended price stays where it is, greyed.
 */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { FixtureWire, MarketWire, OutcomeWire } from "../api/types.ts";
import { odds } from "../format.ts";
import { t } from "../i18n/i18n.ts";
import { outcomeName } from "../names.ts";
import { selections, toggle } from "../stores/slip.ts";
import { Icon } from "./icons.tsx";

interface OddsButtonProps {
  readonly fixture: FixtureWire;
  readonly market: MarketWire;
  readonly outcome: OutcomeWire;
  /** What stands before the price; the full name is read out in any case. */
  readonly label: string;
}

const MOVE_SHOWN_MS = 3_500;

export function OddsButton({ fixture, market, outcome, label }: OddsButtonProps): JSX.Element {
  const movement = useMovement(outcome.odds);
  const isOpen = market.status === "active" && outcome.status === "active";
  const isPicked = selections.value.some((one) => one.selectionId === outcome.selection_id);
  const name = outcomeName(fixture, market.specifier, outcome);
  const spoken = t("odds_label", { outcome: name, odds: odds(outcome.odds) });
  const move = movement === null ? "" : `, ${t(movement === "up" ? "odds_up" : "odds_down")}`;
  return (
    <button
      type="button"
      class={`odds ${movement ?? ""} ${label.length > 2 ? "wide" : ""}`}
      aria-label={isOpen ? `${spoken}${move}` : `${name}, ${t("suspended")}`}
      aria-pressed={isPicked}
      disabled={!isOpen && !isPicked}
      data-selection={outcome.selection_id}
      onClick={() =>
        toggle({
          selectionId: outcome.selection_id,
          fixtureId: fixture.fixture_id,
          homeTeam: fixture.home_team,
          awayTeam: fixture.away_team,
          marketType: market.type,
          specifier: market.specifier,
          outcomeId: outcome.outcome_id,
          outcomeName: outcome.name,
          taken: { odds: outcome.odds, priceVersion: outcome.price_version },
        })
      }
    >
      <span class="odds-name">{label}</span>
      <span class="odds-price">
        {isOpen ? odds(outcome.odds) : <Icon name="lock" />}
        <span class="odds-arrow" aria-hidden="true">
          {isOpen && movement !== null ? (movement === "up" ? "▲" : "▼") : ""}
        </span>
      </span>
    </button>
  );
}

/** Says which way the price went, for a few seconds after it moved. */
function useMovement(price: number): "up" | "down" | null {
  const movement = useSignal<"up" | "down" | null>(null);
  const previous = useRef(price);
  useEffect(() => {
    if (price === previous.current) return undefined;
    movement.value = price > previous.current ? "up" : "down";
    previous.current = price;
    const timer = setTimeout(() => {
      movement.value = null;
    }, MOVE_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [price]);
  return movement.value;
}
