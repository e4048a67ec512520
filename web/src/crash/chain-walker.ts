/**
 * A worker that hashes a round's hash again and again, down to the first link of the chain's life in play, and tells where it ends.
 * It works in pieces, so that it can say how far it is and be stopped.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { fromHex, toHex } from "../../../shared/crash/hash.ts";
import type { WalkerMessage, WalkOrder } from "./walk-chain.ts";

const LINKS_A_PIECE = 20_000;

let orders = 0;

addEventListener("message", (event: MessageEvent<WalkOrder>) => {
  orders += 1;
  if (event.data.kind === "walk") void walk(event.data.hash, event.data.links, orders);
});
tell({ kind: "ready" });

async function walk(hash: string, links: number, order: number): Promise<void> {
  let link: Uint8Array = fromHex(hash);
  for (let done = 0; done < links; ) {
    const until = Math.min(links, done + LINKS_A_PIECE);
    for (; done < until; done += 1) link = sha256(link);
    tell({ kind: "progress", done });
    // Lets a word to stop, or another order, be heard.
    await new Promise((resolve) => setTimeout(resolve));
    if (order !== orders) return;
  }
  tell({ kind: "end", hash: toHex(link) });
}

function tell(message: WalkerMessage): void {
  postMessage(message);
}
