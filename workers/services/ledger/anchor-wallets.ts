/**
 * Anchors the country's wallets, day by day and shard by shard, a few shards a run: where each journal stands, under one signed root.
 *
 * Each part is written once, in an order that a crash can't spoil: the leaves, the head over them, the database's row. A run that finds
 * a part goes on from it. Days that were missed are caught up in order, with the wallets as they stand then; `anchoredAtMs` says so.
 */
import { sha256OfBytes } from "../../../durable-objects/platform/hash.ts";
import { invariant } from "../../../shared/kernel/invariant.ts";
import { DAY_MS, localDay, unixMs } from "../../../shared/kernel/time.ts";
import {
  type AnchorHead,
  type AnchorLeaf,
  isListOf,
  leafTexts,
  leavesOf,
  readSignedAnchor,
  signedAnchorText,
  storedLines,
} from "../../../shared/ledger/anchor.ts";
import { merkleRoot } from "../../../shared/ledger/merkle.ts";
import { SHARD_COUNT, shardOf } from "../../../shared/ledger/shards.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { addAnchor, latestAnchor } from "../../adapters/d1/anchors.ts";
import { countStoredLeaves, listLeaves } from "../../adapters/d1/projected-wallets.ts";
import { readCursor, saveCursor, saveRun } from "../../adapters/d1/reconciliation-log.ts";
import { type AnchorPlace, keepAnchorPart } from "../../adapters/r2/anchor-archive.ts";
import { configOf, databaseOf, type Env } from "../../env.ts";
import { anchorKeyOf, anchorKeysOf } from "../signing-key.ts";
import { anchorSigner, signAnchor } from "./anchor-signature.ts";

const JOB = "anchors";
/** A day's 64 shards take 16 runs: done in a bit more than an hour, and each run stays far below the platform's limits. */
const SHARDS_PER_RUN = 4;
/** A page of leaves is about a megabyte. */
const LEAVES_PER_PAGE = 5_000;

/** Anchors the next shards that are due, and records the run. Bounded; idempotent; does nothing once today's are done. */
export async function anchorWallets(env: Env, country: Country, nowMs: number): Promise<void> {
  const database = databaseOf(env, country);
  const today = localDay(unixMs(nowMs), 0);
  const from = firstPlace(country, (await readCursor(database, JOB))?.position ?? `${today}/0`);
  let place = from;
  for (let done = 0; done < SHARDS_PER_RUN && place.day <= today; done += 1) {
    try {
      await anchorShard(env, place, nowMs);
    } catch (error) {
      await recordRun(database, from, place, nowMs, error);
      throw error;
    }
    place = nextPlace(place);
    await saveCursor(database, JOB, positionOf(place), nowMs);
  }
  if (place !== from) await recordRun(database, from, place, nowMs, null);
}

/** Evidence of what was anchored, and an item for a shard that could not be: nobody reads the log of a job for what it did not do. */
async function recordRun(database: D1Database, from: AnchorPlace, to: AnchorPlace, nowMs: number, error: unknown): Promise<void> {
  const subjects: string[] = [];
  for (let place = from; positionOf(place) !== positionOf(to); place = nextPlace(place)) subjects.push(positionOf(place));
  const failed = { class: "not_anchored", subject: positionOf(to), note: String(error) };
  await saveRun(database, {
    country: from.country,
    level: "global",
    scope: JOB,
    fromPosition: positionOf(from),
    toPosition: positionOf(to),
    startedAtMs: nowMs,
    endedAtMs: Math.max(nowMs, Date.now()),
    checked: subjects.length,
    findings: error === null ? [] : [{ ...failed, hereMinor: null, thereMinor: null, repaired: false }],
    subjects,
    cursor: null,
  });
}

function positionOf({ day, shard }: AnchorPlace): string {
  return `${day}/${shard}`;
}

function firstPlace(country: Country, position: string): AnchorPlace {
  const [day = "", shard] = position.split("/");
  return { country, day, shard: Number(shard) };
}

function nextPlace({ country, day, shard }: AnchorPlace): AnchorPlace {
  if (shard + 1 < SHARD_COUNT) return { country, day, shard: shard + 1 };
  return { country, day: localDay(unixMs(Date.parse(`${day}T00:00:00Z`) + DAY_MS), 0), shard: 0 };
}

/** Anchors one shard for one day; asserts that what stands in the archive, if anything, is a list and its signed head. Idempotent. */
export async function anchorShard(env: Env, place: AnchorPlace, nowMs: number): Promise<void> {
  const database = databaseOf(env, place.country);
  const texts = leafTexts(await allLeaves(database, place.shard));
  const made = texts.map((line) => `${line}\n`).join("");
  const kept = await keepAnchorPart(env.ARCHIVE, place, "leaves", made);
  const lines = storedLines(kept);
  if (kept !== made) await assertOurs(database, place, lines);
  const previous = await latestAnchor(database, place.shard, place.day);
  const key = await anchorKeyOf(configOf(env));
  const signedNow = await signAnchor(key, {
    v: 1,
    ...place,
    count: lines.length,
    root: merkleRoot(lines, sha256OfBytes),
    previousRoot: previous?.root ?? null,
    anchoredAtMs: nowMs,
  });
  const signed = readSignedAnchor(await keepAnchorPart(env.ARCHIVE, place, "head", signedAnchorText(signedNow)));
  invariant(
    signed !== null && isListOf(signed.head, lines, sha256OfBytes),
    `an anchor's head is not of its list: ${JSON.stringify(place)}`,
  );
  // A head that stands may be of a key that was changed since.
  const kid = await anchorSigner(signed, { keys: [...(await anchorKeysOf(configOf(env)))] });
  invariant(
    kid !== null && isOfPlace(signed.head, place),
    `an anchor's head is not signed with our key for its place: ${JSON.stringify(place)}`,
  );
  const { v: _v, ...head } = signed.head;
  await addAnchor(database, { ...head, signature: signed.signature, kid });
}

/** A list that stands already is signed only when it is one that we could have made: somebody else may have put it there. */
async function assertOurs(database: D1Database, place: AnchorPlace, lines: readonly string[]): Promise<void> {
  const leaves = leavesOf(lines);
  const isOfShard = leaves?.every(({ walletId }) => shardOf(walletId) === place.shard) ?? false;
  invariant(leaves !== null && isOfShard, `a list in the archive is none of the shard: ${JSON.stringify(place)}`);
  for (let start = 0; start < leaves.length; start += LEAVES_PER_PAGE) {
    const page = leaves.slice(start, start + LEAVES_PER_PAGE);
    const stored = await countStoredLeaves(database, page);
    invariant(stored === page.length, `a list in the archive has leaves that no journal has: ${JSON.stringify(place)}`);
  }
}

function isOfPlace(head: AnchorHead, { country, day, shard }: AnchorPlace): boolean {
  return head.country === country && head.day === day && head.shard === shard;
}

async function allLeaves(database: D1Database, shard: number): Promise<readonly AnchorLeaf[]> {
  const leaves: AnchorLeaf[] = [];
  for (;;) {
    const page = await listLeaves(database, shard, leaves.at(-1)?.walletId ?? "", LEAVES_PER_PAGE);
    leaves.push(...page);
    if (page.length < LEAVES_PER_PAGE) return leaves;
  }
}
