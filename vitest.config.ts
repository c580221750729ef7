import { join } from "node:path";
import { defineConfig } from "vitest/config";

// .ci/run names a folder here to add up the totals of every run; each run writes its own file.
const totalsFolder = process.env["STILLWATCH_TEST_TOTALS"];

// Three projects: what `npm run check` can afford in a minute (unit, tidy), and what needs a built tree, a server or minutes (integration).
export default defineConfig({
  test: {
    // Tests read sources, and WebAssembly has none that Node could run.
    globalSetup: "scripts/build-kernel.mjs",
    reporters: totalsFolder === undefined ? ["default"] : ["default", ["json", { outputFile: join(totalsFolder, `${process.pid}.json`) }]],
    projects: [
      {
        test: {
          name: "unit",
          include: ["src/**/*.test.ts"],
          exclude: ["src/**/*.integration.test.ts"],
          testTimeout: 20_000,
        },
      },
      { test: { name: "tidy", include: ["tidy/**/*.test.ts"], testTimeout: 30_000 } },
      {
        test: {
          name: "integration",
          include: ["src/**/*.integration.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
        },
      },
    ],
  },
});
