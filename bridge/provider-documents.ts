/**
 * What the provider says about the account and its producers, read from its documents.
 */
import type { Result } from "../shared/kernel/result.ts";
import { err, ok } from "../shared/kernel/result.ts";
import { MINUTE_MS } from "../shared/kernel/time.ts";
import { readXml } from "../workers/adapters/uof/xml.ts";
import type { Producer } from "./producers.ts";

export interface Account {
  readonly virtualHost: string;
  /** When the token ends, as the provider writes it. */
  readonly expiresAt: string;
}

/** Of `users/whoami.xml`. */
export function readAccount(text: string): Result<Account, { readonly reason: string }> {
  const root = readXml(text);
  if (!root.ok) return root;
  const { virtual_host: virtualHost, expire_at: expiresAt, response_code: code } = root.value.attributes;
  if (root.value.name !== "bookmaker_details" || virtualHost === undefined || (code !== undefined && code !== "OK"))
    return err({ reason: "the account's details are not what was expected" });
  return ok({ virtualHost, expiresAt: expiresAt ?? "" });
}

/** Of `descriptions/producers.xml`: those that are active. */
export function readProducers(text: string): Result<readonly Producer[], { readonly reason: string }> {
  const root = readXml(text);
  if (!root.ok) return root;
  const list = root.value.children.flatMap(({ name, attributes }): Producer[] => {
    const path = /\/([a-z_]+)\/?$/.exec(attributes.api_url ?? "")?.[1];
    const product = Number(attributes.id);
    const minutes = Number(attributes.stateful_recovery_window_in_minutes);
    if (name !== "producer" || attributes.active !== "true" || path === undefined) return [];
    if (!Number.isSafeInteger(product) || product < 1 || !Number.isSafeInteger(minutes) || minutes < 1) return [];
    return [{ product, name: attributes.name ?? "", path, windowMs: minutes * MINUTE_MS }];
  });
  return list.length === 0 ? err({ reason: "no active producer is listed" }) : ok(list);
}
