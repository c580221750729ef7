/** Logs that we did not make up, through the whole program: nothing is lost, and what they do not tell is said. */
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorkshop, readReport, type Workshop } from "./testing/command-line.js";

const fixture = (path: string): string => fileURLToPath(new URL(`../integrations/${path}.json`, import.meta.url));

let workshop: Workshop;
beforeAll(() => {
  workshop = createWorkshop();
});
afterAll(() => workshop.remove());

describe("analyze", () => {
  it.each<[string, string, number, string[]]>([
    ["what LiteLLM's tests record", "litellm/fixtures/recorded-payload", 1, []],
    ["what LiteLLM's tests record of the Langfuse SDK", "langfuse/fixtures/ingestion-batch", 1, []],
    ["AWS's sample of a Bedrock log", "bedrock/fixtures/published-sample", 1, []],
    ["spans of OpenLLMetry before 1.37", "otlp/fixtures/recorded-openllmetry-0.14", 1, []],
    ["spans of OpenLLMetry from 1.37 on", "otlp/fixtures/recorded-openllmetry-0.27", 1, []],
    ["spans of OpenTelemetry's own instrumentation", "otlp/fixtures/recorded-opentelemetry-spans", 2, []],
    [
      "log records of OpenTelemetry's own instrumentation",
      "otlp/fixtures/recorded-opentelemetry-logs",
      2,
      ["untold_status", "untold_input_tokens", "untold_output_tokens", "untold_target_model"],
    ],
  ])("%s", (_claim, path, events, untold) => {
    const { status, stderr } = workshop.run(["analyze", fixture(path), "--out", "report", "--no-exemplars"]);
    expect({ status, stderr }).toMatchObject({ status: 0 });
    const { counts, coverage } = readReport(workshop.path("report"));
    expect(counts).toMatchObject({ events, duplicates: 0, quarantined: 0 });
    expect(Object.keys(coverage).filter((key) => key.startsWith("untold_"))).toEqual(untold);
    for (const key of untold) expect(coverage[key]).toContain("2 requests do not tell their");
  });
});
