// Adds up the JSON reports of all test runs in a folder and prints the one line that says what ran: `N passed, N failed, N skipped`.
// Usage: node scripts/sum-test-totals.mjs <folder> <exit status of the runs>
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { argv, exit } from "node:process";

const [folder = ".", status = "1"] = argv.slice(2);
let passed = 0;
let failed = 0;
let skipped = 0;
for (const name of readdirSync(folder).filter((file) => file.endsWith(".json"))) {
  const report = JSON.parse(readFileSync(join(folder, name), "utf8"));
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  passed += tests.filter((test) => test.status === "passed").length;
  failed += tests.filter((test) => test.status === "failed").length;
  skipped += tests.filter((test) => test.status !== "passed" && test.status !== "failed").length;
  // A file that could not be loaded has no tests to count, but it did fail.
  failed += report.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
  ).length;
}
// Types, lint or format failed before any test did, or nothing ran at all: neither may look like a pass.
if (failed === 0 && (status !== "0" || passed === 0)) failed = 1;
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
exit(failed === 0 ? 0 : 1);
