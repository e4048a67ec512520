/** Shared slips: a code made of the slip of now, and a code loaded into it at the prices of now. */
import { effect, signal } from "@preact/signals";
import { call } from "../api/client.ts";
import { ApiError, SaidNo } from "../api/error.ts";
import type { BookingLoaded, BookingMade } from "../api/types.ts";
import { t } from "../i18n/i18n.ts";
import type { SlipSelection } from "../slip/slip.ts";
import { bookingCode, placing, selections } from "./slip.ts";

/** The code of the slip as it stands; null until it is asked for. */
export const shared = signal<BookingMade | null>(null);
/** What of the loaded code is not on offer any more. */
export const dropped = signal<BookingLoaded["dropped"]>([]);

export async function share(): Promise<void> {
  const body = { selections: selections.value.map(({ selectionId }) => ({ selection_id: selectionId })) };
  shared.value = await call<BookingMade>("POST", "/api/v1/booking-codes", { body });
}

/** Puts a code's selections in the place of the slip's. Throws what the API refuses. */
export async function load(code: string): Promise<void> {
  const loaded = await call<BookingLoaded>("GET", `/api/v1/booking-codes/${encodeURIComponent(code.trim())}`).catch(inWords);
  selections.value = loaded.selections.map(toSelection);
  placing.value = { state: "editing", trouble: null };
  bookingCode.value = loaded.selections.length > 0 ? loaded.code : null;
  dropped.value = loaded.dropped;
}

/** Nothing under a code is not "nothing here". */
function inWords(error: unknown): never {
  if (error instanceof ApiError && error.code === "NOT_FOUND") throw new SaidNo(t("code_unknown"));
  throw error;
}

function toSelection(loaded: BookingLoaded["selections"][number]): SlipSelection {
  return {
    ...{ selectionId: loaded.selection_id, fixtureId: loaded.event_id, homeTeam: loaded.home_team, awayTeam: loaded.away_team },
    ...{ marketType: loaded.market_type, specifier: loaded.specifier, outcomeId: loaded.outcome_id, outcomeName: loaded.outcome_name },
    taken: { odds: loaded.odds, priceVersion: loaded.price_version },
  };
}

/** A code is of the selections that it was made of: with others it is gone. */
export function startBooking(): void {
  effect(() => {
    if (selections.value.length === 0) bookingCode.value = null;
    shared.value = null;
    dropped.value = [];
  });
}
