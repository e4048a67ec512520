/**
 * What makes two requests under one idempotency key the same request: a hash over the command's name and the fields the caller chose.
 * Values made by the server (ids, times) are never in it, or every honest retry would look like another request.
 */
import { type Canonical, canonical } from "../kernel/canonical.ts";
import type { Sha256 } from "./model.ts";

/** Hashes a command's name and the caller's own fields. */
export function fingerprint(command: string, fields: Canonical, sha256: Sha256): string {
  return sha256(canonical([command, 1, fields]));
}
