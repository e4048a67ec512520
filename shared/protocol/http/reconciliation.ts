/** Shapes of what operators read of reconciliation and anchors. */
import * as z from "zod";
import { amountOut, timeOut } from "./fields.ts";

const run = z.object({
  id: z.string(),
  level: z.enum(["L2", "L3", "global"]),
  scope: z.string(),
  from: z.string(),
  to: z.string(),
  started_at: timeOut,
  ended_at: timeOut,
  checked: z.int(),
  clean: z.boolean(),
  finding_count: z.int(),
});

const item = z.object({
  id: z.string(),
  level: z.enum(["L2", "L3", "global"]),
  class: z.string(),
  scope: z.string(),
  subject: z.string().meta({ description: "A wallet, a receipt or a currency." }),
  here: amountOut.nullable(),
  there: amountOut.nullable(),
  note: z.string(),
  owner: z.string().nullable(),
  first_seen_at: timeOut,
  last_seen_at: timeOut,
  age_seconds: z.int(),
});

export const reconciliationAnswer = z.object({ country: z.string(), runs: z.array(run), open_items: z.array(item), open_total: z.int() });

export const anchorAnswer = z.object({
  wallet_id: z.string(),
  agrees: z.boolean(),
  failures: z
    .array(z.enum(["archive_missing", "signature", "database_row", "chain", "list", "unlisted", "wallet"]))
    .meta({ description: "What says something else than the anchor; empty when everything agrees." }),
  day: z.string(),
  shard: z.int(),
  root: z.string(),
  signature: z.string(),
  kid: z.string(),
  anchored_at: timeOut,
  leaf: z
    .object({ epoch: z.int(), seq: z.int(), hash: z.string() })
    .nullable()
    .meta({ description: "What was anchored of the wallet; null for one that came later." }),
  proof: z
    .array(z.object({ side: z.enum(["left", "right"]), hash: z.string() }))
    .meta({ description: "From the leaf up to the root: hashes as in RFC 6962." }),
});
