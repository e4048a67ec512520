/**
 * Keeps a chain's links secret at rest. The seed follows from the platform's chain secret and a stored random text, and checkpoints are
 * stored sealed: XORed with a pad that HMAC-SHA-256 makes for that one checkpoint only. So whoever reads the object's storage, or a
 * backup of it, learns no future round without the secret; and a wrong or changed secret is noticed, because no link fits the chain.
 */
import { fromHex, toHex } from "../../shared/crash/hash.ts";
import { hmacSha256OfBytes } from "../platform/hash.ts";

export interface ChainName {
  readonly gameId: string;
  readonly number: number;
  /** Random, made with the chain. */
  readonly nonce: string;
}

export class ChainVault {
  readonly #secret: string;

  constructor(secret: string) {
    this.#secret = secret;
  }

  /** The chain's link 0. */
  seed(chain: ChainName): Uint8Array {
    return this.#derive(`seed:${nameText(chain)}`);
  }

  seal(chain: ChainName, link: number, bytes: Uint8Array): string {
    return toHex(this.#padded(chain, link, bytes));
  }

  unseal(chain: ChainName, link: number, sealed: string): Uint8Array {
    return this.#padded(chain, link, fromHex(sealed));
  }

  #padded(chain: ChainName, link: number, bytes: Uint8Array): Uint8Array {
    const pad = this.#derive(`checkpoint:${nameText(chain)}:${link}`);
    return bytes.map((byte, index) => byte ^ (pad[index] ?? 0));
  }

  #derive(label: string): Uint8Array {
    return hmacSha256OfBytes(this.#secret, new TextEncoder().encode(label));
  }
}

function nameText({ gameId, number, nonce }: ChainName): string {
  return `${gameId}:${number}:${nonce}`;
}
