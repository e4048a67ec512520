/** JSON in localStorage that never throws: private windows refuse writes, and what is stored may be of an older page. */

export function readStored<T>(name: string): T | null {
  try {
    const text = localStorage.getItem(name);
    return text === null ? null : (JSON.parse(text) as T);
  } catch {
    return null;
  }
}

export function writeStored(name: string, value: unknown): void {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // The page works without memory; it only forgets at reload.
    return;
  }
}
