/**
 * The window protocol: of windows of which a small share is harvested, how many does a method find, at the false alarms chosen?
 *
 * As in arXiv 2606.05725, the limit is set on the operator's own benign traffic: on a held-out part of the crowd that is judged, never on the windows
 * that are judged. What is learned, the reference and past harvests, comes from the other half of all prompts, with no person, job or prompt in common.
 *
 * Two crowds of a thousand queries differ by more than windows of one crowd do, so every window is drawn from a crowd of its own: the judged half is
 * split many times, each time into people to set the limit on and other people to judge, and a split gives a handful of windows. Windows that set
 * the limit and benign windows that are judged are then drawn alike (exchangeable), which is all that a conformal limit asks for. The price: who
 * is judged in one split may have helped to set the limit in another.
 */
import { createQueryReader } from "../../engine/behaviour/windows/query-features.js";
import {
  calibrateWindows,
  learnWindowDetector,
  type WindowDetector,
  type WindowEvidence,
  type WindowQuery,
} from "../../engine/behaviour/windows/window-detector.js";
import { wilsonInterval, type Interval } from "../../statistics/intervals.js";
import { createRandom, type Random } from "../../statistics/random.js";
import { createFourierMap, discrepancyBetween, sumFeatures } from "../../statistics/fourier-features.js";
import { BANDWIDTH_MULTIPLES, medianDistance } from "../../statistics/kernel-discrepancy.js";
import { shuffleRange } from "../../statistics/random.js";
import { embedFeatures, joinPoints } from "../baselines/text-embedding.js";
import {
  drawBenign,
  drawHarvest,
  groupJobs,
  JOB_SHARE,
  type Crowd,
  type DrawnQuery,
  type PreparedQuery,
  type WindowSources,
} from "./draw-windows.js";
import type { PooledQuery, WindowPools } from "./prompt-pools.js";

/** What harvested prompts are like. `known-kinds`: other prompts of kinds that were learned. `unseen-kinds`: of a kind that was not. `unseen-scaffolds`: people's own questions in a published scaffold, none of which was learned. */
export const HARVESTS = ["known-kinds", "unseen-kinds", "unseen-scaffolds"] as const;

/** One of {@link HARVESTS}. */
export type HarvestSort = (typeof HARVESTS)[number];

/** Methods compared. `ours` is told no accounts, as MMD is not; `ours-with-accounts` knows which requests are one account's. */
export const WINDOW_METHODS = ["mmd", "ours", "ours-with-accounts"] as const;

/** One of {@link WINDOW_METHODS}. */
export type WindowMethod = (typeof WINDOW_METHODS)[number];

/** Sizes and harvested shares of the published table that are hardest: there MMD finds .590 and .046. */
export const WINDOW_SHAPES: readonly { size: number; mix: number }[] = [
  { size: 100, mix: 0.1 },
  { size: 1_500, mix: 0.05 },
];

/** One row of the table. */
export interface WindowRow {
  /** Queries of a window, and the share of them that is harvested. */
  size: number;
  mix: number;
  crowd: Crowd;
  harvest: HarvestSort;
  method: WindowMethod;
  /** Of `windows` with a harvest in them, how many were found. */
  windows: number;
  found: number;
  truePositiveRate: number;
  truePositiveInterval: Interval;
  /** Of `benignWindows` without one, how many raised an alarm. */
  benignWindows: number;
  falseAlarms: number;
  falsePositiveRate: number;
  falsePositiveInterval: Interval;
  /** Share found by kind of harvest, by name. */
  byKind: { kind: string; truePositiveRate: number }[];
}

/** What to measure. */
export interface WindowProtocol {
  /** Learned and calibrated on, and judged on. Nothing may be in both. */
  tuning: WindowPools;
  judged: WindowPools;
  shapes: readonly { size: number; mix: number }[];
  crowds: readonly Crowd[];
  seed: number;
  /** Random splits of the judged half; more make the limit surer and cost time. */
  splits?: number;
  /** Benign windows per split, to set the limit and to judge it. Kinds of harvest take turns. */
  calibrationWindows?: number;
  benignWindows?: number;
  /** Points of length 1 for MMD; default: hashed words, since the encoder of its paper would have to be downloaded. */
  embed?: (text: string) => Float32Array;
}

/** False alarms that the limits are set for: half of the .5 % that windows are judged at, since a limit is only as sure as the windows behind it. */
export const FALSE_ALARM_SHARE = 0.0025;
/** Crowds, each of which gives a handful of windows: with thirty, one person whose prompts are all alike was judged and had set no limit: 6 % false alarms. */
const SPLITS_DEFAULT = 400;
/** Sixteen hundred windows in all: four of them are above a limit for {@link FALSE_ALARM_SHARE}, so that it does not hang on one. */
const CALIBRATION_WINDOWS_DEFAULT = 4;
/** Eight hundred windows in all: the .5 % that is asked for are four alarms. */
const BENIGN_WINDOWS_DEFAULT = 2;
/** Of the kinds and of the scaffolds, each split takes every sixth and every sixteenth: one or two windows of either. */
const KIND_TURN = 6;
const SCAFFOLD_TURN = 16;
/** People's questions that every scaffold is filled with. */
const SCAFFOLD_FILLINGS = 150;
/** Frequencies of MMD's map: an error of 4 % on one pair, next to none on a million. */
const MMD_FREQUENCIES = 512;

/** Measures all methods; the rows by crowd, shape, harvest, method. The same protocol gives the same rows. */
export function measureWindows(protocol: WindowProtocol): WindowRow[] {
  const prepared = prepareProtocol(protocol);
  const hasJobs = protocol.tuning.jobs.length > 0 && protocol.judged.jobs.length > 0;
  return protocol.crowds.flatMap((crowd) => {
    if (crowd === "people-and-jobs" && !hasJobs) return [];
    const learned = learnFromTuning(prepared, { crowd, seed: protocol.seed });
    const splits = Array.from({ length: protocol.splits ?? SPLITS_DEFAULT }, (_, split) =>
      splitJudged(prepared, { learned, seed: protocol.seed + split }),
    );
    return protocol.shapes.flatMap(({ size, mix }) => measureShape(splits, { crowd, size, mix, protocol }));
  });
}

interface PreparedProtocol {
  tuning: { people: PreparedQuery[]; jobs: PreparedQuery[]; harvests: PreparedQuery[] };
  judged: { people: PreparedQuery[]; jobs: PreparedQuery[] };
  /** Judged harvests by kind, and by scaffold. */
  kinds: Map<string, PreparedQuery[]>;
  scaffolds: Map<string, PreparedQuery[]>;
  /** Where MMD puts a query. */
  mapQuery: (query: PreparedQuery) => Float32Array;
}

function prepareProtocol({ tuning, judged, seed, embed }: WindowProtocol): PreparedProtocol {
  const read = createQueryReader();
  let index = 0;
  const prepare = (queries: readonly PooledQuery[]): PreparedQuery[] =>
    queries.map((query) => ({ ...query, features: read(query.text), index: index++ }));
  const random = createRandom(seed);
  const fillings = [...tuning.scaffolds, ...judged.scaffolds].flatMap((text, at) =>
    fillScaffold({ text, kind: `scaffold ${at}` }, judged.people, random),
  );
  const people = prepare(tuning.people);
  return {
    tuning: { people, jobs: prepare(tuning.jobs), harvests: prepare(tuning.harvests) },
    judged: { people: prepare(judged.people), jobs: prepare(judged.jobs) },
    kinds: groupByKind(prepare(judged.harvests)),
    scaffolds: groupByKind(prepare(fillings)),
    mapQuery: createQueryMap(people, { random, embed }),
  };
}

/** MMD's map, with the widths that the benign tuning crowd gives; remembers every query. */
function createQueryMap(
  people: readonly PreparedQuery[],
  { random, embed }: { random: Random; embed: WindowProtocol["embed"] },
): (query: PreparedQuery) => Float32Array {
  const pointOf = ({ text, features }: PreparedQuery): Float32Array => embed?.(text) ?? embedFeatures(features.words);
  const points = joinPoints(people.map(pointOf));
  const median = medianDistance(points, random);
  const widths = BANDWIDTH_MULTIPLES.map((multiple) => multiple * median);
  const map = createFourierMap({ dimension: points.dimension, widths, frequencies: MMD_FREQUENCIES, random });
  const known: Float32Array[] = [];
  return (query) => (known[query.index] ??= map(pointOf(query)));
}

const SLOT = /\{+\w*\}+/g;

function fillScaffold({ text, kind }: { text: string; kind: string }, people: readonly PooledQuery[], random: Random): PooledQuery[] {
  const scaffold = text.search(SLOT) === -1 ? `${text}\n\n{}` : text;
  return Array.from({ length: SCAFFOLD_FILLINGS }, (_, at) => ({
    text: scaffold.replace(SLOT, () => people[random.below(people.length)].text),
    kind,
    group: `${kind}:${at}`,
  }));
}

function groupByKind(queries: readonly PreparedQuery[]): Map<string, PreparedQuery[]> {
  const kinds = new Map<string, PreparedQuery[]>();
  for (const query of queries) {
    const kind = kinds.get(query.kind);
    if (kind === undefined) kinds.set(query.kind, [query]);
    else kind.push(query);
  }
  return kinds;
}

/** What the tuning half taught. */
interface Learned {
  detector: WindowDetector;
  scoreMmd: (window: readonly DrawnQuery[]) => number;
}

function learnFromTuning({ tuning, mapQuery }: PreparedProtocol, { crowd, seed }: { crowd: Crowd; seed: number }): Learned {
  const random = createRandom(seed);
  const { people, jobs } = tuning;
  // The reference holds batch work in the proportion in which the crowd sends it.
  const shuffled = crowd === "people" ? [] : pickQueries(jobs, Math.round((people.length * JOB_SHARE) / (1 - JOB_SHARE)), random);
  const reference = [...people, ...shuffled];
  const harvests = [...groupByKind(tuning.harvests)].map(([name, queries]) => ({ name, queries: queries.map(({ features }) => features) }));
  const referenceSum = sumFeatures(reference.map(mapQuery));
  return {
    detector: learnWindowDetector({ reference: reference.map(({ features }) => features), kinds: harvests, random }),
    scoreMmd: (window) => discrepancyBetween(sumFeatures(window.map(({ query }) => mapQuery(query))), referenceSum),
  };
}

/** Who sets the limit and who is judged, one of many times. */
interface Split extends Learned {
  random: Random;
  calibration: WindowSources;
  judged: WindowSources;
  kinds: Map<string, PreparedQuery[]>;
  scaffolds: Map<string, PreparedQuery[]>;
}

function splitJudged({ judged, kinds, scaffolds }: PreparedProtocol, { learned, seed }: { learned: Learned; seed: number }): Split {
  const random = createRandom(seed);
  const [calibrating, judgedPeople] = splitGroups(judged.people, random);
  const [calibratingJobs, judgedJobs] = splitGroups(judged.jobs, random);
  return {
    ...learned,
    random,
    calibration: { people: calibrating, jobs: groupJobs(calibratingJobs) },
    judged: { people: judgedPeople, jobs: groupJobs(judgedJobs) },
    kinds,
    scaffolds,
  };
}

/** Two parts of about the same size that have no group in common. */
function splitGroups(queries: readonly PreparedQuery[], random: Random): [PreparedQuery[], PreparedQuery[]] {
  const sides = new Map<string, boolean>();
  for (const { group } of queries) if (!sides.has(group)) sides.set(group, random.next() < 0.5);
  return [queries.filter(({ group }) => sides.get(group)), queries.filter(({ group }) => !sides.get(group))];
}

function pickQueries(queries: readonly PreparedQuery[], count: number, random: Random): PreparedQuery[] {
  const order = Int32Array.from(queries.keys());
  shuffleRange(order, random);
  return Array.from(order.subarray(0, count), (at) => queries[at]);
}

/** A window with what every method says of it. */
interface JudgedWindow {
  kind: string;
  mmd: number;
  /** Evidence by what was forgotten: nothing, or the family of one kind. */
  strangers: Map<string, WindowEvidence>;
  accounts: Map<string, WindowEvidence>;
}

interface Shape {
  crowd: Crowd;
  size: number;
  mix: number;
  protocol: WindowProtocol;
}

/** The name under which nothing is forgotten. */
const NOTHING = "";

function measureShape(splits: readonly Split[], { crowd, size, mix, protocol }: Shape): WindowRow[] {
  const families = [...new Set([...splits[0].kinds.keys()].map(familyOf))];
  const harvested = Math.round(mix * size);
  const calibration: JudgedWindow[] = [];
  const benign: JudgedWindow[] = [];
  const known: JudgedWindow[] = [];
  const scaffolded: JudgedWindow[] = [];
  for (const [turn, split] of splits.entries()) {
    const { random } = split;
    const draw = (sources: WindowSources, count: number): DrawnQuery[] => drawBenign(sources, { crowd, size: count, random });
    const judgeBenign = (sources: WindowSources, times: number): JudgedWindow[] =>
      Array.from({ length: times }, () => judgeWindow(split, draw(sources, size), { kind: NOTHING, families }));
    const mixIn = (queries: readonly PreparedQuery[]): DrawnQuery[] => [
      ...draw(split.judged, size - harvested),
      ...drawHarvest(queries, { size: harvested, random }),
    ];
    calibration.push(...judgeBenign(split.calibration, protocol.calibrationWindows ?? CALIBRATION_WINDOWS_DEFAULT));
    benign.push(...judgeBenign(split.judged, protocol.benignWindows ?? BENIGN_WINDOWS_DEFAULT));
    const takeTurns = (kinds: Map<string, PreparedQuery[]>, every: number): [string, PreparedQuery[]][] =>
      [...kinds].filter((_, at) => at % every === turn % every);
    for (const [kind, queries] of takeTurns(split.kinds, KIND_TURN))
      known.push(judgeWindow(split, mixIn(queries), { kind, families: [familyOf(kind)] }));
    for (const [kind, queries] of takeTurns(split.scaffolds, SCAFFOLD_TURN))
      scaffolded.push(judgeWindow(split, mixIn(queries), { kind, families: [] }));
  }
  const forgetNothing = (): string => NOTHING;
  const sorts: [HarvestSort, JudgedWindow[], (kind: string) => string][] = [
    ["known-kinds", known, forgetNothing],
    ["unseen-kinds", known, familyOf],
    ["unseen-scaffolds", scaffolded, forgetNothing],
  ];
  const drawnSorts = sorts.filter(([, windows]) => windows.length > 0);
  return drawnSorts.flatMap(([harvest, windows, forget]) =>
    WINDOW_METHODS.map((method) => ({
      size,
      mix,
      crowd,
      harvest,
      method,
      ...judgeMethod({ method, calibration, benign, windows, forget }),
    })),
  );
}

/** Kinds of one family are forgotten together: `codealpaca_2k` and `codealpaca_gpt4` are one work. */
function familyOf(kind: string): string {
  return kind.split("_")[0];
}

function judgeWindow(
  { detector, scoreMmd }: Split,
  window: readonly DrawnQuery[],
  { kind, families }: { kind: string; families: readonly string[] },
): JudgedWindow {
  const forgotten = [NOTHING, ...families];
  const forgetting = forgotten.map(
    (family) =>
      (name: string): boolean =>
        family !== NOTHING && familyOf(name) === family,
  );
  const inspect = (queries: readonly WindowQuery[]): Map<string, WindowEvidence> =>
    new Map(detector.inspect(queries, forgetting).map((evidence, at) => [forgotten[at], evidence]));
  return {
    kind,
    mmd: scoreMmd(window),
    strangers: inspect(window.map(({ features }) => ({ features, party: null }))),
    accounts: inspect(window),
  };
}

type Judgement = Omit<WindowRow, "size" | "mix" | "crowd" | "harvest" | "method">;

function judgeMethod(input: {
  method: WindowMethod;
  calibration: readonly JudgedWindow[];
  benign: readonly JudgedWindow[];
  windows: readonly JudgedWindow[];
  forget: (kind: string) => string;
}): Judgement {
  const { calibration, benign, windows, forget } = input;
  const forgotten = [...new Set(windows.map(({ kind }) => forget(kind)))];
  const alarms = new Map(forgotten.map((family) => [family, createAlarm(input.method, calibration, family)]));
  const isAlarm = (window: JudgedWindow, family: string): boolean => alarms.get(family)?.(window) ?? false;
  const kinds = [...new Set(windows.map(({ kind }) => kind))];
  const found = windows.filter((window) => isAlarm(window, forget(window.kind)));
  // Every detector that forgot something is judged on all benign windows.
  const falseAlarms = forgotten.reduce((sum, family) => sum + benign.filter((window) => isAlarm(window, family)).length, 0);
  const benignWindows = benign.length * forgotten.length;
  return {
    windows: windows.length,
    found: found.length,
    truePositiveRate: found.length / windows.length,
    truePositiveInterval: wilsonInterval({ successes: found.length, trials: windows.length }),
    benignWindows,
    falseAlarms,
    falsePositiveRate: falseAlarms / benignWindows,
    falsePositiveInterval: wilsonInterval({ successes: falseAlarms, trials: benignWindows }),
    byKind: kinds.map((kind) => ({
      kind,
      truePositiveRate: found.filter((window) => window.kind === kind).length / windows.filter((window) => window.kind === kind).length,
    })),
  };
}

/** The rule of one method, its limit set on benign windows. */
function createAlarm(method: WindowMethod, calibration: readonly JudgedWindow[], family: string): (window: JudgedWindow) => boolean {
  if (method === "mmd") {
    const scores = calibration.map(({ mmd }) => mmd).toSorted((a, b) => a - b);
    const limit = scores[Math.ceil((scores.length + 1) * (1 - FALSE_ALARM_SHARE)) - 1] ?? Number.POSITIVE_INFINITY;
    return ({ mmd }) => mmd > limit;
  }
  const evidenceOf = (window: JudgedWindow): WindowEvidence => {
    const evidence = (method === "ours" ? window.strangers : window.accounts).get(family);
    if (evidence === undefined) throw new Error(`no evidence was taken without the family "${family}"`);
    return evidence;
  };
  const rule = calibrateWindows(calibration.map(evidenceOf), FALSE_ALARM_SHARE);
  return (window) => rule.score(evidenceOf(window)) > rule.limit;
}
