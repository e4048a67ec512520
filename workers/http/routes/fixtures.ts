import type { Api } from "../api.ts";

export function addFixtureRoutes(_app: Api): void {}
