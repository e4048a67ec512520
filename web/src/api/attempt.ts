/**
 * Attempts that must happen once: a bet, a deposit, a withdrawal.
 *
 * An attempt's key belongs to exactly what the player confirmed. It is stored before the request leaves and forgotten when the API
 * has answered; so a second tap, a retry after a lost answer and a reload of the page all send the same key, and one bet results.
 */
import { isFinal } from "./error.ts";
import { readStored, writeStored } from "./storage.ts";

interface StoredAttempt {
  readonly content: string;
  readonly key: string;
}

/** Gives the key of this attempt: the stored one when the same content is still unanswered, otherwise a new one. */
export function attemptKey(name: string, body: unknown): string {
  const content = JSON.stringify(body);
  const stored = readStored<StoredAttempt>(storageName(name));
  if (stored !== null && stored.content === content) return stored.key;
  const key = crypto.randomUUID();
  writeStored(storageName(name), { content, key } satisfies StoredAttempt);
  return key;
}

/** Sends with the attempt's key, and forgets the key once the answer is final. */
export async function attempt<T>(name: string, body: unknown, send: (key: string) => Promise<T>): Promise<T> {
  const key = attemptKey(name, body);
  try {
    const answer = await send(key);
    writeStored(storageName(name), null);
    return answer;
  } catch (error) {
    if (isFinal(error)) writeStored(storageName(name), null);
    throw error;
  }
}

function storageName(name: string): string {
  return `mkeka.attempt.${name}`;
}
