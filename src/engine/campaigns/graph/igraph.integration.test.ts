/** Our Leiden against igraph's on the same graphs: another implementation, by the authors' own group, is the only oracle there is. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildGraph, type EdgeColumns, type Graph } from "./graph.js";
import { clusterByLeiden } from "./leiden.js";
import { cpmQuality } from "./quality.js";
import { plantedEdges, randomEdges, ringOfGroups } from "./test-graphs.js";
import { linkByCoSharing, readSharing } from "./test-real-sharing.js";

const SCRIPT = `
import json, random, sys
import igraph
job = json.load(sys.stdin)
graph = igraph.Graph(job["nodes"], list(zip(job["sources"], job["targets"])))
options = dict(objective_function="CPM", weights=job["weights"], n_iterations=4)
def cluster(seed):
    random.seed(seed)
    try:
        return graph.community_leiden(resolution=job["resolution"], **options).membership
    except TypeError:
        return graph.community_leiden(resolution_parameter=job["resolution"], **options).membership
json.dump([cluster(seed) for seed in range(job["seeds"])], sys.stdout)
`;

/** Of the oracle, so that it does not change between runs. */
const IGRAPH_VERSION = "1.0.0";

const python = findPython();
const sharing = readSharing(process.env["STILLWATCH_DATA"]);
if (sharing === null) console.warn("NOT CHECKED: Leiden against igraph on real accounts; the real data is absent (set STILLWATCH_DATA).");
const worlds: [string, () => EdgeColumns, number[]][] = [
  ["a sparse random graph", () => randomEdges({ nodeCount: 5_000, edgeCount: 20_000, seed: 1 }), [0.01, 0.1, 0.5]],
  ["a dense random graph", () => randomEdges({ nodeCount: 500, edgeCount: 40_000, seed: 2 }), [0.05, 0.2, 0.6]],
  ["600 rings of 40", () => ringOfGroups(600, 40), [0.05, 0.3]],
  [
    "groups of 40 in noise",
    () => plantedEdges({ nodeCount: 20_000, groupSize: 40, edgeCount: 300_000, insideShare: 0.7, seed: 3 }),
    [0.05, 0.3],
  ],
  [
    "groups of 6 in much noise",
    () => plantedEdges({ nodeCount: 6_000, groupSize: 6, edgeCount: 30_000, insideShare: 0.4, seed: 4 }),
    [0.1, 0.5],
  ],
];
if (sharing !== null) {
  worlds.push([
    "accounts that shared an address within a minute",
    () => linkByCoSharing(sharing, sharing.urls, { seconds: 60 }),
    [0.1, 1, 5],
  ]);
  worlds.push([
    "accounts that shared a picture within a minute",
    () => linkByCoSharing(sharing, sharing.pictures, { seconds: 60 }),
    [0.1, 1, 5],
  ]);
}

/** Both draw at random, and on graphs of pure noise one draw is off by 1 %: means of several draws are compared where they are cheap. */
const countDraws = (graph: Graph): number => (graph.nodeCount < 10_000 ? 10 : 2);

describe.skipIf(python === null)("CPM quality is at least .99 of igraph's", () => {
  it.each(worlds.flatMap(([world, make, resolutions]) => resolutions.map((resolution) => [world, resolution, make] as const)))(
    "on %s at resolution %d",
    (_world, resolution, make) => {
      const graph = buildGraph(make());
      const draws = countDraws(graph);
      const theirs = clusterByIgraph(graph, { resolution, draws });
      const ours = theirs.map((_, seed) => clusterByLeiden(graph, { objective: "cpm", resolution, seed }).membership);
      const meanQuality = (memberships: Int32Array[]): number =>
        memberships.reduce((sum, membership) => sum + cpmQuality(graph, membership, { resolution }), 0) / draws;
      expect(meanQuality(theirs)).toBeGreaterThan(0);
      expect(meanQuality(ours) / meanQuality(theirs)).toBeGreaterThanOrEqual(0.99);
    },
  );
});

/** A Python that has igraph; where tests must not be left out, one in a folder of its own, which touches nothing of the machine. */
function findPython(): string | null {
  const hasIgraph = (command: string): boolean => spawnSync(command, ["-c", "import igraph"]).status === 0;
  const installed = ["python3", "/usr/bin/python3"].find(hasIgraph);
  if (installed !== undefined) return installed;
  if (process.env["CI"] === "true") {
    const folder = mkdtempSync(join(tmpdir(), "stillwatch-igraph-"));
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    const own = join(folder, "bin", "python3");
    const isMade = spawnSync("python3", ["-m", "venv", folder]).status === 0;
    if (isMade && spawnSync(own, ["-m", "pip", "install", "--quiet", `igraph==${IGRAPH_VERSION}`]).status === 0) return own;
  }
  console.warn(
    "NOT CHECKED: Leiden against igraph; no python3 has igraph (CI=true installs it into a temporary folder, or: pip install igraph).",
  );
  return null;
}

function clusterByIgraph(graph: Graph, { resolution, draws }: { resolution: number; draws: number }): Int32Array[] {
  const job = {
    nodes: graph.nodeCount,
    resolution,
    seeds: draws,
    sources: [] as number[],
    targets: [] as number[],
    weights: [] as number[],
  };
  for (let node = 0; node < graph.nodeCount; node++) {
    for (let at = graph.offsets[node]; at < graph.offsets[node + 1]; at++) {
      if (graph.neighbours[at] < node) continue;
      job.sources.push(node);
      job.targets.push(graph.neighbours[at]);
      job.weights.push(graph.weights[at]);
    }
  }
  const { stdout, stderr, status } = spawnSync(python ?? "", ["-c", SCRIPT], { input: JSON.stringify(job), maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`igraph failed: ${stderr.toString()}`);
  return (JSON.parse(stdout.toString()) as number[][]).map((membership) => Int32Array.from(membership));
}
