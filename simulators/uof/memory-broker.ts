/**
 * A message broker in memory, as far as the feed's consumers see one: exclusive queues bound to one topic exchange, nothing kept for who
 * is away. For tests, and for a feed and its consumer in one process.
 */
import { EventEmitter } from "node:events";
import type { AmqpChannel, AmqpConnection } from "../../bridge/session.ts";

interface Queue {
  readonly patterns: string[];
  onMessage: ((message: { content: Buffer } | null) => void) | null;
}

/** Says whether a routing key is meant by a binding: `*` is one word, `#` any number of them. */
export function keyMatches(pattern: string, key: string): boolean {
  const match = (patterns: readonly string[], words: readonly string[]): boolean => {
    const [first, ...rest] = patterns;
    if (first === undefined) return words.length === 0;
    if (first === "#") return match(rest, words) || (words.length > 0 && match(patterns, words.slice(1)));
    return words.length > 0 && (first === "*" || first === words[0]) && match(rest, words.slice(1));
  };
  return match(pattern.split("."), key.split("."));
}

export class MemoryBroker {
  readonly #connections = new Map<MemoryConnection, Queue[]>();
  /** How many connections were made. */
  connects = 0;
  isRefusing = false;

  async connect(): Promise<AmqpConnection> {
    if (this.isRefusing) throw new Error("connect ECONNREFUSED");
    this.connects += 1;
    const queues: Queue[] = [];
    const connection = new MemoryConnection(queues, () => this.#connections.delete(connection));
    this.#connections.set(connection, queues);
    return connection;
  }

  /** Each queue gets a message once, whatever number of its bindings match. */
  publish(key: string, text: string): void {
    for (const queues of this.#connections.values())
      for (const { patterns, onMessage } of queues)
        if (patterns.some((pattern) => keyMatches(pattern, key))) onMessage?.({ content: Buffer.from(text, "utf8") });
  }

  /** The network fails: consumers learn that they are cut off. */
  cut(): void {
    for (const connection of [...this.#connections.keys()]) void connection.close();
  }
}

class MemoryConnection extends EventEmitter implements AmqpConnection {
  readonly #queues: Queue[];
  readonly #onClose: () => void;

  constructor(queues: Queue[], onClose: () => void) {
    super();
    this.#queues = queues;
    this.#onClose = onClose;
  }

  async createChannel(): Promise<AmqpChannel> {
    const queues = this.#queues;
    const at = (name: string): Queue => {
      const queue = queues[Number(name.slice(1)) - 1];
      if (queue === undefined) throw new Error(`no queue ${name}`);
      return queue;
    };
    return Object.assign(new EventEmitter(), {
      async assertQueue() {
        return { queue: `q${queues.push({ patterns: [], onMessage: null })}` };
      },
      async bindQueue(name: string, _exchange: string, pattern: string) {
        at(name).patterns.push(pattern);
      },
      async consume(name: string, onMessage: NonNullable<Queue["onMessage"]>) {
        at(name).onMessage = onMessage;
      },
    });
  }

  async close(): Promise<void> {
    this.#onClose();
    this.emit("close");
  }
}
