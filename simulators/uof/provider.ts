/**
 * The provider of a unified odds feed: remembers what it has said, says it to the broker, and answers recoveries from memory as the real
 * one does: all messages after an instant, or without one the prices alone; then `snapshot_complete`.
 */
import { readHead } from "../../bridge/message-head.ts";

const REMEMBERED_MAX = 5_000;

export type Publish = (routingKey: string, text: string) => void;

export const PRODUCERS = [
  { id: 1, name: "LO", path: "liveodds", minutes: 600 },
  { id: 3, name: "Ctrl", path: "pre", minutes: 4_320 },
] as const;

interface Said {
  readonly text: string;
  readonly name: string;
  readonly product: number;
  readonly eventId: string | null;
  readonly atMs: number;
}

export interface RecoveryRequest {
  readonly product: number;
  readonly requestId: number;
  readonly nodeId: number;
  readonly afterMs: number | null;
  /** One event's odds or settlements alone. */
  readonly event: { readonly urn: string; readonly wants: "odds" | "stateful_messages" } | null;
}

export class UofProvider {
  readonly #publish: Publish;
  readonly #said: Said[] = [];
  readonly requests: RecoveryRequest[] = [];
  /** What recoveries are answered with. */
  recoveryStatus = 202;
  readonly subscribed = new Set<number>();
  /** What the lists of changes say: by list, the events and when they changed. */
  readonly changes: Record<"fixtures" | "results", { readonly urn: string; readonly atMs: number }[]> = { fixtures: [], results: [] };

  constructor(publish: Publish) {
    this.#publish = publish;
  }

  /** Says a message to everyone. Throws when it is none. */
  say(text: string): void {
    const head = readHead(text);
    if (head?.product === null || head === null) throw new Error("not a message of the feed");
    const { name, product, eventId, timestampMs } = head;
    this.#publish(routingKey(name, eventId, "-"), text);
    if (name === "alive" || name === "snapshot_complete") return;
    this.#said.push({ text, name, product, eventId, atMs: timestampMs ?? 0 });
    if (this.#said.length > REMEMBERED_MAX) this.#said.shift();
  }

  alive(nowMs: number): void {
    for (const { id } of PRODUCERS)
      this.say(`<alive product="${id}" timestamp="${nowMs}" subscribed="${this.subscribed.has(id) ? 1 : 0}"/>`);
  }

  /** The list of changes after an instant. */
  changesAfter(list: "fixtures" | "results", afterMs: number): string {
    const name = list === "fixtures" ? "fixture_change" : "result_change";
    const entries = this.changes[list]
      .filter(({ atMs }) => atMs > afterMs)
      .map(({ urn, atMs }) => `<${name} sport_event_id="${urn}" updated_at="${new Date(atMs).toISOString()}"/>`);
    return `<${name}s>${entries.join("")}</${name}s>`;
  }

  /** Answers with the status; an accepted recovery's messages follow. */
  recover(request: RecoveryRequest, nowMs: number): number {
    this.requests.push(request);
    if (this.recoveryStatus !== 202) return this.recoveryStatus;
    const node = String(request.nodeId);
    setImmediate(() => {
      for (const { text, name, eventId } of this.#said.filter((said) => isMeant(said, request)))
        this.#publish(routingKey(name, eventId, node), numbered(text, request.requestId));
      if (request.event !== null) return;
      this.subscribed.add(request.product);
      const complete = `<snapshot_complete request_id="${request.requestId}" product="${request.product}" timestamp="${nowMs}"/>`;
      this.#publish(routingKey("snapshot_complete", null, node), complete);
    });
    return 202;
  }
}

function isMeant({ name, product, eventId, atMs }: Said, request: RecoveryRequest): boolean {
  if (product !== request.product) return false;
  const isOdds = name === "odds_change";
  if (request.event !== null) return eventId === request.event.urn && isOdds === (request.event.wants === "odds");
  return request.afterMs === null ? isOdds : atMs > request.afterMs;
}

function numbered(text: string, requestId: number): string {
  return text.replace(/\srequest_id="\d+"/, "").replace(/(<[a-z_]+)(\s+product=)/, `$1 request_id="${requestId}"$2`);
}

/** `hi.pre.live.odds_change.1.sr:match.61000001.-`, and `-.-.-.alive.-.-.-.-` for the system. */
export function routingKey(name: string, eventId: string | null, node: string): string {
  if (eventId === null) return `-.-.-.${name}.-.-.-.${node}`;
  const cut = eventId.lastIndexOf(":");
  return `hi.pre.live.${name}.1.${eventId.slice(0, cut)}.${eventId.slice(cut + 1)}.${node}`;
}
