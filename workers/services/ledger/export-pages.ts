/** A wallet's export as text, page by page. */
import type { ExportPage } from "../../../shared/protocol/rpc/wallet-export.ts";
import type { walletOf } from "../../adapters/objects.ts";

type Wallet = ReturnType<typeof walletOf>;

/** Throws when the wallet changes on the way: half an export must not be taken for a whole one. */
export async function* textFrom(wallet: Wallet, first: ExportPage): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let page = first;
  for (;;) {
    yield encoder.encode(page.lines.map((line) => `${line}\n`).join(""));
    if (page.cursor === null) return;
    const next = await wallet.exportPage(page.cursor);
    if (!next.ok) throw new Error(`the export broke off: ${next.error.reason}`);
    page = next.value;
  }
}
