/**
 * What every simulator is to the server that hosts them: a name for its part of the address space, and a handler.
 *
 * Simulators exist for development and tests only. They speak the providers' real wire protocols under `/<name>/...`, and their
 * control side under `/sim/<name>/...`. All state is in memory and bounded.
 */

export interface SimulatorSettings {
  /** Where the platform listens, without a slash at the end: simulators post callbacks and feed messages there. */
  readonly platformUrl: string;
  /** The platform's secrets and provider credentials, as in its environment. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface Simulator {
  readonly name: string;
  /** Answers requests below `/<name>/` and `/sim/<name>/`, and those of `extraPaths`. */
  handle(request: Request, url: URL): Promise<Response> | Response;
  /** Exact control paths outside `/sim/<name>/`, e.g. `/sim/sms`. */
  readonly extraPaths?: readonly string[];
  /** Starts timers, once the platform answers; idempotent. */
  start?(): void;
  /** Ends timers. */
  stop(): void;
}
