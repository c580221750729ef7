/** The scheme of the link stage on real accounts: link by one kind of behaviour, cluster, and ask another kind whether it was right. */
import { describe, expect, it } from "vitest";
import { buildGraph, type EdgeColumns } from "./graph.js";
import { clusterByLeiden } from "./leiden.js";
import { listMembers } from "./partition.js";
import { createRandom } from "../../../statistics/random.js";
import { shuffleEdges } from "./test-graphs.js";
import { linkByCoSharing, readSharing, type Sharing } from "./test-real-sharing.js";

const sharing = readSharing(process.env["STILLWATCH_DATA"]);
if (sharing === null) console.warn("NOT CHECKED: linking on real accounts; the real data is absent (set STILLWATCH_DATA).");
/** A pair must have shared something that one account in 150 (e^-5) or fewer shared, on average over its community. */
const RESOLUTION = 5;
const SECONDS = 60;

describe.skipIf(sharing === null)("accounts that shared the same address within a minute", () => {
  const posts = sharing as Sharing;

  it("form dozens of small groups, not one large one", () => {
    const sizes = findGroups(linkByCoSharing(posts, posts.urls, { seconds: SECONDS })).map((members) => members.length);
    expect(sizes.length).toBeGreaterThan(50);
    expect(Math.max(...sizes)).toBeLessThan(60);
  });

  it.each([
    ["pictures", (all: Sharing) => all.pictures],
    ["hashtags", (all: Sharing) => all.hashtags],
  ])("share %s within a minute at least 50 times as often inside a group as across groups, though these linked nobody", (_what, things) => {
    const groups = findGroups(linkByCoSharing(posts, posts.urls, { seconds: SECONDS }));
    const others = pairKeys(linkByCoSharing(posts, things(posts), { seconds: SECONDS }));
    const { inside, across } = shareOfPairs(groups, others, posts.accountCount);
    expect(inside).toBeGreaterThan(0.02);
    expect(inside / across).toBeGreaterThan(50);
  });

  it("fall apart when each account is moved by whole days of its own, which keeps everything but the coordination", () => {
    const random = createRandom(1);
    const days = Int32Array.from({ length: posts.accountCount }, () => random.below(14) - 7);
    const moved = { ...posts, seconds: posts.seconds.map((second, post) => second + days[posts.accounts[post]] * 86_400) };
    const real = findGroups(linkByCoSharing(posts, posts.urls, { seconds: SECONDS })).flat().length;
    const shifted = findGroups(linkByCoSharing(moved, posts.urls, { seconds: SECONDS })).flat().length;
    // Two accounts keep their distance by chance in one case of 14.
    expect(shifted / real).toBeLessThan(0.2);
  });

  it("are the same groups for any order of the links", () => {
    const edges = linkByCoSharing(posts, posts.urls, { seconds: SECONDS });
    expect(findGroups(shuffleEdges(edges, 1))).toEqual(findGroups(edges));
  });
});

/** Communities of at least three accounts. */
function findGroups(edges: EdgeColumns): number[][] {
  const partition = clusterByLeiden(buildGraph(edges), { objective: "cpm", resolution: RESOLUTION, seed: 1 });
  const { offsets, members } = listMembers(partition);
  const groups: number[][] = [];
  for (let community = 0; community < partition.count; community++) {
    const group = [...members.subarray(offsets[community], offsets[community + 1])];
    if (group.length >= 3) groups.push(group);
  }
  return groups;
}

function pairKeys({ nodeCount, sources, targets }: EdgeColumns): Set<number> {
  const keys = new Set<number>();
  for (let edge = 0; edge < sources.length; edge++) {
    keys.add(Math.min(sources[edge], targets[edge]) * nodeCount + Math.max(sources[edge], targets[edge]));
  }
  return keys;
}

function shareOfPairs(groups: number[][], pairs: Set<number>, nodeCount: number): { inside: number; across: number } {
  const groupOf = new Map(groups.flatMap((members, group) => members.map((member) => [member, group] as const)));
  const accounts = [...groupOf.keys()].sort((a, b) => a - b);
  const seen = { inside: 0, across: 0 };
  const agree = { inside: 0, across: 0 };
  for (let first = 0; first < accounts.length; first++) {
    for (let second = first + 1; second < accounts.length; second++) {
      const where = groupOf.get(accounts[first]) === groupOf.get(accounts[second]) ? "inside" : "across";
      seen[where]++;
      if (pairs.has(accounts[first] * nodeCount + accounts[second])) agree[where]++;
    }
  }
  return { inside: agree.inside / seen.inside, across: agree.across / seen.across };
}
