/**
 * The last deltas of a channel, for clients that missed some. In memory: after the object slept, a client gets an image instead.
 */
import type { DeltaFrame } from "../../shared/protocol/ws/odds.ts";

const FRAMES_MAX = 200;
const AGE_MAX_MS = 60_000;

export class DeltaRing {
  readonly #frames: { readonly seq: number; readonly atMs: number; readonly text: string }[] = [];

  /** Keeps a frame and returns its text, made once for all sockets. */
  add(frame: DeltaFrame, nowMs: number): string {
    const text = JSON.stringify(frame);
    this.#frames.push({ seq: frame.seq, atMs: nowMs, text });
    while (this.#frames.length > FRAMES_MAX || (this.#frames[0]?.atMs ?? nowMs) < nowMs - AGE_MAX_MS) this.#frames.shift();
    return text;
  }

  /** The frames after `seq` up to `current`, or null when some of them are gone. */
  since(seq: number, current: number): readonly string[] | null {
    const missing = this.#frames.filter((frame) => frame.seq > seq);
    return missing.length === current - seq ? missing.map((frame) => frame.text) : null;
  }
}
