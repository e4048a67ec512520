import type { Api } from "../api.ts";

export function addWalletRoutes(_app: Api): void {}
