import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createMetrics, METRICS, type MetricName } from "./metrics.js";

/** Every use of a metric in the sources: name, and the names of its labels where they stand right beside it. */
function listUses(): { file: string; name: string; method: string; labels: string[] | null }[] {
  const root = new URL("../../", import.meta.url);
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && !file.endsWith(".test.ts"),
  );
  return files.flatMap((file) =>
    [...readFileSync(new URL(file, root), "utf8").matchAll(/\.(count|set|observe)\(\s*"(stillwatch_\w+)"([^;]*?)\);/g)].map((match) => {
      const labels = /\{([^{}]*)\}/.exec(match[3].replace(/`[^`]*`/g, "text"))?.[1];
      return {
        file,
        method: match[1],
        name: match[2],
        labels: labels === undefined ? null : [...labels.matchAll(/(?:^|,)\s*(\w+)/g)].map(([, label]) => label).sort(),
      };
    }),
  );
}

describe("the list of metrics", () => {
  const uses = listUses();
  const methods = { counter: "count", gauge: "set", histogram: "observe" } as const;

  it("is used as it says: kind and labels", () => {
    const odd = uses.filter(({ name, method, labels }) => {
      const plan = METRICS[name as MetricName];
      return method !== methods[plan.kind] || (labels !== null && labels.join() !== [...plan.labels].sort().join());
    });
    expect(odd).toEqual([]);
  });

  it("has none that nothing uses", () => {
    expect(Object.keys(METRICS).filter((name) => uses.every((use) => use.name !== name))).toEqual([]);
  });

  it("names counters and units as Prometheus does", () => {
    const odd = Object.entries(METRICS).filter(
      ([name, { kind }]) => (kind === "counter") !== name.endsWith("_total") || /_ms|_millis/.test(name),
    );
    expect(odd).toEqual([]);
  });
});

it("what was counted is told, with help", async () => {
  const metrics = createMetrics();
  metrics.count("stillwatch_checks_total", { integration: 'odd"name\n', verdict: "allow", state: "checked" });
  metrics.count("stillwatch_checks_total", { integration: 'odd"name\n', verdict: "allow", state: "checked" }, 2);
  metrics.set("stillwatch_engine_up", 1);
  metrics.observe("stillwatch_http_request_seconds", 0.003, { route: "/v1/check", method: "POST", status: "200" });
  const text = await metrics.render();
  expect(text).toContain('stillwatch_checks_total{integration="odd\\"name\\n",verdict="allow",state="checked"} 3');
  expect(text).toContain(
    "# HELP stillwatch_engine_up 1 while the engine process answers.\n# TYPE stillwatch_engine_up gauge\nstillwatch_engine_up 1\n",
  );
  expect(text).toContain('stillwatch_http_request_seconds_bucket{le="0.005",route="/v1/check",method="POST",status="200"} 1');
  expect(text).toMatch(/^process_cpu_seconds_total /m);
});
