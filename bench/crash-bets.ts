/**
 * Bets and cash-outs of one table: how many a second are answered, each answer only after its row is on disk. Three ways: from inside the
 * object with wallets that always have the money (the table's own part), the same by one call a bet, and the whole path with the real
 * wallets.
 */

export type Ask = <T>(path: string, body?: string) => Promise<T>;

export interface Rates {
  /** A second. */
  readonly bets: number;
  readonly cashOuts: number;
}

export interface BetFigures {
  readonly inside: Rates;
  readonly byCall: Rates;
  readonly whole: Rates;
  /** Bets a second until their wallets were paid, from the first press on. */
  readonly wholeSettled: number;
  /** Rows a second of a bare object, one write a call. */
  readonly bareWrites: number;
  /** Rows that a bet writes until it is cashed out and paid, in its wallet and its table, index rows included. */
  readonly rowsPerBet: number;
}

type Kind = "own" | "whole";

const POLL_MS = 20;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now();
  await work();
  return (performance.now() - startedAtMs) / 1_000;
}

export class Bets {
  readonly #ask: Ask;
  #round = 0;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  async measure(bets: number, wallets: number): Promise<BetFigures> {
    await this.#ask(`fund?from=0&count=${wallets}`);
    // Each way once before it counts.
    for (const inside of [true, false]) await this.#played("own", inside, Math.ceil(bets / 5));
    const inside = await this.#played("own", true, bets);
    const bareWrites = bets / (await timed(() => this.#ask(`write?from=0&count=${bets}`)));
    const byCall = await this.#played("own", false, bets);
    await this.#played("whole", false, Math.ceil(wallets / 5));
    const { settled, ...whole } = await this.#played("whole", false, wallets);
    const rowsPerBet = await this.#rowsPerBet(Math.ceil(wallets / 2));
    return { inside, byCall, whole, wholeSettled: settled, bareWrites, rowsPerBet };
  }

  async #rowsPerBet(bets: number): Promise<number> {
    await this.#ask("rows-written?kind=whole");
    await this.#played("whole", false, bets);
    return (await this.#ask<number>("rows-written?kind=whole")) / bets;
  }

  /** One round in which so many players bet, and all cash out. Fails unless every bet came in, left, and was settled. */
  async #played(kind: Kind, inside: boolean, count: number): Promise<Rates & { readonly settled: number }> {
    this.#round += 1;
    const way = inside ? "-inside" : "";
    const range = `kind=${kind}&from=0&count=${count}&round=${this.#round}`;
    const before = await this.#tally(kind);
    await this.#moveTo(kind, "BETTING");
    const betSeconds = await timed(() => this.#ask(`place${way}?${range}`));
    const { active } = await this.#tally(kind);
    if (active !== count) throw new Error(`${active} of ${count} bets are in`);
    await this.#moveTo(kind, "RUNNING");
    const startedAtMs = performance.now();
    const cashSeconds = await timed(() => this.#ask(`cash-out${way}?${range}`));
    const settled = count / (await this.#settledAfter(kind, startedAtMs));
    const { cashedOut } = await this.#tally(kind);
    if (cashedOut - before.cashedOut !== count) throw new Error(`${cashedOut - before.cashedOut} of ${count} bets left`);
    await this.#moveTo(kind, "CRASHED");
    return { bets: count / betSeconds, cashOuts: count / cashSeconds, settled };
  }

  async #settledAfter(kind: Kind, startedAtMs: number): Promise<number> {
    while ((await this.#tally(kind)).unsettled > 0) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    return (performance.now() - startedAtMs) / 1_000;
  }

  async #moveTo(kind: Kind, status: string): Promise<void> {
    while ((await this.#ask<string>(`move?kind=${kind}`)) !== status);
  }

  #tally(kind: Kind): Promise<{ readonly active: number; readonly cashedOut: number; readonly unsettled: number }> {
    return this.#ask(`tally?kind=${kind}`);
  }
}
