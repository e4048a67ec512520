/** The model's accounts: what stands on them, what is held, and their limits. */

export interface Account {
  posted: number;
  held: number;
  floor: number | null;
  frozen: boolean;
  /** Sequence of the entry that first touched it; 0 for never. */
  since: number;
}

/** A part of a hold on one account. */
export interface Share {
  readonly account: string;
  readonly amount: number;
}

export class Accounts {
  readonly #all = new Map<string, Account>();

  get(code: string): Account {
    return this.#all.get(code) ?? { posted: 0, held: 0, floor: code.startsWith("user:") ? 0 : null, frozen: false, since: 0 };
  }

  isOpen(code: string): boolean {
    return this.#all.has(code);
  }

  open(code: string, seq: number): void {
    this.#change(code, seq, {});
  }

  move(code: string, amount: number, seq: number): void {
    if (amount !== 0) this.#change(code, seq, { posted: this.get(code).posted + amount });
  }

  hold(code: string, amount: number, seq: number): void {
    if (amount !== 0) this.#change(code, seq, { held: this.get(code).held + amount });
  }

  /** Takes held money away for good. */
  take(code: string, amount: number): void {
    const { posted, held, since } = this.get(code);
    this.#change(code, since, { posted: posted - amount, held: held - amount });
  }

  limit(code: string, floor: number | null, frozen: boolean, seq: number): void {
    this.#change(code, seq, { floor, frozen });
  }

  free(code: string): number {
    const { posted, held, floor } = this.get(code);
    return posted - held - (floor ?? 0);
  }

  /** Bonus accounts in the order in which they were opened. */
  grants(): readonly string[] {
    return [...this.#all]
      .filter(([code]) => code.startsWith("user:bonus:"))
      .sort(([, a], [, b]) => a.since - b.since)
      .map(([code]) => code);
  }

  bonus(): number {
    return this.grants().reduce((total, code) => total + this.get(code).posted, 0);
  }

  /** An amount over these accounts in their order; frozen ones give nothing. */
  split(codes: readonly string[], amount: number): readonly Share[] {
    let rest = amount;
    const shares: Share[] = [];
    for (const account of codes) {
      const share = this.get(account).frozen ? 0 : Math.min(rest, Math.max(0, this.free(account)));
      if (share > 0) shares.push({ account, amount: share });
      rest -= share;
    }
    return shares;
  }

  #change(code: string, seq: number, changes: Partial<Account>): void {
    const before = this.get(code);
    this.#all.set(code, { ...before, ...changes, since: before.since === 0 ? seq : before.since });
  }
}
