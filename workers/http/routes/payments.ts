import type { Api } from "../api.ts";

export function addPaymentRoutes(_app: Api): void {}
