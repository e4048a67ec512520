/**
 * The platform's one signing key (Ed25519, with a `kid`, so that a change of keys is seen): players' and operators' tokens are signed
 * with it and told apart by audience and type. Importing it costs more than using it, so an isolate does it once.
 */
import { importJWK } from "jose";
import * as z from "zod";
import { invariant } from "../../shared/kernel/invariant.ts";
import type { Config } from "../env.ts";

export const TOKEN_ALGORITHM = "EdDSA";
export const TOKEN_ISSUER = "mkeka";

type Key = Awaited<ReturnType<typeof importJWK>>;

export interface SigningKey {
  readonly kid: string;
  readonly publicJwk: PublicJwk;
  readonly signing: Key;
  readonly checking: Key;
}

export interface PublicJwk {
  readonly kty: "OKP";
  readonly crv: "Ed25519";
  readonly x: string;
  readonly kid: string;
  readonly alg: "EdDSA";
  readonly use: "sig";
}

const keySchema = z.object({ kty: z.literal("OKP"), crv: z.literal("Ed25519"), x: z.string(), d: z.string(), kid: z.string() });

let imported: { readonly source: string; readonly key: Promise<SigningKey> } | null = null;

/** The key of the environment; asserts that it is one. */
export function signingKeyOf(config: Config): Promise<SigningKey> {
  if (imported?.source !== config.ACCESS_TOKEN_KEY) {
    imported = { source: config.ACCESS_TOKEN_KEY, key: importKey(config.ACCESS_TOKEN_KEY) };
  }
  return imported.key;
}

async function importKey(source: string): Promise<SigningKey> {
  const parsed = keySchema.safeParse(JSON.parse(source));
  invariant(parsed.success, "ACCESS_TOKEN_KEY is no Ed25519 private JWK with a kid");
  const { d, ...publicPart } = parsed.data;
  const publicJwk: PublicJwk = { ...publicPart, alg: TOKEN_ALGORITHM, use: "sig" };
  const signing = await importJWK({ ...publicPart, d, alg: TOKEN_ALGORITHM });
  return { kid: publicPart.kid, publicJwk, signing, checking: await importJWK({ ...publicJwk }) };
}
