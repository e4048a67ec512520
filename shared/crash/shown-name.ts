/**
 * What others may read of a player who consents to be shown: the first letter and the last of the first name. Enough to be recognised by
 * friends, not enough to be found. A name is never what the player types: nobody can be shown under another's.
 */

const HIDDEN = "***";

/** "Wanjiku Kamau" is "W***u"; a name of one or two letters shows the first only. */
export function maskedName(fullName: string): string {
  const letters = [...(fullName.trim().split(/\s+/)[0] ?? "")];
  const first = (letters[0] ?? "").toUpperCase();
  return letters.length > 2 ? `${first}${HIDDEN}${letters.at(-1) ?? ""}` : `${first}${HIDDEN}`;
}
