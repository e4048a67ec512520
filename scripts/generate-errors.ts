/** Writes docs/errors.md from the table of error codes. Usage: `node scripts/generate-errors.ts [--check]`. */
import { ERRORS } from "../shared/protocol/http/errors.ts";
import { writeGenerated } from "./lib/generated.ts";

const INTRODUCTION = `# Errors

Made from \`shared/protocol/http/errors.ts\` by \`scripts/generate-errors.ts\`; do not edit.

Every refusal of the API has this shape. Codes are stable; messages may be reworded. \`details\` is an object, empty where a code has none.

\`\`\`json
{"error":{"code":"INSUFFICIENT_BALANCE","message":"Your balance is too low.","details":{"required":500,"available":120.5},"request_id":"5c1f","timestamp":"2026-11-22T18:00:00.000Z"}}
\`\`\`

`;

const rows = Object.entries(ERRORS)
  .map(([code, [status, message, remedy]]) => ({ code, status, message, remedy }))
  .sort((a, b) => a.status - b.status || (a.code < b.code ? -1 : 1));
const table = rows.map(({ code, status, message, remedy }) => `| ${status} | \`${code}\` | ${message} | ${remedy} |`);

writeGenerated(
  "docs/errors.md",
  `${INTRODUCTION}| status | code | what it means | what to do |\n|---|---|---|---|\n${table.join("\n")}\n`,
  "npm run docs:generate",
);
