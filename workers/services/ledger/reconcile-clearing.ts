/**
 * L3: what our journal has on a provider's clearing account against the provider's statement, receipt by receipt and day by day.
 *
 * Statements are read every quarter of an hour with an overlap and kept as they came; a day of the tenant is matched when it is over and
 * read to its end. Items that are still open are looked at again with every statement, so what arrives late resolves them. Nothing is
 * booked from here: money without an explanation waits for a person.
 */
import { sha256Hex } from "../../../durable-objects/platform/hash.ts";
import { log } from "../../../durable-objects/platform/log.ts";
import { DAY_MS, HOUR_MS, type LocalDay, localDay, MINUTE_MS, startOfLocalDay, unixMs } from "../../../shared/kernel/time.ts";
import { type Match, matchStatement } from "../../../shared/ledger/statement-match.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { type Finding, listOpenSubjects, readCursor, saveCursor, saveRun } from "../../adapters/d1/reconciliation-log.ts";
import {
  bookedMovements,
  listBookedReceipts,
  listStatedReceipts,
  saveStatementLines,
  statedMovements,
} from "../../adapters/d1/statements.ts";
import { databaseOf, type Env } from "../../env.ts";
import { type StatementSource, statementSources } from "./statement-source.ts";

const READ_EVERY_MS = 15 * MINUTE_MS;
/** Lines come late and out of order; what was read before is kept once. */
const OVERLAP_MS = 6 * HOUR_MS;
const PAGES_PER_RUN_MAX = 50;
const RECEIPTS_PER_RUN = 500;
const OPEN_ITEMS_PER_RUN = 200;
/** A day is matched when the statement was read this long after its end. */
const DAY_SLACK_MS = HOUR_MS;

/** Reads and matches the statements of a country's providers that are due. Bounded; idempotent. */
export async function reconcileClearing(env: Env, country: Country, nowMs: number): Promise<void> {
  const database = databaseOf(env, country);
  for (const source of statementSources(env, country)) {
    const { provider } = source;
    const cursor = await readCursor(database, statementJob(provider));
    if (cursor !== null && nowMs - cursor.updatedAtMs < READ_EVERY_MS) continue;
    const problem = await readStatement(database, source, cursor, nowMs);
    if (problem === null) await matchDay(database, country, provider, nowMs);
    else await recordUnread(database, country, provider, problem, nowMs);
  }
}

function statementJob(provider: string): string {
  return `statement:${provider}`;
}

/** Stores what the provider states up to now; gives back why it could not, or null. */
async function readStatement(
  database: D1Database,
  source: StatementSource,
  cursor: { readonly position: string } | null,
  nowMs: number,
): Promise<string | null> {
  const { provider, reachMs } = source;
  if (cursor === null && !(await source.register())) return "the provider did not take the registration for statements";
  const wantedMs = cursor === null ? nowMs - reachMs : Number(cursor.position) - OVERLAP_MS;
  const fromMs = Math.max(wantedMs, nowMs - reachMs);
  if (cursor !== null && Number(cursor.position) < fromMs) log("error", "statement_has_a_gap", { provider, fromMs, ...cursor });
  for (let offset = 0, pages = 0; ; pages += 1) {
    const page = await source.page(unixMs(fromMs), unixMs(nowMs), offset);
    if (!page.answered) return page.detail;
    if (pages === PAGES_PER_RUN_MAX) return "more pages than a run reads";
    if (page.rowCount > page.lines.length)
      log("error", "statement_lines_unreadable", { provider, count: page.rowCount - page.lines.length });
    await saveStatementLines(
      database,
      page.lines.map((line) => ({ ...line, provider, digest: sha256Hex(line.raw), readAtMs: nowMs })),
    );
    if (page.rowCount === 0) break;
    offset += page.rowCount;
  }
  await saveCursor(database, statementJob(provider), String(nowMs), nowMs);
  return null;
}

/** A look that saw nothing is recorded too: an item that ages until the statement can be read. */
async function recordUnread(database: D1Database, country: Country, provider: string, note: string, nowMs: number): Promise<void> {
  log("error", "statement_not_read", { country, provider, note });
  await saveRun(database, {
    country,
    level: "L3",
    scope: provider,
    fromPosition: "",
    toPosition: "",
    startedAtMs: nowMs,
    endedAtMs: Math.max(nowMs, Date.now()),
    checked: 0,
    findings: [{ class: "unread", subject: provider, hereMinor: null, thereMinor: null, note, repaired: false }],
    subjects: [],
    cursor: null,
  });
}

/** Matches the next stretch of the day that is due, and what is still open; records the run. */
async function matchDay(database: D1Database, country: Country, provider: string, nowMs: number): Promise<void> {
  const job = `clearing:${provider}`;
  const { utcOffsetMinutes } = tenantOf(country);
  const today = startOfLocalDay(unixMs(nowMs), utcOffsetMinutes);
  const position = (await readCursor(database, job))?.position ?? `${localDay(unixMs(today - DAY_MS), utcOffsetMinutes)}/`;
  const [day = "", after = ""] = position.split("/");
  const fromMs = Date.parse(`${day}T00:00:00Z`) - utcOffsetMinutes * MINUTE_MS;
  const isDue = fromMs + DAY_MS + DAY_SLACK_MS <= nowMs;
  const stretch = isDue ? await nextReceipts(database, provider, fromMs, after) : { receipts: [], last: after };
  const receipts = [...new Set([...stretch.receipts, ...(await listOpenSubjects(database, "L3", provider, OPEN_ITEMS_PER_RUN))])];
  const nextDay = localDay(unixMs(fromMs + DAY_MS), utcOffsetMinutes);
  const findings = (await matchReceipts(database, provider, receipts)).map((match) => toFinding(provider, match));
  for (const finding of findings) log("error", "clearing_not_reconciled", { country, provider, ...finding });
  await saveRun(database, {
    country,
    level: "L3",
    scope: provider,
    fromPosition: position,
    toPosition: isDue ? nextPosition(day, nextDay, stretch.last) : position,
    startedAtMs: nowMs,
    endedAtMs: Math.max(nowMs, Date.now()),
    checked: receipts.length,
    findings,
    // The statement itself was an item while it could not be read.
    subjects: [...receipts, provider],
    cursor: isDue ? { job, position: nextPosition(day, nextDay, stretch.last) } : null,
  });
}

function nextPosition(day: string, nextDay: LocalDay, last: string | null): string {
  return last === null ? `${nextDay}/` : `${day}/${last}`;
}

/** The day's next receipts of either side, in order; `last` is null when the day has no more. */
async function nextReceipts(
  database: D1Database,
  provider: string,
  fromMs: number,
  after: string,
): Promise<{ readonly receipts: readonly string[]; readonly last: string | null }> {
  const page = { provider, fromMs, toMs: fromMs + DAY_MS, after, limit: RECEIPTS_PER_RUN };
  const [stated, booked] = await Promise.all([listStatedReceipts(database, page), listBookedReceipts(database, page)]);
  // A full page may end before the other side's: only what both have reached is complete.
  const ends = [stated, booked].flatMap((side) => (side.length < RECEIPTS_PER_RUN ? [] : side.slice(-1))).sort();
  const last = ends[0] ?? null;
  const receipts = [...new Set([...stated, ...booked])].filter((receipt) => last === null || receipt <= last);
  return { receipts, last };
}

async function matchReceipts(database: D1Database, provider: string, receipts: readonly string[]): Promise<readonly Match[]> {
  if (receipts.length === 0) return [];
  const [here, there] = await Promise.all([bookedMovements(database, provider, receipts), statedMovements(database, provider, receipts)]);
  return matchStatement(here, there).filter((match) => match.class !== "matched");
}

function toFinding(provider: string, { receipt, class: kind, hereMinor, thereMinor }: Match): Finding {
  const note = `${provider} ${receipt}: ${kind.replaceAll("_", " ")}`;
  return { class: kind, subject: receipt, hereMinor, thereMinor, note, repaired: false };
}
