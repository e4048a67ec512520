/**
 * Makes the command that starts an intent. With a client's key the intent's id follows from player and key, so that a repeat finds
 * the same object; without one the request is its own key.
 */
import { sha256Bytes, sha256Hex } from "../../../durable-objects/platform/hash.ts";
import type { E164 } from "../../../shared/compliance/phone.ts";
import { canonical } from "../../../shared/kernel/canonical.ts";
import { ID_RANDOM_BYTES, idFromDigest, makeId } from "../../../shared/kernel/ids.ts";
import type { Minor } from "../../../shared/money/minor.ts";
import type { IntentKind, StartIntent } from "../../../shared/protocol/rpc/payment-intent.ts";
import type { Actor, ServiceContext } from "../context.ts";

const PREFIXES: Readonly<Record<IntentKind, string>> = { deposit: "dep", withdrawal: "wdr" };

export interface IntentInput {
  readonly kind: IntentKind;
  readonly actor: Actor;
  readonly phoneNumber: E164;
  readonly method: string;
  readonly amountMinor: Minor;
  readonly idempotencyKey: string | null;
}

export function intentCommand(ctx: ServiceContext, input: IntentInput): StartIntent {
  const { kind, actor, phoneNumber, method, amountMinor, idempotencyKey } = input;
  const prefix = PREFIXES[kind];
  const intentId =
    idempotencyKey === null
      ? makeId(prefix, ctx.nowMs, crypto.getRandomValues(new Uint8Array(ID_RANDOM_BYTES)))
      : idFromDigest(prefix, sha256Bytes(canonical([actor.userId, kind, idempotencyKey])));
  const fingerprint = sha256Hex(canonical({ v: 1, kind, phoneNumber, method, amountMinor }));
  return { intentId, userId: actor.userId, country: actor.country, method, phoneNumber, amountMinor, fingerprint };
}
