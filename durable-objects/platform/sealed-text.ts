/**
 * Texts that must be read back but not lie open in a database: AES-256-GCM, under a key that follows from a secret and a purpose.
 *
 * A sealed text is `<nonce>.<tag>.<ciphertext>` in base64url. The nonce is random, so the same text seals differently every time and
 * can't be searched for; what has to be found again is kept as a keyed hash beside it.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals `text`; `purpose` names what it is, so that a text of one kind can't be passed off as another. */
export function sealText(secret: string, purpose: string, text: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, keyFor(secret, purpose), nonce);
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return [nonce, cipher.getAuthTag(), sealed].map((part) => part.toString("base64url")).join(".");
}

/** Reads a sealed text; throws when it was changed or sealed under another secret or purpose. */
export function openText(secret: string, purpose: string, sealed: string): string {
  const [nonce = "", tag = "", text = ""] = sealed.split(".");
  // A shorter tag would be easier to forge, and would be taken without this.
  const decipher = createDecipheriv(CIPHER, keyFor(secret, purpose), Buffer.from(nonce, "base64url"), { authTagLength: TAG_BYTES });
  decipher.setAuthTag(Buffer.from(tag, "base64url"));
  return Buffer.concat([decipher.update(Buffer.from(text, "base64url")), decipher.final()]).toString("utf8");
}

function keyFor(secret: string, purpose: string): Buffer {
  return createHmac("sha256", secret).update(`seal:${purpose}`, "utf8").digest();
}
