/** Starts the API reference on /docs; a file of its own because the page's policy allows no inline script. */
SwaggerUIBundle({
  url: "/api/v1/openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  displayRequestDuration: true,
  persistAuthorization: false,
  // The official validator is a foreign site.
  validatorUrl: null,
});
