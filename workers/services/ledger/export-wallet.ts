/** Lets an operator take a whole wallet along as NDJSON: for an auditor, a player's request, or a restore. */
import { ok } from "../../../shared/kernel/result.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { walletOf } from "../../adapters/objects.ts";
import { refuse, type ServiceContext, type ServiceResult } from "../context.ts";
import { requireStaff } from "../operators/require-staff.ts";
import { textFrom } from "./export-pages.ts";

/**
 * Streams the lines, page by page as they are read. Refuses NOT_FOUND for a user without a wallet in that country. A wallet that
 * changes while it is read breaks the stream off, so that nobody takes half an export for a whole one: freeze a long and busy one first.
 */
export async function exportWallet(
  ctx: ServiceContext,
  query: { readonly userId: string; readonly country?: Country | undefined },
): Promise<ServiceResult<ReadableStream<Uint8Array>>> {
  const scope = await requireStaff(ctx, {
    roles: ["finance", "compliance", "regulator"],
    action: "wallet.export",
    subject: query.userId,
    country: query.country,
  });
  if (!scope.ok) return scope;
  const wallet = walletOf(ctx.env, { country: scope.value.country, userId: query.userId });
  const first = await wallet.exportPage(null);
  if (!first.ok) return refuse("NOT_FOUND");
  const pages = textFrom(wallet, first.value);
  const pull = async (stream: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    const page = await pages.next();
    if (page.done === true) stream.close();
    else stream.enqueue(page.value);
  };
  return ok(new ReadableStream({ pull }));
}
