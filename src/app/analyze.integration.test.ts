/** `stillwatch analyze` as people run it: what comes out does not depend on how the input was cut, and nothing gets lost on the way. */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createWorkshop,
  findDifference,
  readReport,
  readSteadyReport,
  simulateSmallWorld,
  storeAsZstd,
  type Workshop,
} from "./testing/command-line.js";

let workshop: Workshop;
let world: ReturnType<typeof simulateSmallWorld>;

beforeAll(() => {
  workshop = createWorkshop();
  world = simulateSmallWorld(workshop);
  const { status, stderr } = workshop.run(["analyze", world.log, ...world.sideFiles, "--requests", "--out", "whole"]);
  if (status !== 0) throw new Error(stderr);
});

afterAll(() => workshop.remove());

/** Shuffles by a small generator of its own (Lehmer): tests are repeatable. */
function shuffle<T>(items: readonly T[], seed: number): T[] {
  const shuffled = [...items];
  let state = seed;
  for (let at = shuffled.length - 1; at > 0; at--) {
    state = (state * 48_271) % 2_147_483_647;
    const other = state % (at + 1);
    [shuffled[at], shuffled[other]] = [shuffled[other], shuffled[at]];
  }
  return shuffled;
}

/** Deals the lines out to 20 files, stored in three ways. */
function writeParts(folder: string, lines: readonly string[]): void {
  mkdirSync(workshop.path(folder), { recursive: true });
  for (let part = 0; part < 20; part++) {
    const bytes = Buffer.from(`${lines.filter((_, at) => at % 20 === part).join("\n")}\n`);
    const [name, content] = [
      ["ndjson", bytes] as const,
      ["ndjson.gz", gzipSync(bytes)] as const,
      ["ndjson.zst", storeAsZstd(bytes)] as const,
    ][part % 3];
    writeFileSync(workshop.path(folder, `part-${String(19 - part).padStart(2, "0")}.${name}`), content);
  }
}

describe("the same requests", () => {
  it("make the same report shuffled, split into 20 files of three kinds, and twice over, in another time zone, with other threads", () => {
    writeParts("parts", shuffle([...world.lines, ...world.lines], 20_26));
    const args = ["analyze", workshop.path("parts"), ...world.sideFiles, "--requests", "--workers", "1", "--out", "split"];
    const { status, stderr } = workshop.run(args, { TZ: "Asia/Kathmandu", LC_ALL: "tr_TR.UTF-8" });
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(findDifference(readSteadyReport(workshop.path("whole")), readSteadyReport(workshop.path("split")))).toBeNull();
    expect(readReport(workshop.path("split")).counts.duplicates).toBe(world.lines.length);
  });

  it("show campaigns worth comparing", () => {
    const { campaigns, counts } = readReport(workshop.path("whole"));
    expect(counts).toMatchObject({ events: world.lines.length, duplicates: 0, quarantined: 0 });
    expect(campaigns.length).toBeGreaterThan(0);
    expect(campaigns.some(({ families }) => families.some(({ exemplar }) => exemplar !== null))).toBe(true);
    expect(readFileSync(workshop.path("whole", "requests.ndjson"), "utf8")).not.toBe("");
  });
});

describe("one request with a clock that is decades ahead", () => {
  it("is counted and left out: everything else stands as without it", { timeout: 120_000 }, () => {
    const stray = world.lines[0]
      .replace(/"at":("[^"]*"|\d+)/, '"at":"2099-01-01T00:00:00Z"')
      .replace(/"request_id":"/, '"request_id":"stray-');
    writeFileSync(workshop.path("stray.ndjson"), `${[stray, ...world.lines].join("\n")}\n`);
    const { status } = workshop.run(["analyze", "stray.ndjson", ...world.sideFiles, "--requests", "--out", "stray"]);
    expect(status).toBe(0);
    const { event_times: told, ...coverage } = readReport(workshop.path("stray")).coverage;
    expect(told).toContain("1 request lies far before or after all others in time");
    expect(coverage).toEqual(readReport(workshop.path("whole")).coverage);
    const read = (folder: string): string => readFileSync(workshop.path(folder, "accounts.ndjson"), "utf8");
    expect(read("stray")).toBe(read("whole"));
  });
});

describe("a damaged log", () => {
  /** Every way a line breaks in practice; `at` makes each one different from all others. */
  const DAMAGES: readonly ((line: string, at: number) => Buffer)[] = [
    (line, at) => Buffer.from(line.slice(0, 40 + (at % 200))),
    (_, at) => Buffer.from(`${at} is no request`),
    (_, at) => Buffer.from(`[${at}]`),
    (line, at) => Buffer.from(line.replace(/"account_id":"[^"]*"/, `"row":${at}`)),
    (line, at) => Buffer.from(line.replace(/"at":("[^"]*"|\d+)/, `"at":"${at} o'clock"`)),
    (line, at) => Buffer.from(line.replace(/"input_tokens":\d+/, `"input_tokens":-${at + 1}`)),
    (line, at) => Buffer.from(line.replace(/"status":\d+/, `"status":"fine ${at}"`)),
    (line, at) => Buffer.from(line.replace(/"request_id":"[^"]*"/, `"request_id":{"id":${at}}`)),
    (line, at) => Buffer.concat([Buffer.from(line.slice(0, 30)), Buffer.from([0xff, 0xfe]), Buffer.from(`${at}"}`)]),
    (_, at) => Buffer.from(" ".repeat(at)),
  ];

  it("is accounted for line by line: 1,000 damaged ones among good ones", () => {
    const damagedLines = new Set<number>();
    const rows: Buffer[] = [];
    world.lines.slice(0, 3000).forEach((line, index) => {
      rows.push(Buffer.from(line));
      if (index % 3 !== 1) return;
      rows.push(DAMAGES[damagedLines.size % DAMAGES.length](line, damagedLines.size));
      damagedLines.add(rows.length);
    });
    rows.push(rows[0]);
    writeFileSync(workshop.path("damaged.ndjson"), Buffer.concat(rows.flatMap((row) => [row, Buffer.from("\n")])));
    const { status } = workshop.run(["analyze", "damaged.ndjson", "--out", "damaged"]);
    expect(status).toBe(0);
    const { counts } = readReport(workshop.path("damaged"));
    expect(damagedLines.size).toBe(1000);
    expect(counts).toMatchObject({ events: 3000, duplicates: 1, quarantined: 1000 });
    const entries = readFileSync(workshop.path("damaged", "quarantine.ndjson"), "utf8").trimEnd().split("\n");
    const read = entries.map((entry) => JSON.parse(entry) as Record<string, unknown>);
    expect(new Set(read.map((entry) => entry["line"]))).toEqual(damagedLines);
    for (const entry of read) {
      expect(entry).toMatchObject({ file: "damaged.ndjson", code: expect.stringMatching(/^SW1[12]\d\d$/) });
      for (const part of ["what", "why", "fix"]) expect(entry[part]).toEqual(expect.stringMatching(/\w/));
    }
  });
});

describe("logs of other products", () => {
  const fixture = (name: string): string => new URL(`../integrations/${name}`, import.meta.url).pathname;

  it.each<[file: string, format: string, events: number, accounts: number]>([
    ["litellm/fixtures/recorded-payload.json", "litellm", 1, 1],
    ["litellm/fixtures/specified-payloads.json", "litellm", 2, 2],
    ["otlp/fixtures/logs-1.30.json", "otlp", 1, 1],
    ["otlp/fixtures/logs-1.37.json", "otlp", 1, 1],
    ["otlp/fixtures/spans-1.26.json", "otlp", 2, 1],
    ["otlp/fixtures/spans-1.37.json", "otlp", 2, 1],
    ["bedrock/fixtures/invocations.json", "bedrock", 5, 3],
    ["langfuse/fixtures/ingestion-batch.json", "langfuse", 1, 1],
    ["langfuse/fixtures/trace-with-observations.json", "langfuse", 1, 1],
  ])("%s is read whole", (file, format, events, accounts) => {
    const { status, stdout } = workshop.run(["analyze", fixture(file), "--format", format, "--out", "product", "-o", "json"]);
    expect(status).toBe(0);
    expect((JSON.parse(stdout) as ReturnType<typeof readReport>).counts).toEqual({ events, duplicates: 0, quarantined: 0, accounts });
  });

  it("are told apart without --format, all in one run", () => {
    const files = ["litellm/fixtures/specified-payloads.json", "otlp/fixtures/spans-1.37.json", "bedrock/fixtures/invocations.json"];
    const { status } = workshop.run(["analyze", ...files.map(fixture), "--out", "products"]);
    expect(status).toBe(0);
    expect(readReport(workshop.path("products")).counts).toMatchObject({ events: 9, quarantined: 0 });
  });
});

describe("what people meet", () => {
  const EMPTY = "empty.ndjson";
  const NOT_TEXT = "picture.ndjson";
  const WRONG = "wrong.ndjson";

  beforeAll(() => {
    writeFileSync(workshop.path(EMPTY), "");
    writeFileSync(workshop.path(NOT_TEXT), Buffer.from(Array.from({ length: 4000 }, (_, at) => (at * 197) % 256)));
    writeFileSync(workshop.path(WRONG), "hello\nworld\n");
  });

  it.each<[claim: string, args: string[], code: string, says: RegExp]>([
    ["a file that is not there", ["nowhere.ndjson"], "SW1101", /nowhere\.ndjson/],
    ["a glob that matches nothing", ["*.parquet"], "SW1102", /nothing to read/],
    ["an empty file", [EMPTY], "SW1102", /SW1104 the file is empty\n {2}empty\.ndjson/],
    ["a file that is no text", [NOT_TEXT], "SW1102", /SW1105 the file is binary\n {2}picture\.ndjson/],
    ["a file without one readable line", [WRONG], "SW1102", /2 records were set aside; SW1201 .*\n {2}wrong\.ndjson:1/],
    ["a side file that is not there", [EMPTY, "--accounts", "nobody.ndjson"], "SW1101", /nobody\.ndjson/],
    ["a side file without one readable line", [EMPTY, "--accounts", WRONG], "SW1301", /accounts file/],
    ["a format nobody knows", [EMPTY, "--format", "splunk"], "SW1004", /auto, native/],
    ["two places for events", [EMPTY, "--store", "http://127.0.0.1:1", "--data-dir", "d"], "SW1004", /--data-dir/],
    ["a store that is no URL", [WRONG, "--store", "clickhouse"], "SW1005", /http/],
    ["a store that does not answer", [WRONG, "--store", "http://127.0.0.1:1/x"], "SW1403", /does not answer/],
    ["an option that does not exist", [EMPTY, "--acounts", "a"], "SW1002", /did you mean "--accounts"/],
    ["no input at all", [], "SW1003", /input/],
  ])("%s ends with status 2, a code and a fix", (_, args, code, says) => {
    const { status, stdout, stderr } = workshop.run(["analyze", ...args, "--out", "refused"]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(new RegExp(`^${code} `, "m"));
    expect(stderr).toMatch(says);
    expect(stderr).toMatch(/^ {2}fix: \S/m);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });

  it("-o json prints the report, -o ndjson the accounts, and nothing else", () => {
    const args = ["analyze", world.log, ...world.sideFiles, "--requests", "--out", "machine"];
    const json = workshop.run([...args, "-o", "json"]);
    expect(json.stdout).toBe(readFileSync(workshop.path("machine", "report.json"), "utf8"));
    const ndjson = workshop.run([...args, "-o", "ndjson"]);
    expect(ndjson.stdout).toBe(readFileSync(workshop.path("machine", "accounts.ndjson"), "utf8"));
    expect(ndjson.stdout).toBe(readFileSync(workshop.path("whole", "accounts.ndjson"), "utf8"));
  });

  it("side files and earlier reports that lie among the logs are not taken for logs", () => {
    writeParts("mixed", world.lines.slice(0, 500));
    writeFileSync(workshop.path("mixed", "accounts.ndjson"), readFileSync(workshop.path("world", "accounts.ndjson")));
    const args = ["analyze", "mixed", "--accounts", "mixed/accounts.ndjson", "--out", "mixed/report"];
    for (let round = 0; round < 2; round++) {
      expect(workshop.run(args).status).toBe(0);
      expect(readReport(workshop.path("mixed", "report")).counts).toMatchObject({ events: 500, quarantined: 0 });
    }
  });

  it("--metadata-only works without any text and lets none into the report", () => {
    const { status } = workshop.run(["analyze", world.log, ...world.sideFiles, "--metadata-only", "--requests", "--out", "metadata"]);
    expect(status).toBe(0);
    const { counts, coverage, campaigns } = readReport(workshop.path("metadata"));
    expect(counts.events).toBe(world.lines.length);
    expect(coverage["text"]).toMatch(/No request carries text/);
    expect(campaigns.flatMap(({ families }) => families.map(({ exemplar }) => exemplar)).filter((exemplar) => exemplar !== null)).toEqual(
      [],
    );
  });
});

describe("exemplars", () => {
  it("show no word that one account alone sent", () => {
    const senders = new Map<string, Set<string>>();
    for (const line of world.lines) {
      const {
        account_id: account,
        system = "",
        messages,
      } = JSON.parse(line) as { account_id: string; system?: string; messages: { content: string }[] };
      for (const word of [system, ...messages.map(({ content }) => content)].join(" ").match(/[\p{L}\p{N}_]+/gu) ?? []) {
        senders.set(word, (senders.get(word) ?? new Set()).add(account));
      }
    }
    const exemplars = readReport(workshop.path("whole")).campaigns.flatMap(({ families }) =>
      families.flatMap(({ exemplar }) => exemplar ?? []),
    );
    expect(exemplars.length).toBeGreaterThan(5);
    for (const word of exemplars
      .join(" ")
      .replaceAll("⟨slot⟩", " ")
      .match(/[\p{L}\p{N}_]+/gu) ?? []) {
      expect([word, (senders.get(word)?.size ?? 0) >= 2]).toEqual([word, true]);
    }
  });

  it("are left out on request, and the report says so", () => {
    const { status } = workshop.run(["analyze", world.log, ...world.sideFiles, "--no-exemplars", "--out", "plain"]);
    expect(status).toBe(0);
    const { campaigns, coverage } = readReport(workshop.path("plain"));
    expect(campaigns.every(({ families }) => families.every(({ exemplar }) => exemplar === null))).toBe(true);
    expect(coverage["exemplars"]).toMatch(/--no-exemplars/);
    expect(readdirSync(workshop.path("plain")).sort()).toEqual(["accounts.ndjson", "quarantine.ndjson", "report.html", "report.json"]);
  });
});

describe("after all of this", () => {
  it("no command left a temporary folder behind", () => {
    expect(workshop.listTemporary()).toEqual([]);
  });
});
