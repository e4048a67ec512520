/**
 * The API reference: Swagger UI over our own OpenAPI document. Its files are assets of the page's build, nothing is loaded from
 * elsewhere, and the policy allows no inline script.
 */

export const REFERENCE_PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Mkeka API</title>
    <link rel="stylesheet" href="/docs-assets/swagger-ui.css">
  </head>
  <body>
    <div id="reference"></div>
    <noscript>The reference needs JavaScript; the document itself is at <a href="/api/v1/openapi.json">/api/v1/openapi.json</a>.</noscript>
    <script src="/docs-assets/swagger-ui-bundle.js"></script>
    <script src="/docs-assets/init.js"></script>
  </body>
</html>
`;

/** Swagger UI writes style attributes and draws its icons from data addresses. */
export const REFERENCE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
