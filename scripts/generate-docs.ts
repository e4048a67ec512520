/** `npm run docs:generate`: writes every document that is made from code; with `--check` compares instead. */
import "./crash-capacity.ts";
import "./generate-crash-messages.ts";
import "./generate-crash-release.ts";
import "./generate-errors.ts";
import "./generate-openapi.ts";
import "./generate-uof-markets.ts";
import "./generate-wallet-doc.ts";
