/**
 * One text for one value: the encoding that fingerprints and hash chains are taken over.
 *
 * Object keys are sorted, there is no white space, numbers must be safe integers (money, times and odds are integers here), and
 * `undefined` members are left out. Two equal values give the same text in every runtime and version.
 */
import { invariant } from "./invariant.ts";

export type Canonical = null | boolean | number | string | readonly Canonical[] | { readonly [key: string]: Canonical | undefined };

/** Encodes `value`; asserts that every number is a safe integer. On the path of every entry. */
export function canonical(value: Canonical): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number") {
    invariant(Number.isSafeInteger(value), `canonical: not a safe integer: ${value}`);
    return value === 0 ? "0" : String(value);
  }
  return isList(value) ? listText(value) : objectText(value);
}

function listText(list: readonly Canonical[]): string {
  let text = "[";
  for (const [index, member] of list.entries()) text += index === 0 ? canonical(member) : `,${canonical(member)}`;
  return `${text}]`;
}

function objectText(value: { readonly [key: string]: Canonical | undefined }): string {
  const keys = Object.keys(value);
  if (!isSorted(keys)) keys.sort();
  let text = "{";
  for (const key of keys) {
    const member = value[key];
    if (member !== undefined) text += `${text === "{" ? "" : ","}${quoted(key)}:${canonical(member)}`;
  }
  return `${text}}`;
}

/** What JSON writes as it is: printable ASCII without quote and backslash. */
const PLAIN = /^[ !#-[\]-~]*$/;

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

function isSorted(keys: readonly string[]): boolean {
  for (let index = 1; index < keys.length; index += 1) if ((keys[index - 1] ?? "") > (keys[index] ?? "")) return false;
  return true;
}

function isList(value: Canonical): value is readonly Canonical[] {
  return Array.isArray(value);
}
