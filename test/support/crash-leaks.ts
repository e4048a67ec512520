/**
 * A scanner for what tells a crash point early: everything that was heard before a round's crash is searched for the round's hash and for
 * its point, in each form that a reader could use.
 *
 * The hash: any twelve of its hexadecimal digits in a row, or of its base64 at any alignment. The point: as a multiplier, in hundredths, as
 * the flight's length or the crash's instant, exactly or cut to the second, as a number or a written time. Numbers that were heard before
 * the round was opened tell nothing of it and are left out.
 */

/** A frame, an answer with its headers, or a piece of the log. */
export interface Heard {
  readonly source: string;
  readonly atMs: number;
  readonly text: string;
}

/** How a round ended: what nobody may know before. */
export interface Landing {
  readonly hash: string;
  readonly crashHundredths: number;
  readonly startedAtMs: number;
  readonly flightMs: number;
}

const HASH_CHARS = 12;
/** Written times are rounded by their writers. */
const INSTANT_TOLERANCE_MS = 3;
const NUMBERS = /\d+(?:\.\d+)?/g;
const WRITTEN_TIMES = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** Says what of `heard` tells of the landing; `older` is what was heard before the round was opened. */
export function leaksOf(heard: readonly Heard[], older: readonly Heard[], landing: Landing): readonly string[] {
  const pieces = hashPieces(landing.hash);
  const known = new Set(older.flatMap(({ text }) => text.match(NUMBERS) ?? []));
  const numbers = new Set([...pointNumbers(landing)].filter((number) => !known.has(number)));
  const crashAtMs = landing.startedAtMs + landing.flightMs;
  const leaks: string[] = [];
  for (const { source, text } of heard) {
    const lower = text.toLowerCase();
    const piece = pieces.find((one) => (one.isHex ? lower : text).includes(one.text));
    if (piece !== undefined) leaks.push(`${source}: ${piece.text} of the hash`);
    const withoutTimes = text.replaceAll(WRITTEN_TIMES, " ");
    const number = (withoutTimes.match(NUMBERS) ?? []).find((one) => numbers.has(one));
    if (number !== undefined) leaks.push(`${source}: ${number} of the point`);
    const instant = (text.match(WRITTEN_TIMES) ?? []).find((one) => Math.abs(Date.parse(one) - crashAtMs) <= INSTANT_TOLERANCE_MS);
    if (instant !== undefined) leaks.push(`${source}: ${instant}, the crash's instant`);
  }
  return leaks;
}

function hashPieces(hash: string): readonly { readonly text: string; readonly isHex: boolean }[] {
  const hex = hash.toLowerCase();
  const bytes = Buffer.from(hex, "hex");
  // Three bytes make four characters: a text may begin at any of them. What the cut ends would change is left out.
  const encoded = [0, 1, 2].flatMap((start) => [bytes.subarray(start).toString("base64"), bytes.subarray(start).toString("base64url")]);
  return [
    ...windows(hex).map((text) => ({ text, isHex: true })),
    ...encoded.flatMap((text) => windows(text.slice(0, -4))).map((text) => ({ text, isHex: false })),
  ];
}

function windows(text: string): readonly string[] {
  return Array.from({ length: Math.max(0, text.length - HASH_CHARS + 1) }, (_, start) => text.slice(start, start + HASH_CHARS));
}

/** Each way to write the point as a number. */
function pointNumbers({ crashHundredths, startedAtMs, flightMs }: Landing): ReadonlySet<string> {
  const crashAtMs = startedAtMs + flightMs;
  const numbers = [crashHundredths, flightMs, crashAtMs, Math.floor(crashAtMs / 1_000), crashAtMs / 1_000, flightMs / 1_000];
  const near = [-1, 1].flatMap((step) => [flightMs + step, crashAtMs + step]);
  const multiplier = (crashHundredths / 100).toFixed(2);
  return new Set([...numbers, ...near].map(String).concat(multiplier, multiplier.replace(/0$/, "")));
}
