/**
 * The page's language: typed messages in English, Swahili loaded when it is chosen.
 *
 * Messages may hold `{name}` for a value. The table's type makes a missing translation an error of the build.
 */
import { computed, signal } from "@preact/signals";
import { readStored, writeStored } from "../api/storage.ts";
import { EN } from "./en.ts";

export type MessageKey = keyof typeof EN;
export type Messages = Readonly<Record<MessageKey, string>>;
export type Language = "en" | "sw";

const STORAGE_NAME = "mkeka.language";

export const language = signal<Language>("en");
const messages = signal<Messages>(EN);

/** The locale that numbers, money and times are written in. */
export const locale = computed(() => (language.value === "sw" ? "sw-KE" : "en-KE"));

export async function chooseLanguage(chosen: Language): Promise<void> {
  const table = chosen === "sw" ? (await import("./sw.ts")).SW : EN;
  messages.value = table;
  language.value = chosen;
  document.documentElement.lang = chosen;
  writeStored(STORAGE_NAME, chosen);
}

/** Takes up the stored choice, or the browser's own language. */
export function startLanguage(): void {
  const stored = readStored<Language>(STORAGE_NAME);
  const wanted = stored ?? (navigator.language.startsWith("sw") ? "sw" : "en");
  if (wanted === "sw") void chooseLanguage("sw");
}

/** Gives the message in the page's language; a component that calls it is drawn again when the language changes. */
export function t(key: MessageKey, values: Readonly<Record<string, string | number>> = {}): string {
  return messages.value[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}
