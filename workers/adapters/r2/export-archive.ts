/**
 * Exports outside the objects: `exports/<country>/<wallet>/<epoch>-<sequence>.ndjson`. A name says one state of one wallet, so what
 * stands under it is never written again, and the last name of a wallet is its newest export.
 */
import type { Country } from "../../../shared/tenants/tenant.ts";

export interface ExportPlace {
  readonly country: Country;
  readonly walletId: string;
  readonly epoch: number;
  readonly seq: number;
}

/** Parts of one object: the least that the archive takes, and all of one size but the last. */
const PART_BYTES = 5 * 1024 * 1024;
const HTTP_METADATA = { contentType: "application/x-ndjson" };

export function exportKey({ country, walletId, epoch, seq }: ExportPlace): string {
  return `exports/${country}/${walletId}/${String(epoch).padStart(6, "0")}-${String(seq).padStart(12, "0")}.ndjson`;
}

export async function hasExport(bucket: R2Bucket, place: ExportPlace): Promise<boolean> {
  return (await bucket.head(exportKey(place))) !== null;
}

/** Stores the pages under their place, whole or not at all, and says how many bytes they were; holds one part of them in memory. */
export async function keepExport(bucket: R2Bucket, place: ExportPlace, pages: AsyncIterable<Uint8Array>): Promise<number> {
  const key = exportKey(place);
  let rest: Uint8Array = new Uint8Array();
  let bytes = 0;
  let upload: R2MultipartUpload | null = null;
  const parts: R2UploadedPart[] = [];
  try {
    for await (const page of pages) {
      rest = joined(rest, page);
      bytes += page.length;
      for (; rest.length >= PART_BYTES; rest = rest.slice(PART_BYTES)) {
        upload ??= await bucket.createMultipartUpload(key, { httpMetadata: HTTP_METADATA });
        parts.push(await upload.uploadPart(parts.length + 1, rest.slice(0, PART_BYTES)));
      }
    }
    if (upload === null) {
      await bucket.put(key, rest, { httpMetadata: HTTP_METADATA });
      return bytes;
    }
    if (rest.length > 0) parts.push(await upload.uploadPart(parts.length + 1, rest));
    await upload.complete(parts);
    return bytes;
  } catch (error) {
    await upload?.abort();
    throw error;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
