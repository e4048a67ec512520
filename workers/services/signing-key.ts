/**
 * The platform's signing keys (Ed25519, with a `kid`, so that a change of keys is seen). Players' and operators' tokens are signed with
 * one and told apart by audience and type; anchors of the journals have their own, because they must be checkable long after tokens'
 * keys were changed. Importing a key costs more than using it, so an isolate does it once.
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

const publicPart = z.object({ kty: z.literal("OKP"), crv: z.literal("Ed25519"), x: z.string(), kid: z.string() });
const keySchema = publicPart.extend({ d: z.string() });

const imported = new Map<string, Promise<SigningKey>>();

/** The key that tokens are signed with; asserts that it is one. */
export function signingKeyOf(config: Config): Promise<SigningKey> {
  return importedKey("ACCESS_TOKEN_KEY", config);
}

/** The key that anchors are signed with; asserts that it is one. */
export function anchorKeyOf(config: Config): Promise<SigningKey> {
  return importedKey("ANCHOR_KEY", config);
}

/** The keys that anchors are checked with: the one that signs now, and those before it; asserts that the settings are keys. */
export async function anchorKeysOf(config: Config): Promise<readonly PublicJwk[]> {
  const retired = z.array(publicPart).safeParse(JSON.parse(config.RETIRED_ANCHOR_KEYS));
  invariant(retired.success, "RETIRED_ANCHOR_KEYS is no list of Ed25519 public JWKs with a kid");
  const { publicJwk } = await anchorKeyOf(config);
  return [publicJwk, ...retired.data.map(published)];
}

function published(part: z.infer<typeof publicPart>): PublicJwk {
  return { ...part, alg: TOKEN_ALGORITHM, use: "sig" };
}

function importedKey(name: "ACCESS_TOKEN_KEY" | "ANCHOR_KEY", config: Config): Promise<SigningKey> {
  const source = config[name];
  const known = imported.get(source);
  if (known !== undefined) return known;
  const key = importKey(name, source);
  imported.set(source, key);
  return key;
}

async function importKey(name: string, source: string): Promise<SigningKey> {
  const parsed = keySchema.safeParse(JSON.parse(source));
  invariant(parsed.success, `${name} is no Ed25519 private JWK with a kid`);
  const { d, ...part } = parsed.data;
  const publicJwk = published(part);
  const signing = await importJWK({ ...part, d, alg: TOKEN_ALGORITHM });
  return { kid: part.kid, publicJwk, signing, checking: await importJWK({ ...publicJwk }) };
}
