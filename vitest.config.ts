/**
 * Two projects: pure code in plain Node (fast), and everything that needs workerd, D1 or queues inside the real runtime.
 */
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-pool-workers";
import { defineConfig } from "vitest/config";
import { testSettings } from "./test/support/settings.ts";

export default defineConfig({
  test: {
    // An object that its alarm starts while the run ends asks for its module in vain: the platform's end, not the product's.
    onUnhandledError: (error) => error.name !== "EnvironmentTeardownError",
    projects: [
      {
        test: {
          name: "node",
          include: ["shared/**/*.test.ts", "simulators/**/*.test.ts", "scripts/**/*.test.ts", "test/node/**/*.test.ts"],
        },
      },
      {
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: { bindings: { ...(await testSettings()), TEST_MIGRATIONS: await readD1Migrations("./d1-migrations") } },
          })),
        ],
        test: { name: "workers", include: ["test/workers/**/*.test.ts"], setupFiles: ["./test/support/migrate.ts"], isolate: false },
      },
    ],
  },
});
