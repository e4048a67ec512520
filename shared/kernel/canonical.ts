/**
 * One text for one value: the encoding that fingerprints and hash chains are taken over.
 *
 * Object keys are sorted, there is no white space, numbers must be safe integers (money, times and odds are integers here), and
 * `undefined` members are left out. Two equal values give the same text in every runtime and version.
 */
import { invariant } from "./invariant.ts";

export type Canonical = null | boolean | number | string | readonly Canonical[] | { readonly [key: string]: Canonical | undefined };

/** Encodes `value`; asserts that every number is a safe integer. */
export function canonical(value: Canonical): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") {
    invariant(Number.isSafeInteger(value), `canonical: not a safe integer: ${value}`);
    return Object.is(value, -0) ? "0" : String(value);
  }
  if (isList(value)) return `[${value.map(canonical).join(",")}]`;
  const members: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member !== undefined) members.push(`${JSON.stringify(key)}:${canonical(member)}`);
  }
  return `{${members.join(",")}}`;
}

function isList(value: Canonical): value is readonly Canonical[] {
  return Array.isArray(value);
}
