/** What is told of records that were set aside leads to where they came from. */
import { expect, it } from "vitest";
import { listQuarantinePage } from "./quarantine-page.js";

const problem = { code: "SW1203", what: "no account_id", why: "it says who is billed.", fix: "log who called." };
const row = (source: string, line: number) => ({ ...problem, source, line, column: 0, key: "1" });
const storeOf = (rows: readonly object[]) => ({ rows: async <Row>() => rows as Row[] });

it("when it was sent and in which format, and no path of this machine", async () => {
  const begun = Date.parse("2026-05-01T10:00:00.123Z");
  const rows = [row(`/srv/private/journal/${String(begun).padStart(16, "0")}-litellm.ndjson`, 7), row("/srv/private/other.log", 1)];
  const { data } = await listQuarantinePage(storeOf(rows), { limit: 5, cursor: null });
  expect(data).toEqual([
    {
      ...problem,
      file: "0001777629600123-litellm.ndjson",
      line: 7,
      column: null,
      format: "litellm",
      received_from: "2026-05-01T10:00:00.123Z",
    },
    { ...problem, file: "other.log", line: 1, column: null, format: null, received_from: null },
  ]);
});
