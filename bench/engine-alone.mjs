// The yardstick: how long the embedded engine alone takes to read and sum the file. Prints one line of JSON.
// Usage: node bench/engine-alone.mjs <requests.ndjson>
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argv } from "node:process";
import { Session } from "chdb";

const [file] = argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "stillwatch-bench-"));
const session = new Session(folder);
try {
  const startMs = performance.now();
  const columns = "account_id String, target_model String, status UInt16, input_tokens UInt64, output_tokens UInt64";
  const sql = `SELECT count() AS requests, uniqExact(account_id) AS accounts, sum(input_tokens) AS input, sum(output_tokens) AS output
    FROM file('${file.replaceAll("'", "\\'")}', JSONEachRow, '${columns}') FORMAT JSONEachRow`;
  const answer = JSON.parse(session.query(sql));
  console.log(JSON.stringify({ ms: performance.now() - startMs, requests: Number(answer.requests) }));
} finally {
  session.cleanup?.();
  rmSync(folder, { recursive: true, force: true });
}
