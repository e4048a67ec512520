/**
 * Looks through everything that left the platform before a crash for what would tell its point early.
 *
 * A round's hash (and any later one's, which hashes to it), the HMAC and the draw are looked for in every spelling, also in part. The point
 * and the instant of the crash are looked for as numbers: in hundredths, as a multiplier, as a length and as a time. What has none of
 * these and still depends on the point (a size, an order, a heartbeat that hurries) is found by `transcriptOf` on two rounds that differ
 * in their points alone.
 */

export type Channel = "frame" | "body" | "header" | "log";

/** One thing that somebody could read. */
export interface Heard {
  readonly channel: Channel;
  /** Where: a socket's name, a path, a header's name. */
  readonly name: string;
  readonly text: string;
  readonly atMs: number;
}

/** What nobody may know before the crash. */
export interface RoundSecret {
  /** The hash that the crash reveals, hex. */
  readonly serverSeed: string;
  readonly crashHundredths: number;
  readonly startedAtMs: number;
  readonly crashAtMs: number;
  /** Texts that tell it to who knows the rules: the HMAC, the draw, the secret of the chains. */
  readonly others: readonly string[];
}

export type TellKind = "hash" | "other secret" | "point" | "end";

export interface Tell {
  readonly kind: TellKind;
  readonly found: string;
  readonly heard: Heard;
  /** The place that told, the same in every round: channel, name, and what stands before what was found, without its numbers. */
  readonly place: string;
}

/** The shortest part of a hash that is worth anything: 32 bits of it. */
const PART_CHARS = 8;
/** Inside a hash a longer part is asked for, because other hashes are heard all the time. */
const INNER_PART_CHARS = 12;
/** A number that stands for itself, maybe with a unit: not part of a word, of a longer number or of a time of day. */
const NUMBERS = /(?<![\w.-])\d+(?:\.\d+)?(?=(?:x|ms|s)?(?![\w.]))/g;
const PLACE_CHARS = 24;

/** Everything that tells; empty is what is wanted. */
export function tellsOf(secret: RoundSecret, heard: readonly Heard[]): readonly Tell[] {
  const hashes = spellings(secret.serverSeed);
  const others = secret.others.flatMap((text) => [text, btoa(text)]);
  const numbers = numbersOf(secret);
  const instant = new Date(secret.crashAtMs).toISOString();
  return heard.flatMap((one) => {
    const tell = (kind: TellKind, found: string, at: number): Tell => {
      const before = one.text.slice(Math.max(0, at - PLACE_CHARS), at).replaceAll(/\d+/g, "#");
      return { kind, found, heard: one, place: `${one.channel} ${one.name} ...${before}` };
    };
    const tells: Tell[] = [];
    const lower = one.text.toLowerCase();
    for (const { part, isHex } of hashes) {
      const at = (isHex ? lower : one.text).indexOf(part);
      if (at >= 0) tells.push(tell("hash", part, at));
    }
    for (const other of others) {
      const at = lower.indexOf(other.toLowerCase());
      if (at >= 0) tells.push(tell("other secret", other, at));
    }
    for (const match of one.text.matchAll(NUMBERS)) {
      const kind = numbers.get(Number(match[0]));
      if (kind !== undefined) tells.push(tell(kind, match[0], match.index));
    }
    if (one.text.includes(instant.slice(0, -1))) tells.push(tell("end", instant, one.text.indexOf(instant.slice(0, -1))));
    return tells;
  });
}

/**
 * What was heard, without what differs between any two rounds: ids, hashes, sequence numbers, the round's number, its salt, the rounds
 * before it and the age of the process; times count from the start of the flight. Two rounds in which the same was done have the same
 * transcript.
 */
export function transcriptOf(heard: readonly Heard[], round: FlownRound): readonly string[] {
  const since = (ms: number): string => (ms < round.openedAtMs ? "BEFORE" : `T${ms - round.startedAtMs}`);
  const plainOf = (text: string): string =>
    text
      .replaceAll(round.salt, "SALT")
      .replaceAll(/"(history|games|steps)":\[[^\]]*\]/g, '"$1":[]')
      .replaceAll(/"(seq|uptime)":\d+/g, '"$1":N')
      .replaceAll(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, (time) => since(Date.parse(time)))
      .replaceAll(/\b[0-9a-f]{64}\b/gi, "HASH")
      .replaceAll(/\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi, "UUID")
      .replaceAll(/\b(crb|usr|hold)_[0-9A-Za-z]+\b/g, "$1_ID")
      .replaceAll(new RegExp(`("round_number":|/rounds/)${round.number}\\b`, "g"), "$1ROUND")
      .replaceAll(new RegExp(`(/rounds/)${round.number + 1}\\b`, "g"), "$1NEXT");
  return heard.map(({ channel, name, text, atMs }) => `${since(atMs)} ${channel} ${plainOf(name)}: ${plainOf(text)}`);
}

export interface FlownRound {
  readonly number: number;
  readonly salt: string;
  readonly openedAtMs: number;
  readonly startedAtMs: number;
}

function spellings(hash: string): readonly { readonly part: string; readonly isHex: boolean }[] {
  const hex = hash.toLowerCase();
  const inner = Array.from({ length: hex.length - INNER_PART_CHARS + 1 }, (_, at) => hex.slice(at, at + INNER_PART_CHARS));
  const bytes = hex.match(/../g)?.map((pair) => Number.parseInt(pair, 16)) ?? [];
  const base64 = [btoa(String.fromCharCode(...bytes)), btoa(hex), btoa(hex.toUpperCase())].map((text) => text.slice(0, INNER_PART_CHARS));
  const urlSafe = base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_"));
  return [
    ...[hex.slice(0, PART_CHARS), ...inner].map((part) => ({ part, isHex: true })),
    ...[...new Set([...base64, ...urlSafe])].map((part) => ({ part, isHex: false })),
  ];
}

/** The point and the end in all units that a program would write them in. */
function numbersOf({ crashHundredths, startedAtMs, crashAtMs }: RoundSecret): ReadonlyMap<number, TellKind> {
  const flightMs = crashAtMs - startedAtMs;
  return new Map<number, TellKind>([
    ...[crashHundredths, crashHundredths / 100, crashHundredths + 1, (crashHundredths + 1) / 100].map((n) => [n, "point"] as const),
    ...[flightMs, flightMs / 1_000, crashAtMs, crashAtMs / 1_000].map((n) => [n, "end"] as const),
  ]);
}
