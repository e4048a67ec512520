/** The page's addresses: a table of patterns and one signal. Links are plain `<a href>`, so they open in new tabs as links do. */
import { computed, signal } from "@preact/signals";

export type Route =
  | { readonly screen: "matches" }
  | { readonly screen: "fixture"; readonly fixtureId: string }
  | { readonly screen: "crash" }
  | { readonly screen: "fairness"; readonly roundNumber: number | null }
  | { readonly screen: "bets" }
  | { readonly screen: "wallet" }
  | { readonly screen: "missing" };

const path = signal(location.pathname);

export const route = computed<Route>(() => parse(path.value));

function parse(pathname: string): Route {
  const [area = "", id, ...rest] = pathname.split("/").filter((part) => part !== "");
  if (rest.length > 0) return { screen: "missing" };
  if (area === "") return { screen: "matches" };
  if (area === "match" && id !== undefined) return { screen: "fixture", fixtureId: decodeURIComponent(id) };
  if (area === "fairness") return { screen: "fairness", roundNumber: id === undefined ? null : Number(id) };
  if (id !== undefined) return { screen: "missing" };
  if (area === "crash" || area === "bets" || area === "wallet") return { screen: area };
  return { screen: "missing" };
}

export function go(to: string): void {
  if (to === location.pathname) return;
  history.pushState(null, "", to);
  path.value = to;
  scrollTo(0, 0);
}

/** Lets links inside the page change the screen without loading it anew. */
export function startRouting(): void {
  addEventListener("popstate", () => {
    path.value = location.pathname;
  });
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const plainClick = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
    if (link === null || !plainClick || link.origin !== location.origin || link.target !== "" || link.hasAttribute("data-leaves")) return;
    event.preventDefault();
    go(link.pathname);
  });
}
