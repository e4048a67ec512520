import { exports } from "cloudflare:workers";
import { expect, it } from "vitest";

it("answers an unknown path in the error shape", async () => {
  const response = await exports.default.fetch("http://mkeka.test/api/v1/nothing");
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ error: { code: "NOT_FOUND" } });
});

it("fences countries without a tenant", async () => {
  const response = await exports.default.fetch("http://mkeka.test/api/v1/nothing", { headers: { "X-Dev-Country": "US" } });
  expect(response.status).toBe(451);
});
