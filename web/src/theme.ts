/** Dark unless the player chose light: most phones here have OLED screens, and most matches are at night. */
import { readStored, writeStored } from "./api/storage.ts";

const STORAGE_NAME = "mkeka.theme";

function apply(theme: "dark" | "light"): void {
  document.documentElement.dataset.theme = theme;
}

export function startTheme(): void {
  apply(readStored<string>(STORAGE_NAME) === "light" ? "light" : "dark");
}

export function switchTheme(): void {
  const theme = document.documentElement.dataset.theme === "light" ? "dark" : "light";
  apply(theme);
  writeStored(STORAGE_NAME, theme);
}
