/** `stillwatch quarantine list` against a server that answers as serve does. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Command } from "commander";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import type { QuarantineRecord } from "../../serve/engine/messages.js";
import { addQuarantineCommand } from "./quarantine.js";

const record = (given: Partial<QuarantineRecord>): QuarantineRecord => ({
  code: "SW1203",
  what: "no account_id",
  why: "w",
  fix: "f",
  file: "0001777629600000-native.ndjson",
  line: 722,
  column: null,
  format: "native",
  received_from: "2026-05-01T10:00:00.000Z",
  source: "/logs/b.ndjson",
  source_line: 3,
  received_at: "2026-05-01T10:00:01.000Z",
  ...given,
});

let data: QuarantineRecord[] = [];
let server: Server;
let url = "";
beforeAll(async () => {
  server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ data, next_cursor: null }));
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());
afterEach(() => vi.restoreAllMocks());

async function list(...args: string[]): Promise<{ out: string; told: string }> {
  const said = { out: "", told: "" };
  vi.spyOn(process.stdout, "write").mockImplementation((text) => ((said.out += String(text)), true));
  vi.spyOn(process.stderr, "write").mockImplementation((text) => ((said.told += String(text)), true));
  const program = new Command().exitOverride();
  addQuarantineCommand(program);
  await program.parseAsync(["quarantine", "list", "--url", url, ...args], { from: "user" });
  return said;
}

it("shows people the line of the file, or what is known where nobody counted, and nothing that speaks to the terminal", async () => {
  data = [
    record({}),
    record({ source: "kafka topic t\u001b[2J", source_line: null }),
    record({ source: null, source_line: null, received_at: null }),
  ];
  const lines = (await list("-o", "human")).out.split("\n").map((line) => line.split(/ {2,}/).slice(1, 4));
  expect(lines[0]).toEqual(["from", "line", "taken in"]);
  expect(lines[1]).toEqual(["/logs/b.ndjson", "3", "2026-05-01T10:00:01"]);
  expect(lines[2]).toEqual([expect.not.stringContaining("\u001b"), "?", "2026-05-01T10:00:01"]);
  expect(lines[3]).toEqual(["0001777629600000-native.ndjson", "722", "2026-05-01T10:00:00"]);
});

it("gives programs one object a line", async () => {
  data = [record({}), record({ line: 1 })];
  const { out } = await list("-o", "ndjson");
  expect(
    out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual(data);
});

it("says that nothing is set aside, beside the results", async () => {
  data = [];
  expect(await list()).toEqual({ out: "", told: expect.stringContaining("nothing is set aside") });
});
