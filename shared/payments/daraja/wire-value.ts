/**
 * Reads Daraja's loosely typed JSON: codes are numbers or strings, amounts `1`, `1.0` or `"1.00"`, lists arrays or one bare object,
 * and members can be missing or repeated. Nothing here throws: what can't be read is null.
 */
import { parseMajor } from "../../money/amount.ts";
import type { Minor } from "../../money/minor.ts";

export type WireObject = { readonly [name: string]: unknown };

/** The object itself, or null for anything else (arrays included). */
export function wireObject(value: unknown): WireObject | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as WireObject) : null;
}

/** A string or a number as trimmed text; null when missing or empty. */
export function wireText(value: unknown): string | null {
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
}

/** A positive amount of major units as minor units. */
export function wireAmount(value: unknown): Minor | null {
  const text = wireText(value);
  if (text === null) return null;
  const amount = parseMajor(text);
  return amount.ok && amount.value > 0 ? amount.value : null;
}

/** A list that may be one bare object, or missing. */
export function wireList(value: unknown): readonly WireObject[] {
  const members = Array.isArray(value) ? value : [value];
  return members.map(wireObject).filter((member) => member !== null);
}

/** The first member's `valueName` whose `keyName` is `key`: order is not fixed, keys can repeat, values can be missing. */
export function namedValue(list: readonly WireObject[], keyName: "Name" | "Key", key: string): unknown {
  return list.find((member) => member[keyName] === key && member.Value !== undefined)?.Value;
}

/** Parses JSON text to an object, or null. */
export function wireBody(text: string): WireObject | null {
  try {
    return wireObject(JSON.parse(text));
  } catch {
    return null;
  }
}
