/** The four places, within reach of a thumb; and the slip above them once something is picked. */
import type { JSX } from "preact";
import { odds } from "../format.ts";
import { t } from "../i18n/i18n.ts";
import { route } from "../route.ts";
import { totalOdds } from "../slip/slip.ts";
import { openSheet } from "../stores/sheet.ts";
import { isMulti, lines } from "../stores/slip.ts";
import { Icon, type IconName } from "./icons.tsx";

const PLACES = [
  { path: "/", icon: "matches", name: "matches", screens: ["matches", "fixture"] },
  { path: "/crash", icon: "crash", name: "crash", screens: ["crash", "fairness"] },
  { path: "/bets", icon: "bets", name: "my_bets", screens: ["bets"] },
  { path: "/wallet", icon: "wallet", name: "wallet", screens: ["wallet"] },
] as const satisfies readonly { path: string; icon: IconName; name: string; screens: readonly string[] }[];

export function Navigation(): JSX.Element {
  return (
    <div class="bottom">
      <SlipBar />
      <nav class="places" aria-label={t("main_navigation")}>
        {PLACES.map((place) => {
          const isHere = (place.screens as readonly string[]).includes(route.value.screen);
          return (
            <a key={place.path} href={place.path} aria-current={isHere ? "page" : undefined}>
              <Icon name={place.icon} />
              <span>{t(place.name)}</span>
            </a>
          );
        })}
      </nav>
    </div>
  );
}

function SlipBar(): JSX.Element | null {
  const picked = lines.value;
  const hides = route.value.screen === "crash" || route.value.screen === "fairness";
  if (picked.length === 0 || hides) return null;
  const count = picked.length === 1 ? t("selections_one") : t("selections_many", { count: picked.length });
  return (
    <button type="button" id="open-slip" class="slip-bar" onClick={() => openSheet("slip")}>
      <span class="slip-count" aria-hidden="true">
        {picked.length}
      </span>
      <span class="slip-bar-text">
        {t("open_slip")}
        <span class="visually-hidden">, {count}</span>
      </span>
      {isMulti.value || picked.length === 1 ? <b>{odds(totalOdds(picked))}</b> : null}
    </button>
  );
}
