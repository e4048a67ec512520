/**
 * Anchors the country's wallets, day by day and shard by shard, a few shards a run: where each journal stands, under one signed root.
 *
 * Each part is written once, in an order that a crash can't spoil: the leaves, the head over them, the database's row. A run that finds
 * a part goes on from it. Days that were missed are caught up in order, with the wallets as they stand then; `anchoredAtMs` says so.
 */
import { sha256OfBytes } from "../../../durable-objects/platform/hash.ts";
import { invariant } from "../../../shared/kernel/invariant.ts";
import { DAY_MS, localDay, unixMs } from "../../../shared/kernel/time.ts";
import { type AnchorLeaf, isListOf, leafTexts, readSignedAnchor, signedAnchorText, storedLines } from "../../../shared/ledger/anchor.ts";
import { merkleRoot } from "../../../shared/ledger/merkle.ts";
import { SHARD_COUNT } from "../../../shared/ledger/shards.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { addAnchor, latestAnchor } from "../../adapters/d1/anchors.ts";
import { listLeaves } from "../../adapters/d1/projected-wallets.ts";
import { readCursor, saveCursor } from "../../adapters/d1/reconciliation-log.ts";
import { type AnchorPlace, keepAnchorPart } from "../../adapters/r2/anchor-archive.ts";
import { configOf, databaseOf, type Env } from "../../env.ts";
import { anchorKeyOf } from "../signing-key.ts";
import { anchorSigner, signAnchor } from "./anchor-signature.ts";

const JOB = "anchors";
/** A day's 64 shards take 16 runs: done in a bit more than an hour, and each run stays far below the platform's limits. */
const SHARDS_PER_RUN = 4;
/** A page of leaves is about a megabyte. */
const LEAVES_PER_PAGE = 5_000;

/** Anchors the next shards that are due. Bounded; idempotent; does nothing once today's are done. */
export async function anchorWallets(env: Env, country: Country, nowMs: number): Promise<void> {
  const database = databaseOf(env, country);
  const today = localDay(unixMs(nowMs), 0);
  let place = firstPlace(country, (await readCursor(database, JOB))?.position ?? `${today}/0`);
  for (let done = 0; done < SHARDS_PER_RUN && place.day <= today; done += 1) {
    await anchorShard(env, place, nowMs);
    place = nextPlace(place);
    await saveCursor(database, JOB, `${place.day}/${place.shard}`, nowMs);
  }
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
  const lines = storedLines(await keepAnchorPart(env.ARCHIVE, place, "leaves", texts.map((line) => `${line}\n`).join("")));
  const previous = await latestAnchor(database, place.shard, place.day);
  const key = await anchorKeyOf(configOf(env));
  const made = await signAnchor(key, {
    v: 1,
    ...place,
    count: lines.length,
    root: merkleRoot(lines, sha256OfBytes),
    previousRoot: previous?.root ?? null,
    anchoredAtMs: nowMs,
  });
  const signed = readSignedAnchor(await keepAnchorPart(env.ARCHIVE, place, "head", signedAnchorText(made)));
  invariant(
    signed !== null && isListOf(signed.head, lines, sha256OfBytes),
    `an anchor's head is not of its list: ${JSON.stringify(place)}`,
  );
  const kid = await anchorSigner(signed, { keys: [key.publicJwk] });
  invariant(kid !== null, `an anchor's head is not signed with our key: ${JSON.stringify(place)}`);
  const { v: _v, ...head } = signed.head;
  await addAnchor(database, { ...head, signature: signed.signature, kid });
}

async function allLeaves(database: D1Database, shard: number): Promise<readonly AnchorLeaf[]> {
  const leaves: AnchorLeaf[] = [];
  for (;;) {
    const page = await listLeaves(database, shard, leaves.at(-1)?.walletId ?? "", LEAVES_PER_PAGE);
    leaves.push(...page);
    if (page.length < LEAVES_PER_PAGE) return leaves;
  }
}
