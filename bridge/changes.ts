/**
 * Reconciliation with the provider: once an hour its lists of changed fixtures and changed results. What messages have told already is
 * told again and changes nothing; what got lost on the way comes this way. Events that nobody has heard of are none of ours.
 */
import { log } from "../durable-objects/platform/log.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../shared/kernel/time.ts";
import { childrenOf, readXml } from "../workers/adapters/uof/xml.ts";
import { fixturePath, summaryPath } from "./documents.ts";
import type { Rest } from "./rest.ts";
import type { ChangedEvent, Spool } from "./spool.ts";

const EVERY_MS = HOUR_MS;
/** After a list that was cut off, or could not be had. */
const AGAIN_MS = 5 * MINUTE_MS;
/** What a first look goes back, and any look at most. */
const BACK_MS_MAX = DAY_MS;
/** Each may ask for an event's settlements, of which the provider allows three hundred an hour. */
const EVENTS_MAX = 50;
/** A day's changes of all sports. */
const LIST_CHARS_MAX = 5_000_000;

const LISTS = [
  { name: "fixtures", root: "fixture_changes", entry: "fixture_change" },
  { name: "results", root: "result_changes", entry: "result_change" },
] as const;
type List = (typeof LISTS)[number];

interface Change {
  readonly urn: string;
  readonly atMs: number;
}

export interface ChangesOptions {
  readonly spool: Spool;
  readonly rest: Rest;
  readonly language: string;
  readonly now: () => number;
}

export class Changes {
  readonly #options: ChangesOptions;
  readonly #dueAtMs = new Map<string, number>();

  constructor(options: ChangesOptions) {
    this.#options = options;
  }

  /** Reads the lists that are due. Not to be called again before it has answered. */
  async run(): Promise<void> {
    for (const list of LISTS) if (this.#options.now() >= (this.#dueAtMs.get(list.name) ?? 0)) await this.#read(list);
  }

  async #read(list: List): Promise<void> {
    const { spool, rest, language, now } = this.#options;
    const nowMs = now();
    const afterMs = Math.max(spool.changesRead(list.name) ?? 0, nowMs - BACK_MS_MAX);
    const after = encodeURIComponent(new Date(afterMs).toISOString());
    const fetched = await rest.get(`/sports/${language}/${list.name}/changes.xml?afterDateTime=${after}`);
    const changes = fetched.ok ? readChanges(fetched.text, list, afterMs) : null;
    if (changes === null) {
      log("warn", "changes_not_read", { list: list.name, status: fetched.ok ? "unreadable" : fetched.status });
      this.#dueAtMs.set(list.name, nowMs + AGAIN_MS);
      return;
    }
    const { taken, isAll } = firstOf(changes, (urn) => spool.producersOf(urn).length > 0);
    const changed = taken.flatMap(({ urn }): ChangedEvent[] => {
      const path = list.name === "results" ? summaryPath(urn, language) : fixturePath(urn, language, true);
      return path === null ? [] : [{ urn, path, wantsResults: list.name === "results" }];
    });
    const readUntilMs = isAll ? changes.at(-1)?.atMs : taken.at(-1)?.atMs;
    // A change that is dated ahead must not hide those that are listed before its time comes.
    spool.noteChanges(list.name, changed, Math.min(readUntilMs ?? afterMs, nowMs), nowMs);
    this.#dueAtMs.set(list.name, nowMs + (isAll ? EVERY_MS : AGAIN_MS));
    if (changes.length > 0) log("info", "changes_read", { list: list.name, listed: changes.length, ours: changed.length });
  }
}

/** The changes after an instant, in the order of their times; null for what is no such list. */
function readChanges(text: string, { root, entry }: List, afterMs: number): readonly Change[] | null {
  const document = readXml(text, LIST_CHARS_MAX);
  if (!document.ok || document.value.name !== root) return null;
  return childrenOf(document.value, entry)
    .map(({ attributes }) => ({ urn: attributes["sport_event_id"] ?? "", atMs: Date.parse(attributes["updated_at"] ?? "") }))
    .filter(({ atMs }) => atMs > afterMs)
    .sort((one, other) => one.atMs - other.atMs);
}

/** The first of ours, and whether that is all: a list is only cut between two instants. */
function firstOf(
  changes: readonly Change[],
  isOurs: (urn: string) => boolean,
): { readonly taken: readonly Change[]; readonly isAll: boolean } {
  const ours = [...new Map(changes.map((change) => [change.urn, change])).values()].filter(({ urn }) => isOurs(urn));
  ours.sort((one, other) => one.atMs - other.atMs);
  const lastAtMs = ours[EVENTS_MAX - 1]?.atMs ?? Number.POSITIVE_INFINITY;
  const taken = ours.filter(({ atMs }) => atMs <= lastAtMs);
  return { taken, isAll: taken.length === ours.length };
}
