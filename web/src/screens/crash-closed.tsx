/** Tells that the game is closed: nothing else would happen on the screen, because a closed game opens no round. */
import type { JSX } from "preact";
import { t } from "../i18n/i18n.ts";
import { round } from "../stores/crash.ts";

export function CrashClosed(): JSX.Element | null {
  return round.value?.closed === true ? (
    <p class="card" role="status">
      {t("game_closed")}
    </p>
  ) : null;
}
