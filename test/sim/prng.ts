/** Seeded pseudo-random numbers (sfc32). Split by name, so that a new draw in one component does not move another's. */

export class Prng {
  readonly #name: string;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(name: string) {
    this.#name = name;
    this.#a = hash32(`${name}#a`);
    this.#b = hash32(`${name}#b`);
    this.#c = hash32(`${name}#c`);
    for (let round = 0; round < 12; round += 1) this.next32();
  }

  /** An independent generator. */
  split(name: string): Prng {
    return new Prng(`${this.#name}/${name}`);
  }

  next32(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** From 0 to 1, without 1. */
  fraction(): number {
    return this.next32() / 0x1_0000_0000;
  }

  /** From `min` to `max`, both included. */
  between(min: number, max: number): number {
    return min + Math.floor(this.fraction() * (max - min + 1));
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** One of a list that is not empty. */
  pick<T>(items: readonly T[]): T {
    const item = items[this.between(0, items.length - 1)];
    if (item === undefined) throw new RangeError("a pick from nothing");
    return item;
  }

  /** One of `[weight, item]` pairs. */
  weighted<T>(items: readonly (readonly [number, T])[]): T {
    let left = this.fraction() * items.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, item] of items) {
      left -= weight;
      if (left < 0) return item;
    }
    return this.pick(items)[1];
  }

  shuffle<T>(items: T[]): T[] {
    for (let last = items.length - 1; last > 0; last -= 1) {
      const other = this.between(0, last);
      [items[last], items[other]] = [items[other] as T, items[last] as T];
    }
    return items;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.next32() & 0xff);
  }
}

/** A fraction from 0 to 1 that follows from a text; texts that differ a little give fractions that differ a lot. */
export function fractionOf(text: string): number {
  let hash = hash32(text);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}

/** FNV-1a over UTF-16 units: for seeds and trace hashes, never for secrets. */
export function hash32(text: string, start = 0x811c9dc5): number {
  let hash = start;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
