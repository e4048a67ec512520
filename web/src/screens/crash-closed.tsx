/** Tells that the game is closed and why: nothing else would happen on the screen, because a closed game opens no round. */
import type { JSX } from "preact";
import { t } from "../i18n/i18n.ts";
import { round } from "../stores/crash.ts";

export function CrashClosed(): JSX.Element | null {
  if (round.value?.closed !== true) return null;
  const reason = round.value.closed_for;
  return (
    <p class="card" role="status">
      {t("game_closed")}
      {reason === null ? null : ` ${t(`game_closed_${reason}`)}`}
    </p>
  );
}
