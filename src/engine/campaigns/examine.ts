/**
 * The examination of all candidates, before anything is decided between those that overlap. Niches are examined one by one and each for itself, so a
 * second thread may take part: whoever is free takes the next niche, and the answers are the same whoever gave them.
 */
import type { AccountDetection, Detection, GroupDetection, PairDetection } from "../../vocabulary/detection.js";
import type { Population } from "../../vocabulary/fingerprint.js";
import { findWorthwhileNiches, formCandidate, openSource, proposeFleets, proposeLinked, surveyNiches } from "./candidates.js";
import type { WorkLoadSurvey } from "./fleets.js";
import { CAMPAIGN_LOG_ODDS_MIN } from "./fusion.js";
import { testSingleAccounts } from "./single-accounts.js";
import { isCampaign, testCandidate, type TestContext, type TestedCandidate } from "./test-candidate.js";

/** All candidates, tested. */
export interface Examination {
  context: TestContext;
  tested: TestedCandidate[];
  /** Work loads whose pace was compared with no other, because there are too many. */
  withoutPace: number;
}

/** How candidates are examined. */
export interface ExamineOptions {
  /** Fused log odds from which a group is called a campaign; the usual bar when left out. */
  barLogOdds?: number | undefined;
}

/** The next niche that nobody has taken, shared by threads. */
export type Turns = Int32Array<SharedArrayBuffer>;

/** One niche by its position, and the candidate that was found in it. */
export interface ExaminedNiche {
  niche: number;
  tested: TestedCandidate | null;
}

/** A second thread. What it does not answer is done without it. */
export interface ExaminationHelper {
  /** Lets it make what it needs of the population while niches are looked for. */
  prepare(population: Population, options: ExamineOptions): void;
  /** Takes turns at the niches until there are none left, and answers those that it examined. */
  examineNiches(niches: readonly Uint32Array[], turns: Turns): Promise<ExaminedNiche[]>;
}

/** Proposes and tests all candidates. */
export function examineCandidates(population: Population, detections: readonly Detection[], options: ExamineOptions = {}): Examination {
  const context = openExamination(population, detections, options);
  const niches = findWorthwhileNiches(context.source);
  return conclude(context, {
    others: examineOthers(context, niches),
    examined: examineNiches(context, { niches, turns: createTurns() }),
  });
}

/** How an examination that takes long is done beside other things. */
export interface Company {
  helper: ExaminationHelper;
  /** Waited for between two pieces of work, so that this thread hears of what else happens; rejects to end the examination. */
  pause?: (() => Promise<void>) | undefined;
}

/** {@link examineCandidates} with a second thread: the same answers sooner. */
export async function examineTogether(
  population: Population,
  detections: readonly Detection[],
  { helper, pause, ...options }: ExamineOptions & Company,
): Promise<Examination> {
  helper.prepare(population, options);
  const context = openExamination(population, detections, options);
  await pause?.();
  const niches = findWorthwhileNiches(context.source);
  await pause?.();
  const turns = createTurns();
  const theirs = helper.examineNiches(niches, turns).catch(() => []);
  const others = examineOthers(context, niches);
  const ours: ExaminedNiche[] = [];
  for (const one of takeNiches(context, { niches, turns })) {
    ours.push(one);
    await pause?.();
  }
  // A helper that has not begun by now will find nothing to do, and is not waited for.
  const examined = ours.length === niches.length ? ours : [...ours, ...(await theirs)];
  return conclude(context, { others, examined: [...examined, ...examineMissing(context, { niches, examined })] });
}

/** What niches are examined with, in either thread. */
export function openExamination(
  population: Population,
  detections: readonly Detection[],
  { barLogOdds = CAMPAIGN_LOG_ODDS_MIN }: ExamineOptions,
): TestContext {
  const pairDetections = detections.filter(
    (detection): detection is PairDetection => detection.level === "pair" && detection.isContext !== true,
  );
  const timingDetections = detections.filter(
    (detection): detection is GroupDetection => detection.level === "group" && detection.aspect === "timing",
  );
  return { source: openSource(population, pairDetections, timingDetections), detections, barLogOdds };
}

const createTurns = (): Turns => new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/** Examines niches that nobody has taken, one at a time, until there are none left. */
export function examineNiches(context: TestContext, work: { niches: readonly Uint32Array[]; turns: Turns }): ExaminedNiche[] {
  return [...takeNiches(context, work)];
}

function* takeNiches(
  context: TestContext,
  { niches, turns }: { niches: readonly Uint32Array[]; turns: Turns },
): Generator<ExaminedNiche, void> {
  for (let niche = Atomics.add(turns, 0, 1); niche < niches.length; niche = Atomics.add(turns, 0, 1))
    yield { niche, tested: examineNiche(context, niches[niche]) };
}

/** Niches that a helper took and never answered. */
function examineMissing(
  context: TestContext,
  { niches, examined }: { niches: readonly Uint32Array[]; examined: readonly ExaminedNiche[] },
): ExaminedNiche[] {
  const answered = new Set(examined.map(({ niche }) => niche));
  return niches.flatMap((families, niche) => (answered.has(niche) ? [] : [{ niche, tested: examineNiche(context, families) }]));
}

function examineNiche(context: TestContext, families: Uint32Array): TestedCandidate | null {
  const candidate = formCandidate(context.source, { families, origin: "niche" });
  return candidate && testCandidate(candidate, context);
}

/** What is made beside the candidates of niches. */
interface OtherCandidates {
  linked: TestedCandidate[];
  accounts: TestedCandidate[];
  /** For the fleets. Made here, while a helper examines niches: behind them there is work for one thread only. */
  survey: WorkLoadSurvey;
}

function examineOthers(context: TestContext, niches: readonly Uint32Array[]): OtherCandidates {
  const { source, detections, barLogOdds } = context;
  const accountDetections = detections.filter((detection): detection is AccountDetection => detection.level === "account");
  return {
    linked: proposeLinked(source, niches).map((candidate) => testCandidate(candidate, context)),
    accounts: testSingleAccounts(source.population, accountDetections).map((candidate) => ({ ...candidate, barLogOdds })),
    survey: surveyNiches(source, niches),
  };
}

/** Brings the candidates into their order, and looks for fleets among what none of them explains. */
function conclude(
  context: TestContext,
  { others: { linked, accounts, survey }, examined }: { others: OtherCandidates; examined: readonly ExaminedNiche[] },
): Examination {
  const inOrder = [...examined].sort((a, b) => a.niche - b.niche).flatMap(({ tested }) => tested ?? []);
  const proposed = [...inOrder, ...linked];
  const found = new Set(proposed.filter(isCampaign).flatMap(({ group }) => [...group.members]));
  const fleets = proposeFleets(context.source, { survey, isFound: (account) => found.has(account) });
  const tested = [...proposed, ...fleets.candidates.map((candidate) => testCandidate(candidate, context)), ...accounts];
  return { context, tested, withoutPace: fleets.uncompared };
}
