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

/** The same beside the storage, which private windows refuse: a second tap must not need it. */
const unanswered = new Map<string, StoredAttempt>();

/** The stored key when the same content is still unanswered, otherwise a new one. */
function attemptKey(name: string, body: unknown): string {
  const content = JSON.stringify(body);
  const known = unanswered.get(name) ?? readStored<StoredAttempt>(storageName(name));
  if (known !== null && known.content === content) return known.key;
  const made: StoredAttempt = { content, key: crypto.randomUUID() };
  unanswered.set(name, made);
  writeStored(storageName(name), made);
  return made.key;
}

function forget(name: string): void {
  unanswered.delete(name);
  writeStored(storageName(name), null);
}

/** Sends with the attempt's key, and forgets the key once the answer is final. */
export async function attempt<T>(name: string, body: unknown, send: (key: string) => Promise<T>): Promise<T> {
  const key = attemptKey(name, body);
  try {
    const answer = await send(key);
    forget(name);
    return answer;
  } catch (error) {
    if (isFinal(error)) forget(name);
    throw error;
  }
}

function storageName(name: string): string {
  return `mkeka.attempt.${name}`;
}
