/**
 * Terms that a client brings back: signed, so that nothing has to be stored of the many that nobody takes. A purpose tells the
 * signatures of one kind of terms from every other that the same secret makes.
 */
import { equalTexts, hmacSha256Hex } from "../../durable-objects/platform/hash.ts";

export function signTerms(secret: string, purpose: string, terms: unknown): string {
  const body = Buffer.from(JSON.stringify(terms), "utf8").toString("base64url");
  return `${body}.${hmacSha256Hex(secret, `${purpose}.${body}`)}`;
}

/** The terms as they were signed; null when they are forged, malformed or of another purpose. */
export function readTerms(secret: string, purpose: string, text: string): unknown {
  const [body, mac, ...rest] = text.split(".");
  if (body === undefined || mac === undefined || rest.length > 0) return null;
  if (!equalTexts(hmacSha256Hex(secret, `${purpose}.${body}`), mac)) return null;
  return JSON.parse(Buffer.from(body, "base64url").toString("utf8"));
}
