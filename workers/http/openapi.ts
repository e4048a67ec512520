/**
 * The OpenAPI 3.1 document of the app's routes. Made from the schemas that validate the requests, so the two can't differ;
 * `npm run docs:generate` writes the same document to docs/openapi.json.
 */
import { errorBodySchema } from "../../shared/protocol/http/error-body.ts";
import { VERSION } from "../version.ts";
import type { Api } from "./api.ts";

const DESCRIPTION = `The API of Mkeka. Amounts are JSON numbers in major units with at most two decimals; times are RFC 3339 in UTC.
Every error has the shape \`{"error":{"code","message","details","request_id","timestamp"}}\` and a stable code.
Calls that move money take an \`Idempotency-Key\`: the same key with the same body answers the first result again.`;

const documents = new WeakMap<Api, string>();

/** Gives the document as JSON text, made once for an app. All routes must have been added. */
export function openApiDocument(app: Api): string {
  const known = documents.get(app);
  if (known !== undefined) return known;
  app.openAPIRegistry.register("Error", errorBodySchema);
  app.openAPIRegistry.registerComponent("securitySchemes", "bearer", { type: "http", scheme: "bearer", bearerFormat: "JWT" });
  const document = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: { title: "Mkeka", version: VERSION, description: DESCRIPTION },
    servers: [{ url: "/", description: "Where this document comes from." }],
  });
  const text = `${JSON.stringify(document, null, 2)}\n`;
  documents.set(app, text);
  return text;
}
