/**
 * Anchors outside the databases: `anchors/<country>/<day>/<shard>.ndjson` with the leaves and `.json` with the signed head. Each is
 * written once; a second writer gets what stands.
 */
import type { Country } from "../../../shared/tenants/tenant.ts";

export interface AnchorPlace {
  readonly country: Country;
  readonly day: string;
  readonly shard: number;
}

type Part = "leaves" | "head";

const EXTENSION: Readonly<Record<Part, string>> = { leaves: "ndjson", head: "json" };
const TYPE: Readonly<Record<Part, string>> = { leaves: "application/x-ndjson", head: "application/json" };

export function anchorKey({ country, day, shard }: AnchorPlace, part: Part): string {
  return `anchors/${country}/${day}/${String(shard).padStart(2, "0")}.${EXTENSION[part]}`;
}

/** The stored text, or null. */
export async function readAnchorPart(bucket: R2Bucket, place: AnchorPlace, part: Part): Promise<string | null> {
  const object = await bucket.get(anchorKey(place, part));
  return object === null ? null : object.text();
}

/** Stores the text unless there is one already, and answers what stands. */
export async function keepAnchorPart(bucket: R2Bucket, place: AnchorPlace, part: Part, text: string): Promise<string> {
  const options = { onlyIf: { etagDoesNotMatch: "*" }, httpMetadata: { contentType: TYPE[part] } };
  const stored = await bucket.put(anchorKey(place, part), text, options);
  if (stored !== null) return text;
  const standing = await readAnchorPart(bucket, place, part);
  if (standing === null) throw new Error(`an anchor's ${part} is neither stored nor there: ${anchorKey(place, part)}`);
  return standing;
}
