/**
 * Signs anchors' heads and checks their signatures: compact JWS (EdDSA) over the head's canonical text, so that any JOSE tool can check
 * them with the published keys. A type of its own keeps a signed head from passing for a token and the other way round.
 */
import { CompactSign, compactVerify, createLocalJWKSet, type JSONWebKeySet } from "jose";
import { type AnchorHead, headText, type SignedAnchor } from "../../../shared/ledger/anchor.ts";

const ALGORITHM = "EdDSA";
const TYPE = "anchor+jws";

/** Knows nothing of the platform's environment, because programs that verify offline use this file too. */
export interface AnchorKey {
  readonly kid: string;
  readonly signing: Parameters<CompactSign["sign"]>[0];
}

export async function signAnchor(key: AnchorKey, head: AnchorHead): Promise<SignedAnchor> {
  const signature = await new CompactSign(new TextEncoder().encode(headText(head)))
    .setProtectedHeader({ alg: ALGORITHM, kid: key.kid, typ: TYPE })
    .sign(key.signing);
  return { head, signature };
}

/** The id of the key that signed exactly this head; null when none of these keys did. */
export async function anchorSigner({ head, signature }: SignedAnchor, keys: JSONWebKeySet): Promise<string | null> {
  try {
    const { payload, protectedHeader } = await compactVerify(signature, createLocalJWKSet(keys), { algorithms: [ALGORITHM] });
    const isThisHead = new TextDecoder().decode(payload) === headText(head);
    return isThisHead && protectedHeader.typ === TYPE ? (protectedHeader.kid ?? null) : null;
  } catch {
    // jose says by exceptions what is wrong with a signature; to us each is just not one.
    return null;
  }
}
