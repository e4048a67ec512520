import type { Api } from "../api.ts";

export function addIdentityRoutes(_app: Api): void {}
