/** Fields that no contract names, from the line to the explanation. */
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorkshop, type Workshop } from "./testing/command-line.js";

const line = (id: string, more: object): string =>
  JSON.stringify({
    request_id: id,
    at: "2026-02-14T08:30:00Z",
    account_id: "acct_1",
    target_model: "m",
    status: 200,
    input_tokens: 12,
    output_tokens: 34,
    ...more,
  });

let workshop: Workshop;

beforeAll(() => {
  workshop = createWorkshop();
  const lines = [
    line("r1", { tier: "gold", zone: { id: 3 }, prompt: "the text", note: "x".repeat(300), meta: { api_key: "abc", ok: 1 } }),
    line("r2", {}),
  ];
  writeFileSync(workshop.path("log.ndjson"), lines.join("\n"));
  const { status, stderr } = workshop.run(["analyze", "log.ndjson", "--data-dir", "data", "--requests", "--out", "report"]);
  if (status !== 0) throw new Error(stderr);
  cpSync(workshop.path("report"), workshop.path("plain"), { recursive: true });
  rmSync(workshop.path("plain", "requests.ndjson"));
});
afterAll(() => workshop.remove());

const explain = (id: string, folder = "data") =>
  workshop.run(["explain", "request", id, "--report", "report", "--data-dir", folder, "-o", "json"]);

describe("explain request --data-dir", () => {
  it.each<[string, string, string[]]>([
    [
      "r1",
      "Fields of its line that no contract names",
      ['meta: {"api_key":"(left out)","ok":1}', "note: (left out)", "prompt: (left out)", "tier: gold", 'zone: {"id":3}'],
    ],
    ["r1", "What that means", ["It was read, and it belongs to no campaign."]],
    ["r2", "Fields of its line that no contract names", []],
    ["r3", "What that means", ["It was never read: the event store does not hold it."]],
  ])("%s: %s", (id, title, texts) => {
    const { status, stdout, stderr } = explain(id);
    expect({ status, stderr }).toEqual({ status: id === "r3" ? 2 : 0, stderr: "" });
    const { sections } = JSON.parse(stdout) as { sections: { title: string; items: { text: string }[] }[] };
    const told = sections.find((section) => section.title === title)?.items.map((item) => item.text) ?? [];
    expect(told.slice(0, Math.max(1, texts.length))).toEqual(texts);
  });

  it("needs no requests.ndjson, and claims nothing about campaigns then", () => {
    const told = (id: string): unknown => {
      const { status, stdout } = workshop.run(["explain", "request", id, "--report", "plain", "--data-dir", "data", "-o", "json"]);
      const { headline, sections } = JSON.parse(stdout) as { headline: string; sections: { items: { text: string }[] }[] };
      return { status, headline, what: sections[0].items[0].text };
    };
    const headline = expect.stringContaining("is not known") as unknown;
    expect(told("r1")).toEqual({ status: 0, headline, what: expect.stringContaining("It was read. To learn whether") as unknown });
    expect(told("r3")).toEqual({ status: 2, headline, what: "It was never read: the event store does not hold it." });
  });

  it("refuses a folder that does not exist instead of making one", () => {
    expect(explain("r1", "elsewhere")).toMatchObject({ status: 2, stderr: expect.stringContaining("SW1655") as unknown });
  });
});
