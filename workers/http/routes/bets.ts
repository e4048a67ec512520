import type { Api } from "../api.ts";

export function addBetRoutes(_app: Api): void {}
