/** A real graph for tests: accounts of an election campaign that shared the same thing within a minute of each other. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { EdgeColumns } from "./graph.js";

/** One row per post. Things are numbers; −1 where the post had none. */
export interface Sharing {
  accountCount: number;
  accounts: Int32Array;
  seconds: Int32Array;
  urls: Int32Array;
  hashtags: Int32Array;
  pictures: Int32Array;
}

/** Reads the posts from a folder of data (`STILLWATCH_DATA`); null where it does not hold them. */
export function readSharing(dataFolder = "../shared/data"): Sharing | null {
  const path = join(dataFolder, "coordination", "german_elections_2021.csv.gz");
  if (!existsSync(path)) return null;
  const rows = gunzipSync(readFileSync(path)).toString("utf8").trimEnd().split("\n").slice(1);
  const cells = rows.map((row) => row.split(","));
  const numbers = new Map([...new Set(cells.map((row) => row[0]))].sort().map((account, index) => [account, index]));
  const column = (index: number): Int32Array => Int32Array.from(cells, (row) => (row[index] === "" ? -1 : Number(row[index])));
  return {
    accountCount: numbers.size,
    accounts: Int32Array.from(cells, (row) => numbers.get(row[0]) ?? -1),
    seconds: column(6),
    urls: column(2),
    hashtags: column(3),
    pictures: column(5),
  };
}

/**
 * One edge for every two accounts that shared a thing within `seconds`, each thing counted once a pair, weighted by rarity:
 * ln(accounts / accounts that shared it).
 */
export function linkByCoSharing(sharing: Sharing, things: Int32Array, { seconds }: { seconds: number }): EdgeColumns {
  const posts = [...things.keys()].filter((post) => things[post] !== -1);
  posts.sort((a, b) => things[a] - things[b] || sharing.seconds[a] - sharing.seconds[b] || sharing.accounts[a] - sharing.accounts[b]);
  const sources: number[] = [];
  const targets: number[] = [];
  const weights: number[] = [];
  let from = 0;
  while (from < posts.length) {
    let to = from;
    while (to < posts.length && things[posts[to]] === things[posts[from]]) to++;
    const carriers = new Set(posts.slice(from, to).map((post) => sharing.accounts[post])).size;
    const weight = Math.log(sharing.accountCount / carriers);
    const seen = new Set<number>();
    for (let first = from; first < to; first++) {
      for (let second = first + 1; second < to; second++) {
        if (sharing.seconds[posts[second]] - sharing.seconds[posts[first]] > seconds) break;
        const a = sharing.accounts[posts[first]];
        const b = sharing.accounts[posts[second]];
        const pair = Math.min(a, b) * sharing.accountCount + Math.max(a, b);
        if (a === b || seen.has(pair)) continue;
        seen.add(pair);
        sources.push(a);
        targets.push(b);
        weights.push(weight);
      }
    }
    from = to;
  }
  return {
    nodeCount: sharing.accountCount,
    sources: Int32Array.from(sources),
    targets: Int32Array.from(targets),
    weights: Float64Array.from(weights),
  };
}
