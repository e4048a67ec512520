/** What Africa's Talking says of one recipient, and what is to be done. */

export type SmsMeaning =
  | "accepted"
  /** Another attempt may work. */
  | "retry"
  /** No attempt will work: the number is wrong, blocked, or opted out. */
  | "permanent"
  /** Our account is at fault (sender, balance, risk hold); a person has to repair it. */
  | "account";

const MEANINGS: Readonly<Record<number, SmsMeaning>> = {
  100: "accepted",
  101: "accepted",
  102: "accepted",
  401: "account",
  402: "account",
  403: "permanent",
  404: "permanent",
  405: "account",
  406: "permanent",
  407: "retry",
  // Nigeria's do-not-disturb list: it refuses promotional senders, so a code needs a transactional one.
  409: "account",
  500: "retry",
  501: "retry",
  502: "permanent",
};

/** A code that is not in the provider's list is tried again: the codes of one SMS are worth minutes only. */
export function meaningOf(statusCode: number): SmsMeaning {
  return MEANINGS[statusCode] ?? "retry";
}
