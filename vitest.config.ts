/**
 * Three projects: pure code in plain Node (fast), and everything that needs workerd, D1 or queues inside the real runtime, in two runtimes
 * of their own: files of one share its thread, and a machine with two cores runs both at once.
 */
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-pool-workers";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { testSettings } from "./test/support/settings.ts";

/** Folders of `test/workers` that follow the money; the other runtime has the rest. */
const MONEY = ["failures", "identity", "ledger", "operators", "payments", "wallet"].map((folder) => `test/workers/${folder}/**/*.test.ts`);

function inRuntime(name: string, files: { readonly include: string[]; readonly exclude?: string[] }): TestProjectInlineConfiguration {
  return {
    plugins: [
      cloudflareTest(async () => ({
        wrangler: { configPath: "./wrangler.toml" },
        miniflare: { bindings: { ...(await testSettings()), TEST_MIGRATIONS: await readD1Migrations("./d1-migrations") } },
      })),
    ],
    // Long against any answer here, so that a busy machine is no failure.
    test: { name, ...files, setupFiles: ["./test/support/migrate.ts"], isolate: false, testTimeout: 20_000 },
  };
}

export default defineConfig({
  test: {
    // An object that its alarm starts while the run ends asks for its module in vain: the platform's end, not the product's.
    onUnhandledError: (error) => error.name !== "EnvironmentTeardownError",
    // One for each project: much of what a runtime does is waiting.
    maxWorkers: 3,
    projects: [
      {
        test: {
          name: "node",
          testTimeout: 20_000,
          include: ["shared/**/*.test.ts", "simulators/**/*.test.ts", "scripts/**/*.test.ts", "test/node/**/*.test.ts"],
        },
      },
      inRuntime("workers-money", { include: MONEY }),
      inRuntime("workers-play", { include: ["test/workers/**/*.test.ts"], exclude: MONEY }),
    ],
  },
});
