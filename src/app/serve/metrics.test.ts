import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
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

describe("the dashboard", () => {
  const dashboard = readFileSync(new URL("../../../deploy/grafana/stillwatch.json", import.meta.url), "utf8");
  const { panels } = JSON.parse(dashboard) as {
    panels: { title: string; description?: string; targets?: { expr: string; legendFormat: string }[] }[];
  };
  const targets = panels.flatMap(({ targets: own = [] }) => own);
  const namesIn = (expression: string): string[] =>
    [...expression.matchAll(/stillwatch_\w+/g)].map(([name]) => name.replace(/_(bucket|sum|count)$/, ""));

  it("shows every metric, and none that there is not", () => {
    expect([...new Set(targets.flatMap(({ expr }) => namesIn(expr)))].sort()).toEqual(Object.keys(METRICS).sort());
  });

  it("groups and names by labels that the metric has, and rates counters only", () => {
    const odd = targets.filter(({ expr, legendFormat }) => {
      const plan = METRICS[namesIn(expr)[0] as MetricName];
      const grouped = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list]) => list.split(/,\s*/)).filter((label) => label !== "le");
      const named = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
      const hasLabels = [...grouped, ...named].every((label) => (plan.labels as readonly string[]).includes(label));
      return !hasLabels || named.some((label) => !grouped.includes(label)) || /rate\(|increase\(/.test(expr) === (plan.kind === "gauge");
    });
    expect(odd).toEqual([]);
  });

  it("is what its script writes; if not: node scripts/write-dashboard.mjs", () => {
    const script = fileURLToPath(new URL("../../../scripts/write-dashboard.mjs", import.meta.url));
    expect(spawnSync(process.execPath, [script, "--print"], { encoding: "utf8" }).stdout).toBe(dashboard);
  });

  it("says of every panel what it means", () => {
    expect(panels.filter(({ targets: own, description }) => own !== undefined && (description ?? "") === "")).toEqual([]);
  });
});
