/**
 * `/api/fairness/commitment` and `/api/fairness/verify` as clients of the `letsbet-v1` formula know them: their own error shape
 * `{"error":"..."}`, 400 for what is not their JSON, 422 for what is missing, decimals as quoted strings.
 */
import { hmacSha256OfBytes, sha256OfBytes } from "../../../durable-objects/platform/hash.ts";
import { letsbetCommitment, letsbetCrash } from "../../../shared/crash/letsbet-v1.ts";
import { formatMultiplier } from "../../../shared/crash/multiplier.ts";
import { err, ok, type Result } from "../../../shared/kernel/result.ts";

export interface LegacyReply {
  readonly status: 200 | 400 | 422;
  readonly body: Readonly<Record<string, string | boolean>>;
}

type FieldKind = "text" | "integer" | "decimal";
type Fields = Readonly<Record<string, string | number>>;

const COMMITMENT_FIELDS: Readonly<Record<string, FieldKind>> = { server_seed: "text" };
const VERIFY_FIELDS: Readonly<Record<string, FieldKind>> = {
  server_seed: "text",
  client_seed: "text",
  round_number: "integer",
  claimed_crash: "decimal",
};
const DECIMAL = /^-?\d{1,15}(\.\d{1,15})?$/;

/** Commits to a server seed. */
export function commitServerSeed(bodyText: string): LegacyReply {
  const fields = readFields(bodyText, COMMITMENT_FIELDS);
  if (!fields.ok) return { status: 400, body: { error: fields.error } };
  const { server_seed: serverSeed = "" } = fields.value;
  if (serverSeed === "") return { status: 422, body: { error: "server_seed is required" } };
  return { status: 200, body: { server_seed_hash: letsbetCommitment(String(serverSeed), sha256OfBytes) } };
}

/** Compares a claimed crash point with the formula's. */
export function verifyLegacyRound(bodyText: string): LegacyReply {
  const fields = readFields(bodyText, VERIFY_FIELDS);
  if (!fields.ok) return { status: 400, body: { error: fields.error } };
  const {
    server_seed: serverSeed = "",
    client_seed: clientSeed = "",
    round_number: roundNumber = 0,
    claimed_crash: claim = 0,
  } = fields.value;
  if (serverSeed === "" || clientSeed === "" || Number(roundNumber) <= 0)
    return { status: 422, body: { error: "server_seed, client_seed, round_number required" } };
  const round = { serverSeed: String(serverSeed), clientSeed: String(clientSeed), roundNumber: Number(roundNumber) };
  const calculated = shortest(formatMultiplier(letsbetCrash(round, hmacSha256OfBytes).crashHundredths));
  const claimed = shortest(String(claim));
  return { status: 200, body: { match: calculated === claimed, calculated, claimed } };
}

function readFields(text: string, known: Readonly<Record<string, FieldKind>>): Result<Fields, string> {
  if (text.trim() === "") return err("empty request body");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err("invalid json: syntax error");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return err("invalid json: not an object");
  const fields: Record<string, string | number> = {};
  for (const [name, field] of Object.entries(value)) {
    const kind = known[name];
    if (kind === undefined) return err(`invalid json: unknown field "${name.slice(0, 60)}"`);
    if (field === null) continue;
    if (!isOfKind(field, kind)) return err(`invalid json: ${name} is not ${kind === "integer" ? "an" : "a"} ${kind}`);
    fields[name] = field;
  }
  return ok(fields);
}

function isOfKind(value: unknown, kind: FieldKind): value is string | number {
  switch (kind) {
    case "text":
      return typeof value === "string";
    case "integer":
      return Number.isSafeInteger(value);
    case "decimal":
      return (typeof value === "number" || typeof value === "string") && DECIMAL.test(String(value));
  }
}

/** Writes a decimal without zeros that say nothing: "4.20" as "4.2", "1.00" as "1". */
function shortest(decimal: string): string {
  const [whole = "0", decimals = ""] = decimal.split(".");
  const kept = decimals.replace(/0+$/, "");
  const digits = whole.replace(/^(-?)0+(?=\d)/, "$1");
  return kept === "" ? digits : `${digits}.${kept}`;
}
