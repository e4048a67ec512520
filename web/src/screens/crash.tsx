/** The crash game: the flight, the last results, the bet. */
import type { JSX } from "preact";
import { Icon } from "../components/icons.tsx";
import { multiplier } from "../format.ts";
import { t } from "../i18n/i18n.ts";
import { history, round } from "../stores/crash.ts";
import { CrashBet } from "./crash-bet.tsx";
import { CrashClosed } from "./crash-closed.tsx";
import { CrashLife } from "./crash-life.tsx";
import { CrashStage } from "./crash-stage.tsx";

const CHIPS_MAX = 12;

export function Crash(): JSX.Element {
  return (
    <div class="screen crash">
      <h1 class="visually-hidden">{t("crash")}</h1>
      {history.value.length === 0 ? null : (
        <ul class="results" aria-label={t("last_rounds")}>
          {history.value.slice(0, CHIPS_MAX).map((one) => (
            <li key={one.round_number}>
              <a class={`chip result ${band(one.crash_point)}`} href={`/fairness/${one.round_number}`}>
                {multiplier(one.crash_point)}
              </a>
            </li>
          ))}
        </ul>
      )}
      <CrashClosed />
      <CrashStage />
      <CrashBet />
      <CrashLife />
      <a class="card call-out" href="/fairness">
        <Icon name="shield" />
        <span>
          <strong>{t("fairness")}</strong>
          <span class="muted mono cut">{round.value?.server_seed_hash ?? ""}</span>
        </span>
        <Icon name="chevron" />
      </a>
    </div>
  );
}

/** Low, middling and high results look different; the number says it too. */
function band(point: number): "low" | "middle" | "high" {
  return point < 1.5 ? "low" : point < 5 ? "middle" : "high";
}
