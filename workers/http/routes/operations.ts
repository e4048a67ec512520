import type { Api } from "../api.ts";

export function addOperationsRoutes(_app: Api): void {}
