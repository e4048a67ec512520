/** Writes docs/openapi.json from the routes' schemas. Usage: `node scripts/generate-openapi.ts [--check]`. */
import { createApp } from "../workers/http/app.ts";
import { openApiDocument } from "../workers/http/openapi.ts";
import { writeGenerated } from "./lib/generated.ts";

writeGenerated("docs/openapi.json", openApiDocument(createApp()), "npm run docs:generate");
