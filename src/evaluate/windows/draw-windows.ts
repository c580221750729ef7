/** Draws windows of queries: benign ones, and ones of which a share is harvested. */
import type { QueryFeatures } from "../../engine/behaviour/windows/query-features.js";
import type { WindowQuery } from "../../engine/behaviour/windows/window-detector.js";
import type { Random } from "../../statistics/random.js";
import type { PooledQuery } from "./prompt-pools.js";

/** A pooled query with what is known of its text. `index` numbers all queries of a protocol. */
export interface PreparedQuery extends PooledQuery {
  features: QueryFeatures;
  index: number;
}

/** Whose queries are benign: people's alone, as in arXiv 2606.05725, or people's among batch jobs. */
export const CROWDS = ["people", "people-and-jobs"] as const;

/** One of {@link CROWDS}. */
export type Crowd = (typeof CROWDS)[number];

/** Share of batch jobs in the second crowd: much, so that it shows what they cost. */
export const JOB_SHARE = 0.4;
/** The largest part of a window that one batch job fills: as much as the smaller of the harvests that are looked for. */
const JOB_PART_MAX = 0.1;
/** Requests of the harvest per account: a pool spreads its work. */
const HARVEST_PER_ACCOUNT = 2;

/** A query at its place in a window: what it says, whose it is. */
export interface DrawnQuery extends WindowQuery {
  query: PreparedQuery;
}

/** What windows are drawn from; jobs by group. */
export interface WindowSources {
  people: readonly PreparedQuery[];
  jobs: readonly (readonly PreparedQuery[])[];
}

/** Groups batch work by job, in the order of the queries. */
export function groupJobs(queries: readonly PreparedQuery[]): PreparedQuery[][] {
  const jobs = new Map<string, PreparedQuery[]>();
  for (const query of queries) {
    const job = jobs.get(query.group);
    if (job === undefined) jobs.set(query.group, [query]);
    else job.push(query);
  }
  return [...jobs.values()];
}

/** Draws `size` benign queries, with replacement, so that windows of any size can be drawn from any pool. */
export function drawBenign(
  { people, jobs }: WindowSources,
  { crowd, size, random }: { crowd: Crowd; size: number; random: Random },
): DrawnQuery[] {
  const drawn: DrawnQuery[] = [];
  let left = crowd === "people-and-jobs" ? Math.round(JOB_SHARE * size) : 0;
  for (let number = 0; left > 0; number++) {
    const job = jobs[random.below(jobs.length)];
    const part = Math.min(left, 1 + random.below(Math.round(JOB_PART_MAX * size)));
    for (let i = 0; i < part; i++) drawn.push(place(job[random.below(job.length)], `job ${number}`));
    left -= part;
  }
  while (drawn.length < size) {
    const query = people[random.below(people.length)];
    drawn.push(place(query, query.group));
  }
  return drawn;
}

/** Draws `size` queries of one harvest. */
export function drawHarvest(queries: readonly PreparedQuery[], { size, random }: { size: number; random: Random }): DrawnQuery[] {
  const accounts = Math.ceil(size / HARVEST_PER_ACCOUNT);
  return Array.from({ length: size }, () => place(queries[random.below(queries.length)], `pool ${random.below(accounts)}`));
}

function place(query: PreparedQuery, party: string): DrawnQuery {
  return { query, features: query.features, party };
}
