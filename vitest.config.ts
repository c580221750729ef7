import { availableParallelism } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

// .ci/run names a folder here to add up the totals of every run; each run writes its own file.
const totalsFolder = process.env["STILLWATCH_TEST_TOTALS"];

/** Vitest would leave one core to itself, which of two is half. */
const maxWorkers = availableParallelism();

/**
 * Integration tests that share the machine two at a time. What stands here claims nothing about time and does not wait for anything with a patience of
 * seconds. Code outside of src/app has no clock (tidy sees to that); a new file below src/app runs alone until somebody has looked.
 */
const paired = [
  "src/{engine,evaluate,sdk,simulate,store}/**/*.integration.test.ts",
  "src/app/{analyze,calibration,recorded-logs,resume,stored-request}.integration.test.ts",
  "src/app/{evaluation,report,workers}/**/*.integration.test.ts",
  "src/app/cli/{detection-groups,world-files,runtimes}.integration.test.ts",
  "src/app/serve/{engine/kills,side-files,sources/kafka}.integration.test.ts",
];
/** Begun first, so that no core is left alone with one of them: on a fresh clone Vitest knows nothing but how large files are. */
const LONGEST = ["measure-windows", "kills", "store", "kafka", "detection-groups"].map((name) => `/${name}.integration.test.ts`);

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): boolean => LONGEST.some((end) => moduleId.endsWith(end));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
/** Programs that these tests start have threads of their own. */
const PAIR = Math.min(2, availableParallelism());
const integration = { testTimeout: 300_000, hookTimeout: 120_000 };

// What `npm run check` can afford in a minute (unit, tidy), and what needs a built tree, a server or minutes (integration, two at a time or alone).
export default defineConfig({
  test: {
    // Tests read sources, and WebAssembly has none that Node could run.
    globalSetup: "scripts/build-kernel.mjs",
    reporters: totalsFolder === undefined ? ["default"] : ["default", ["json", { outputFile: join(totalsFolder, `${process.pid}.json`) }]],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: "unit",
          include: ["src/**/*.test.ts"],
          exclude: ["src/**/*.integration.test.ts"],
          testTimeout: 20_000,
          maxWorkers,
          // A worker keeps what it has loaded from file to file, see docs/decisions/0042-checks-in-a-minute.md.
          isolate: false,
          setupFiles: "scripts/begin-test-file.mjs",
          restoreMocks: true,
          unstubEnvs: true,
        },
      },
      { test: { name: "tidy", include: ["tidy/**/*.test.ts"], testTimeout: 30_000, maxWorkers } },
      // Groups go one after the other: none of the second runs beside what runs alone.
      { test: { ...integration, name: "integration-paired", include: paired, maxWorkers: PAIR, sequence: { groupOrder: 1 } } },
      {
        test: {
          ...integration,
          name: "integration",
          include: ["src/**/*.integration.test.ts"],
          exclude: paired,
          maxWorkers: 1,
        },
      },
    ],
  },
});
