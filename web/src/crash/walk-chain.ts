/** The page's side of the walk down a chain: one worker, started with the page, so that a walk needs no request. */

export type WalkOrder = { readonly kind: "walk"; readonly hash: string; readonly links: number } | { readonly kind: "stop" };
export type WalkerMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "progress"; readonly done: number }
  | { readonly kind: "end"; readonly hash: string };

export interface ChainWalker {
  order(order: WalkOrder): void;
  close(): void;
}

/** Starts the worker; what it says arrives at `hear`. */
export function startWalker(hear: (message: WalkerMessage) => void): ChainWalker {
  const worker = new Worker(new URL("./chain-walker.ts", import.meta.url), { type: "module" });
  worker.addEventListener("message", (event: MessageEvent<WalkerMessage>) => hear(event.data));
  return {
    order: (order) => worker.postMessage(order),
    close: () => worker.terminate(),
  };
}
