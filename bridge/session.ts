/**
 * The broker's side: declares the exclusive queue, binds it, consumes until the connection ends, and connects again. Messages are
 * taken as they come (auto-ack): the broker keeps nothing for who is away, so every connection begins with a gap.
 */
import { log } from "../durable-objects/platform/log.ts";
import { SECOND_MS } from "../shared/kernel/time.ts";

export const EXCHANGE = "unifiedfeed";
const WAIT_MS_MIN = SECOND_MS;
const WAIT_MS_MAX = 60 * SECOND_MS;

/** The parts of an AMQP client that are used. */
export interface AmqpChannel {
  assertQueue(queue: string, options: { exclusive: boolean; autoDelete: boolean; durable: boolean }): Promise<{ queue: string }>;
  bindQueue(queue: string, exchange: string, pattern: string): Promise<unknown>;
  consume(queue: string, onMessage: (message: { content: Buffer } | null) => void, options: { noAck: boolean }): Promise<unknown>;
  on(event: "close" | "error", handler: (error?: unknown) => void): unknown;
}

export interface AmqpConnection {
  createChannel(): Promise<AmqpChannel>;
  close(): Promise<unknown>;
  on(event: "close" | "error", handler: (error?: unknown) => void): unknown;
}

/** What to listen to: all messages for everyone or for this node, and the system's. */
export function bindingsOf(nodeId: number): readonly string[] {
  const everything = "*.*.*.*.*.*.*";
  return [`${everything}.${nodeId}.#`, `${everything}.-.#`, "-.-.-.alive.#", `-.-.-.snapshot_complete.-.-.-.${nodeId}`];
}

export interface SessionOptions {
  readonly connect: () => Promise<AmqpConnection>;
  readonly nodeId: number;
  readonly onMessage: (text: string) => void;
  /** Whatever is sent from now on until the next recovery may be missing. */
  readonly onGap: () => void;
  /** False while there is no room: no connection is made. */
  readonly hasRoom: () => boolean;
  /** Resolves after so long, or at once when the bridge stops. */
  readonly wait: (ms: number) => Promise<void>;
  readonly random: () => number;
}

export class Session {
  readonly #options: SessionOptions;
  #connection: AmqpConnection | null = null;
  #failures = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  get isConnected(): boolean {
    return this.#connection !== null;
  }

  /** Keeps a consumer alive until `isStopped`. */
  async run(isStopped: () => boolean): Promise<void> {
    while (!isStopped()) {
      if (this.#options.hasRoom()) await this.#consumeOnce(isStopped);
      if (!isStopped()) await this.#options.wait(this.#waitMs());
    }
  }

  /** Ends the connection; `run` makes a new one unless it is over. */
  async disconnect(): Promise<void> {
    // A connection that is gone already can't be closed, and need not be.
    await this.#connection?.close().catch(() => undefined);
  }

  async #consumeOnce(isStopped: () => boolean): Promise<void> {
    const { connect, nodeId, onMessage, onGap } = this.#options;
    try {
      const connection = await connect();
      const ended = new Promise<void>((resolve) => {
        connection.on("close", () => resolve());
        connection.on("error", (error) => log("warn", "broker_error", { why: wordsOf(error) }));
      });
      this.#connection = connection;
      onGap();
      const channel = await connection.createChannel();
      // A closed channel or a cancelled consumer hears nothing more: the whole connection is made anew.
      const giveUp = (): void => void this.disconnect();
      channel.on("close", giveUp);
      channel.on("error", (error) => log("warn", "channel_error", { why: wordsOf(error) }));
      const { queue } = await channel.assertQueue("", { exclusive: true, autoDelete: true, durable: false });
      for (const pattern of bindingsOf(nodeId)) await channel.bindQueue(queue, EXCHANGE, pattern);
      await channel.consume(queue, (message) => (message === null ? giveUp() : onMessage(message.content.toString("utf8"))), {
        noAck: true,
      });
      log("info", "broker_connected", { nodeId });
      this.#failures = 0;
      if (isStopped()) await this.disconnect();
      await ended;
    } catch (error) {
      this.#failures += 1;
      log("warn", "broker_not_connected", { failures: this.#failures, why: wordsOf(error) });
      await this.disconnect();
    } finally {
      this.#connection = null;
      onGap();
    }
  }

  #waitMs(): number {
    const ceiling = Math.min(WAIT_MS_MAX, WAIT_MS_MIN * 2 ** Math.min(this.#failures, 10));
    return Math.max(WAIT_MS_MIN / 2, Math.floor(ceiling * this.#options.random()));
  }
}

/** The client's errors name hosts and codes, never the user, who is the token. */
function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
