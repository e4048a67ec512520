/** Stores intents in the country's database. */

import * as z from "zod";
import { invariant } from "../../../shared/kernel/invariant.ts";
import { minor, sum } from "../../../shared/money/minor.ts";
import type { IntentRow } from "../../../shared/payments/intent-record.ts";
import type { ProjectionMessage } from "../../../shared/protocol/queue/messages.ts";
import { isCountry } from "../../../shared/tenants/index.ts";
import { savePaymentIntent } from "../../adapters/d1/payment-intents.ts";
import { databaseOf, type Env } from "../../env.ts";

const text = z.string().min(1);
const amount = z.int().nonnegative();

const rowSchema = z.object({
  version: z.int().positive(),
  view: z.object({
    intentId: text,
    kind: z.enum(["deposit", "withdrawal"]),
    userId: text,
    country: z.custom<IntentRow["view"]["country"]>(isCountry),
    method: text,
    status: z.enum(["CREATED", "PENDING", "PENDING_UNKNOWN", "COMPLETED", "FAILED", "REVIEW"]),
    amountMinor: amount,
    netMinor: amount.nullable(),
    taxLines: z.array(z.object({ taxMinor: amount })),
    providerReference: text.nullable(),
    receipt: text.nullable(),
    failure: text.nullable(),
    createdAtMs: amount,
    updatedAtMs: amount,
  }),
});

/** Writes the rows by version, then tells the intent's object which it may forget. */
export async function projectPaymentIntent(env: Env, message: ProjectionMessage): Promise<void> {
  for (const { body } of message.rows) {
    const { version, view } = rowSchema.parse(JSON.parse(body));
    invariant(view.country === message.country, `intent ${view.intentId} is not of ${message.country}`);
    const { taxLines, ...columns } = view;
    const taxMinor = sum(taxLines.map((line) => minor(line.taxMinor)));
    await savePaymentIntent(databaseOf(env, message.country), { ...columns, version, taxMinor });
  }
  await env.PAYMENT_INTENT.getByName(message.objectName).acknowledge(message.rows.map((row) => row.seq));
}
