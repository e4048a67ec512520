/**
 * Fixtures with moving prices: one subscription to the lobby of all fixtures, one more to the fixture that is looked at.
 *
 * Subscriptions run only while something on the page shows prices; the fixture's own channel is the newer of the two.
 */
import { computed, effect, type Signal, signal, untracked } from "@preact/signals";
import { applyOddsFrame, type OddsSubscription } from "../../../shared/odds/subscription.ts";
import type { OddsServerFrame } from "../../../shared/protocol/ws/odds.ts";
import type { FixtureWire } from "../api/types.ts";
import { route } from "../route.ts";
import type { Price } from "../slip/slip.ts";
import { openSocket, type Socket } from "../sockets/socket.ts";

/** As `PING_FRAME` of the contract, whose file would bring a whole schema library to the phone. */
const PING: typeof import("../../../shared/protocol/ws/odds.ts").PING_FRAME = '{"type":"ping"}';
const LOBBY = "all";

export const lobby = signal<OddsSubscription | null>(null);
const lookedAt = signal<OddsSubscription | null>(null);
export const isOddsLineUp = signal(true);
/** Set by the slip: prices of its selections must move on every screen. */
export const slipShowsPrices = signal(false);

export function findFixture(fixtureId: string): FixtureWire | null {
  return lookedAt.value?.fixtures.get(fixtureId) ?? lobby.value?.fixtures.get(fixtureId) ?? null;
}

/** The price of now; null when the page does not know the selection. */
export function priceOf(fixtureId: string, selectionId: string): Price | null {
  const fixture = findFixture(fixtureId);
  for (const market of fixture?.markets ?? []) {
    const outcome = market.outcomes.find((one) => one.selection_id === selectionId);
    if (outcome === undefined) continue;
    const status = market.status === "active" ? outcome.status : market.status === "suspended" ? "suspended" : "closed";
    return { odds: outcome.odds, priceVersion: outcome.price_version, status };
  }
  return null;
}

/** What phones say of their line; not in every browser. */
interface Line {
  readonly effectiveType?: string;
  readonly saveData?: boolean;
}

/** For how long frames are gathered: a radio that wakes up for each price empties a battery and a data bundle. */
function gatherMs(): number {
  const { connection } = navigator as Navigator & { readonly connection?: Line };
  if (connection === undefined) return 0;
  const isSlow = connection.saveData === true || connection.effectiveType === "slow-2g" || connection.effectiveType === "2g";
  return isSlow ? 2_000 : connection.effectiveType === "3g" ? 1_000 : 0;
}

function subscribe(channel: string, into: Signal<OddsSubscription | null>, onLine: (isUp: boolean) => void): Socket {
  const socket = openSocket({
    path: `/ws/odds/${encodeURIComponent(channel)}?conflate_ms=${gatherMs()}`,
    ping: PING,
    asPlayer: false,
    onLine,
    onFrame: (data) => {
      const frame = data as OddsServerFrame;
      if (frame.type !== "img" && frame.type !== "delta" && frame.type !== "state") return;
      const next = applyOddsFrame(into.value, frame);
      if (next === "gap") socket.send({ type: "resub", seq: into.value?.seq ?? 0 });
      else into.value = next;
    },
  });
  return socket;
}

/** Opens and closes the subscriptions as the screen and the slip ask. */
export function startOdds(): void {
  const wantsLobby = computed(() => route.value.screen === "matches" || slipShowsPrices.value);
  const fixtureId = computed(() => (route.value.screen === "fixture" ? route.value.fixtureId : null));
  effect(() => {
    if (!wantsLobby.value) return undefined;
    const socket = untracked(() =>
      subscribe(LOBBY, lobby, (isUp) => {
        isOddsLineUp.value = isUp;
      }),
    );
    return () => {
      socket.close();
      // Closed by us is no trouble of the line.
      isOddsLineUp.value = true;
    };
  });
  effect(() => {
    const id = fixtureId.value;
    if (id === null) return undefined;
    const socket = untracked(() => subscribe(id, lookedAt, () => undefined));
    return () => {
      socket.close();
      lookedAt.value = null;
    };
  });
}
