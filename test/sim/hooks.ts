/**
 * Makes the product's modules load in plain Node: `cloudflare:workers` becomes the simulator's shim. Must be imported before any module
 * of the product; `load.ts` does that.
 */
import { registerHooks } from "node:module";

const SHIM = new URL("./runtime-shim.ts", import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "cloudflare:workers" ? { url: SHIM, shortCircuit: true } : next(specifier, context),
});
