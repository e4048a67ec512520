/**
 * The state of the feed's producers as this bridge sees them: heard, silent, recovering, up. No clock, no I/O: every call says when.
 *
 * A producer is up when the recovery that was asked for after the last gap is complete. Until then its "I am alive" moves no bookmark:
 * what was sent during the gap has not come yet.
 */
import { MINUTE_MS, SECOND_MS } from "../shared/kernel/time.ts";

/** A producer says every ten seconds that it is alive. */
export const SILENCE_MS_MAX = 20 * SECOND_MS;
/** Between two recoveries of one producer. */
export const ASK_AGAIN_MS = 30 * SECOND_MS;
/** A recovery that takes longer is lost. */
export const STUCK_MS = 20 * MINUTE_MS;

export interface Producer {
  readonly product: number;
  readonly name: string;
  /** Its part of the provider's addresses: `pre`, `liveodds`. */
  readonly path: string;
  /** Older than this, recovery brings prices only. */
  readonly windowMs: number;
}

export type ProducerPhase = "down" | "recovering" | "up";

export interface ProducerState {
  readonly producer: Producer;
  phase: ProducerPhase;
  /** When the last "I am alive" came in; null since the last gap. */
  heardAtMs: number | null;
  /** The provider's time in that sign of life. */
  heardOfMs: number | null;
  requestId: number | null;
  /** `heardOfMs` when the request was made: what came later is heard live, what came earlier is in the recovery. */
  coveredFromMs: number | null;
  askedAtMs: number | null;
  /** Not asked before this. */
  notBeforeMs: number;
}

export class Producers {
  #states = new Map<number, ProducerState>();

  /** Takes the provider's list; producers that are known keep their state. */
  setList(list: readonly Producer[]): void {
    this.#states = new Map(
      list.map((producer) => {
        const known = this.#states.get(producer.product);
        return [producer.product, known === undefined ? fresh(producer) : { ...known, producer }];
      }),
    );
  }

  all(): readonly ProducerState[] {
    return [...this.#states.values()];
  }

  /** Everything sent until the next recovery may be lost. */
  onGap(): void {
    for (const state of this.#states.values()) fall(state);
  }

  /** True when the producer is up: everything before this instant is here, once what came before is posted. */
  onAlive(product: number, subscribed: boolean, timestampMs: number | null, nowMs: number): boolean {
    const state = this.#states.get(product);
    if (state === undefined) return false;
    if (isSilent(state, nowMs)) fall(state);
    state.heardAtMs = nowMs;
    state.heardOfMs = timestampMs;
    // A request in flight may not have reached the producer yet when it says that nobody is subscribed.
    const mayBeOnItsWay = state.phase === "recovering" && state.askedAtMs !== null && nowMs - state.askedAtMs < ASK_AGAIN_MS;
    if (!subscribed && !mayBeOnItsWay) state.phase = "down";
    return subscribed && state.phase === "up";
  }

  /** Where the next recovery could begin, when this is the answer to our newest request of that producer; null when it is not. */
  onSnapshotComplete(product: number, requestId: number): { readonly coveredFromMs: number | null } | null {
    const state = this.#states.get(product);
    if (state?.phase !== "recovering" || state.requestId !== requestId) return null;
    state.phase = "up";
    return { coveredFromMs: state.coveredFromMs };
  }

  /** Who must be asked now: heard, not up, and not asked a moment ago. Silent and stuck ones fall first. */
  due(nowMs: number): readonly ProducerState[] {
    for (const state of this.#states.values()) {
      if (isSilent(state, nowMs)) fall(state);
      const isStuck = state.phase === "recovering" && state.askedAtMs !== null && nowMs - state.askedAtMs >= STUCK_MS;
      if (isStuck) state.phase = "down";
    }
    return this.all().filter((state) => state.phase === "down" && state.heardAtMs !== null && nowMs >= state.notBeforeMs);
  }

  onAsked(product: number, requestId: number, nowMs: number): void {
    const state = this.#states.get(product);
    if (state === undefined) return;
    Object.assign(state, {
      phase: "recovering",
      requestId,
      coveredFromMs: state.heardOfMs,
      askedAtMs: nowMs,
      notBeforeMs: nowMs + ASK_AGAIN_MS,
    });
  }

  /** The platform takes this producer as away, though it is not: it heard nothing of it for too long, and needs its recovery again. */
  onRecoveryWanted(product: number): void {
    const state = this.#states.get(product);
    if (state?.phase === "up") state.phase = "down";
  }

  /** The limits are used up: it is asked later. */
  onHeldBack(product: number, notBeforeMs: number): void {
    const state = this.#states.get(product);
    if (state !== undefined) state.notBeforeMs = Math.max(state.notBeforeMs, notBeforeMs);
  }

  /** The request was not accepted, unless another took its place meanwhile; it is made again, as a new one. */
  onNotAccepted(product: number, requestId: number, notBeforeMs: number): void {
    const state = this.#states.get(product);
    if (state?.requestId !== requestId || state.phase === "up") return;
    state.phase = "down";
    state.notBeforeMs = Math.max(state.notBeforeMs, notBeforeMs);
  }
}

function fresh(producer: Producer): ProducerState {
  return {
    producer,
    phase: "down",
    heardAtMs: null,
    heardOfMs: null,
    requestId: null,
    coveredFromMs: null,
    askedAtMs: null,
    notBeforeMs: 0,
  };
}

function isSilent({ heardAtMs }: ProducerState, nowMs: number): boolean {
  return heardAtMs !== null && nowMs - heardAtMs > SILENCE_MS_MAX;
}

function fall(state: ProducerState): void {
  state.phase = "down";
  state.heardAtMs = null;
}
