/** A client's Idempotency-Key as the wallet stores it for bets: it can't meet the key of a request that brought none. */
export function clientBetKey(key: string): string {
  return `bet:${key}`;
}
