import type { Api } from "../api.ts";

export function addCrashRoutes(_app: Api): void {}
