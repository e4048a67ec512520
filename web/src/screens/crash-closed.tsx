/** Tells that the game is closed: asked for when a round keeps everybody waiting, because a closed game changes its state no more. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { call } from "../api/client.ts";
import { t } from "../i18n/i18n.ts";
import { round } from "../stores/crash.ts";

/** A game that only rests opens at the first visitor, well before this. */
const WAITING_MS = 3_000;

export function CrashClosed(): JSX.Element | null {
  const isClosed = useSignal(false);
  const status = round.value?.status;
  useEffect(() => {
    isClosed.value = false;
    if (status !== "WAITING") return;
    const timer = setTimeout(() => {
      call<{ closed: boolean }>("GET", "/api/v1/games/crash/current").then(
        ({ closed }) => {
          isClosed.value = closed;
        },
        // Without an answer nothing is known; the screen says that it waits.
        () => undefined,
      );
    }, WAITING_MS);
    return () => clearTimeout(timer);
  }, [status]);
  return isClosed.value ? (
    <p class="card" role="status">
      {t("game_closed")}
    </p>
  ) : null;
}
