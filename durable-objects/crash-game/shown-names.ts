/**
 * The masked names of those who agreed to be shown, as the game's lounge has them. Asked for many at once and remembered for a minute; a
 * change is told to the table, which forgets at once. Who is not known to agree is nobody: when the lounge is silent, no name is shown.
 */
import type { CrashLoungeRpc } from "../../shared/protocol/rpc/crash-lounge.ts";
import { log } from "../platform/log.ts";

/** The longest that a withdrawal of which the table heard nothing can take. */
const FRESH_MS = 60_000;
const REMEMBERED_MAX = 10_000;

export class ShownNames {
  readonly #lounge: () => CrashLoungeRpc;
  readonly #names = new Map<string, { readonly name: string | null; readonly askedAtMs: number }>();

  constructor(lounge: () => CrashLoungeRpc) {
    this.#lounge = lounge;
  }

  /** Asks for those that are not known. Never throws. */
  async load(userIds: readonly string[], nowMs: number): Promise<void> {
    const unknown = [...new Set(userIds)].filter((userId) => this.#fresh(userId, nowMs) === undefined);
    if (unknown.length === 0) return;
    try {
      const names = await this.#lounge().namesOf(unknown);
      if (this.#names.size + unknown.length > REMEMBERED_MAX) this.#names.clear();
      for (const [index, userId] of unknown.entries()) this.#names.set(userId, { name: names[index] ?? null, askedAtMs: nowMs });
    } catch (error) {
      log("warn", "lounge_unreachable", { error });
    }
  }

  /** What is known now; null for one who is not shown. */
  nameOf(userId: string, nowMs: number): string | null {
    return this.#fresh(userId, nowMs)?.name ?? null;
  }

  set(userId: string, name: string | null, nowMs: number): void {
    this.#names.set(userId, { name, askedAtMs: nowMs });
  }

  #fresh(userId: string, nowMs: number): { readonly name: string | null } | undefined {
    const known = this.#names.get(userId);
    return known !== undefined && nowMs - known.askedAtMs < FRESH_MS ? known : undefined;
  }
}
