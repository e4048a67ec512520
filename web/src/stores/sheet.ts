/** Which sheet lies over the page. One at a time: a sheet that leads to another replaces it and may name where to come back to. */
import { signal } from "@preact/signals";

export type SheetName = "auth" | "slip" | "deposit" | "withdraw" | "verify" | "account" | "chat";

interface OpenSheet {
  readonly name: SheetName;
  /** Opened again when this one is done, e.g. the slip after a log-in. */
  readonly returnTo: SheetName | null;
}

export const sheet = signal<OpenSheet | null>(null);

export function openSheet(name: SheetName, returnTo: SheetName | null = null): void {
  sheet.value = { name, returnTo };
}

export function closeSheet(): void {
  sheet.value = null;
}

/** Ends a sheet that did its work. */
export function finishSheet(): void {
  const next = sheet.value?.returnTo ?? null;
  sheet.value = next === null ? null : { name: next, returnTo: null };
}
