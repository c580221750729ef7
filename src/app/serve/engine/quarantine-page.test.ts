/** What is told of records that were set aside leads to where they came from. */
import { expect, it } from "vitest";
import { listQuarantinePage } from "./quarantine-page.js";

const problem = { code: "SW1203", what: "no account_id", why: "it says who is billed.", fix: "log who called." };
const row = (source: string, line: number) => ({ ...problem, source, line, column: 0, key: "1" });
const storeOf = (rows: readonly object[], origins: readonly object[] = []) => ({
  rows: async <Row>(sql: string) => (sql.includes("quarantine_origins") ? origins : rows) as Row[],
});

const unknown = { source: null, source_line: null, received_at: null };

it("and to the line of the file, or of the sender's body, where that was kept", async () => {
  const atMs = Date.parse("2026-05-01T10:00:00.500Z");
  const origin = (line: number, from: string, place: number) => ({ source: "/j/1", line, origin: from, origin_line: place, at_ms: atMs });
  const origins = [origin(3, "/logs/b.log", 722), origin(9, "kafka topic t", 0)];
  const { data } = await listQuarantinePage(storeOf([row("/j/1", 9), row("/j/1", 3), row("/j/2", 3)], origins), { limit: 5, cursor: null });
  expect(data.map(({ source, source_line, received_at }) => [source, source_line, received_at])).toEqual([
    ["kafka topic t", null, "2026-05-01T10:00:00.500Z"],
    ["/logs/b.log", 722, "2026-05-01T10:00:00.500Z"],
    [null, null, null],
  ]);
});

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
      ...unknown,
    },
    { ...problem, file: "other.log", line: 1, column: null, format: null, received_from: null, ...unknown },
  ]);
});
