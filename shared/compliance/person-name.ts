/**
 * People's names as they are typed and as registers print them: order, case, accents and middle names differ, the person does not.
 */

export type NameMatch = "match" | "partial" | "none";

/** Letters and marks of any script, and what stands between them in names. */
const NAME = /^[\p{L}\p{M}][\p{L}\p{M} .'’-]{1,99}$/u;
/** Fewer shared words than this never prove a person: half a town shares one. */
const SHARED_WORDS_MIN = 2;

/** Trims and collapses white space; null when the text is no person's name. */
export function parsePersonName(text: string): string | null {
  const name = text.normalize("NFC").trim().replace(/\s+/g, " ");
  return NAME.test(name) ? name : null;
}

/** Splits a full name for forms that ask for its parts; a single word is both first and last. */
export function splitName(fullName: string): { readonly first: string; readonly middle: string; readonly last: string } {
  const words = fullName.split(" ");
  return { first: words[0] ?? "", middle: words.slice(1, -1).join(" "), last: words.at(-1) ?? "" };
}

/**
 * Compares a player's name with a register's. `match`: the shorter of the two is contained in the longer and has at least two
 * words. `partial`: some word is shared; a person has to look. `none`: nothing is.
 */
export function compareNames(own: string, register: string): NameMatch {
  const left = words(own);
  const right = words(register);
  const shared = [...left].filter((word) => right.has(word)).length;
  if (shared === 0) return "none";
  return shared >= SHARED_WORDS_MIN && shared === Math.min(left.size, right.size) ? "match" : "partial";
}

function words(name: string): Set<string> {
  const plain = name.normalize("NFD").replace(/\p{M}/gu, "").toUpperCase().replace(/['’]/g, "");
  return new Set(plain.split(/[^\p{L}]+/u).filter((word) => word.length > 0));
}
