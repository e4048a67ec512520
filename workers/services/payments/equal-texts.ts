/** Compares secrets in a time that does not tell where they differ. */
import { timingSafeEqual } from "node:crypto";

export function equalTexts(given: string, expected: string): boolean {
  const a = Buffer.from(given, "utf8");
  const b = Buffer.from(expected, "utf8");
  return a.length === b.length && timingSafeEqual(a, b);
}
