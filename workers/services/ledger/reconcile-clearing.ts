/**
 * L3: what our journal has on a provider's clearing account against the provider's statement, receipt by receipt and day by day.
 *
 * A day of the tenant is matched when it is over and its statement was read to its end. What either side tells of a day after it was
 * matched is matched when it comes, and items that are still open are looked at again with every statement, so what arrives late
 * resolves them. Nothing is booked from here: money without an explanation waits for a person.
 */
import { log } from "../../../durable-objects/platform/log.ts";
import { DAY_MS, HOUR_MS, localDay, MINUTE_MS, startOfLocalDay, unixMs } from "../../../shared/kernel/time.ts";
import { type Match, matchStatement } from "../../../shared/ledger/statement-match.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { type Finding, listOpenSubjects, readCursor, saveRun } from "../../adapters/d1/reconciliation-log.ts";
import {
  bookedMovements,
  listBookedReceipts,
  listLateReceipts,
  listStatedReceipts,
  statedMovements,
} from "../../adapters/d1/statements.ts";
import { databaseOf, type Env } from "../../env.ts";
import { readStatement } from "./read-statement.ts";
import { type StatementSource, statementSources } from "./statement-source.ts";

/** Receipts that are matched and recorded together. */
const RECEIPTS_PER_STRETCH = 500;
/** With a run every quarter of an hour, a country of 900,000 deposits a day is matched as fast as it pays. */
const STRETCHES_PER_RUN = 20;
const OPEN_ITEMS_PER_RUN = 200;
/** A day is matched when the statement was read this long after its end. */
const DAY_SLACK_MS = HOUR_MS;
/** Those of receipts: what could not be read is no receipt, and no look at receipts resolves it. */
const RECEIPT_CLASSES: readonly Match["class"][] = ["missing_here", "missing_there", "amount_differs", "duplicate"];

/** Reads and matches the statements of a country's providers that are due. Bounded; idempotent. */
export async function reconcileClearing(env: Env, country: Country, nowMs: number): Promise<void> {
  const database = databaseOf(env, country);
  for (const source of statementSources(env, country)) {
    const read = await readStatement(database, country, source, nowMs);
    if (read === "read") await matchDays({ database, country, source, nowMs });
  }
}

interface Clearing {
  readonly database: D1Database;
  readonly country: Country;
  readonly source: StatementSource;
  readonly nowMs: number;
}

/** How far the job is. */
interface Place {
  /** The local day that is matched, or will be when it is over. */
  readonly day: string;
  /** Its last receipt that was matched. */
  readonly after: string;
  /** Of the days before, what either side told until then was matched. */
  readonly seenMs: number;
}

/** Matches what came late, what is still open and the next stretches of the day that is due; records each with its place. */
async function matchDays(clearing: Clearing): Promise<void> {
  const { database, source, nowMs } = clearing;
  const { provider } = source;
  let place = await firstPlace(clearing);
  const beforeMs = startOf(clearing, place.day);
  const late = await listLateReceipts(database, { provider, beforeMs, sinceMs: place.seenMs, reachMs: source.reachMs });
  const open = await listOpenSubjects(database, { level: "L3", scope: provider, classes: RECEIPT_CLASSES }, OPEN_ITEMS_PER_RUN);
  const again = [...new Set([...late, ...open])];
  for (let start = RECEIPTS_PER_STRETCH; start < again.length; start += RECEIPTS_PER_STRETCH)
    await matchReceipts(clearing, again.slice(start, start + RECEIPTS_PER_STRETCH), place, place);
  let receipts = again.slice(0, RECEIPTS_PER_STRETCH);
  // A day that is half matched may be told more of where it is matched already: its own late ones are looked for from its beginning.
  if (place.after === "") place = { ...place, seenMs: nowMs };
  for (let stretches = 0; stretches < STRETCHES_PER_RUN; stretches += 1) {
    const next = await nextStretch(clearing, place);
    if (next === null && stretches > 0) return;
    await matchReceipts(clearing, [...new Set([...receipts, ...(next?.receipts ?? [])])], place, next?.place ?? place);
    if (next === null) return;
    ({ place } = next);
    receipts = [];
  }
}

async function firstPlace({ database, country, source, nowMs }: Clearing): Promise<Place> {
  const { utcOffsetMinutes } = tenantOf(country);
  const cursor = await readCursor(database, jobOf(source));
  const yesterday = localDay(unixMs(startOfLocalDay(unixMs(nowMs), utcOffsetMinutes) - DAY_MS), utcOffsetMinutes);
  const [day = "", after = "", seenMs = ""] = (cursor?.position ?? `${yesterday}//${nowMs}`).split("/");
  return { day, after, seenMs: seenMs === "" ? Date.parse(`${day}T00:00:00Z`) : Number(seenMs) };
}

function jobOf({ provider }: StatementSource): string {
  return `clearing:${provider}`;
}

function positionOf({ day, after, seenMs }: Place): string {
  return `${day}/${after}/${seenMs}`;
}

function startOf({ country }: Clearing, day: string): number {
  return Date.parse(`${day}T00:00:00Z`) - tenantOf(country).utcOffsetMinutes * MINUTE_MS;
}

/** The next receipts of the place's day, of either side and in order, and the place after them; null while the day is not due. */
async function nextStretch(
  clearing: Clearing,
  place: Place,
): Promise<{ readonly receipts: readonly string[]; readonly place: Place } | null> {
  const { database, country, source, nowMs } = clearing;
  const { day, after } = place;
  const fromMs = startOf(clearing, day);
  if (fromMs + DAY_MS + DAY_SLACK_MS > nowMs) return null;
  const page = { provider: source.provider, fromMs, toMs: fromMs + DAY_MS, after, limit: RECEIPTS_PER_STRETCH };
  const [stated, booked] = await Promise.all([listStatedReceipts(database, page), listBookedReceipts(database, page)]);
  // A full page may end before the other side's: only what both have reached is complete.
  const ends = [stated, booked].flatMap((side) => (side.length < RECEIPTS_PER_STRETCH ? [] : side.slice(-1))).sort();
  const last = ends[0] ?? null;
  const receipts = [...new Set([...stated, ...booked])].filter((receipt) => last === null || receipt <= last);
  const nextDay = localDay(unixMs(fromMs + DAY_MS), tenantOf(country).utcOffsetMinutes);
  return { receipts, place: last === null ? { ...place, day: nextDay, after: "" } : { ...place, after: last } };
}

/** Matches these receipts and records the look, with the place that the job has come to by it. */
async function matchReceipts(clearing: Clearing, receipts: readonly string[], from: Place, to: Place): Promise<void> {
  const { database, country, source, nowMs } = clearing;
  const { provider } = source;
  const findings = (await differencesOf(database, provider, receipts)).map((match) => toFinding(provider, match));
  for (const finding of findings) log("error", "clearing_not_reconciled", { country, provider, ...finding });
  await saveRun(database, {
    country,
    level: "L3",
    scope: provider,
    fromPosition: positionOf(from),
    toPosition: positionOf(to),
    startedAtMs: nowMs,
    endedAtMs: Math.max(nowMs, Date.now()),
    checked: receipts.length,
    findings,
    // The statement itself was an item while it could not be read.
    subjects: [...receipts, provider],
    cursor: { job: jobOf(source), position: positionOf(to) },
  });
}

async function differencesOf(database: D1Database, provider: string, receipts: readonly string[]): Promise<readonly Match[]> {
  if (receipts.length === 0) return [];
  const [here, there] = await Promise.all([bookedMovements(database, provider, receipts), statedMovements(database, provider, receipts)]);
  return matchStatement(here, there).filter((match) => match.class !== "matched");
}

function toFinding(provider: string, { receipt, class: kind, hereMinor, thereMinor }: Match): Finding {
  const note = `${provider} ${receipt}: ${kind.replaceAll("_", " ")}`;
  return { class: kind, subject: receipt, hereMinor, thereMinor, note, repaired: false };
}
