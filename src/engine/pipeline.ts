/** The whole flow on one screen, and the only file that knows all stages. */
import type { EventStore } from "../store/events/store.js";
import { chooseAnalysedEvents, type AnalysedEvents } from "../store/events/analysed-span.js";
import { chooseEvents, countDuplicates, type EventsSql, type EventsTable } from "../store/events/duplicates.js";
import { countUntold } from "../store/events/untold.js";
import type { ReportCalibration } from "../vocabulary/calibration.js";
import type { AccountDetection, Detection } from "../vocabulary/detection.js";
import type { Population } from "../vocabulary/fingerprint.js";
import type { LiveCampaign, LiveWindow } from "../vocabulary/live.js";
import type { AccountLine, Report, ReportPictures, RequestLine } from "../vocabulary/report.js";
import { acquire, countQuarantined, openStoreSink, type AcquireOptions, type AcquireResult } from "./acquire/index.js";
import { findWindowEnd } from "./behaviour/accounts.js";
import type { KinshipHelper } from "./behaviour/kinship.js";
import { observePopulation, type SideFacts } from "./behaviour/population.js";
import { drawPictures } from "./campaigns/pictures.js";
import { describeCampaign } from "./campaigns/describe.js";
import type { KnownCampaign } from "./campaigns/identity.js";
import { describeLiveCampaign } from "./campaigns/live-campaigns.js";
import { listRosterEntries, recallCampaigns, rememberCampaigns, type RosterEntry } from "./campaigns/roster.js";
import { describeProgrammes } from "./campaigns/policy-facts.js";
import { countRegions, describeRegions } from "./campaigns/region-facts.js";
import { listSliceRequests } from "./campaigns/slice-requests.js";
import { listStandingMembers, listStandings } from "./campaigns/standings.js";
import type { ExaminationHelper } from "./campaigns/examine.js";
import { trackCampaigns, trackCampaignsTogether, type Tracking } from "./campaigns/track.js";
import { describeCoverage, type GivenFacts } from "./coverage.js";

/** What an analysis works with. */
export interface World {
  store: EventStore;
  detections: readonly Detection[];
  sideFacts: SideFacts;
  /** Names of the side files that were given, for the coverage. */
  sideFiles: readonly string[];
  /** What the report says about its calibration; its bar is the one in force. The usual bar, and nothing said, when absent. */
  calibration?: ReportCalibration | undefined;
  /** Regions that the operator does not serve, ascending; only summed, never evidence. Absent: no sums. */
  regions?: readonly string[] | undefined;
  /** Milliseconds on a clock that never goes back; for the timings only. */
  nowMs: () => number;
  onStage?: (stage: Stage) => void;
  /** Starts a thread that takes part in observing and tracking; it works with the same detections. Without one this thread does all. */
  startHelper?: () => Helper;
  /** Waited for between two pieces of long work in this thread, so that it hears of an interruption; rejects to end the analysis. */
  pause?: () => Promise<void>;
}

/** A second thread. */
export type Helper = KinshipHelper & ExaminationHelper & { close(): Promise<void> };

export type Stage = "acquire" | "observe" | "track" | "describe";

/** What to read. */
export type RawBatch = Omit<AcquireOptions, "sink">;

/** What an analysis found. */
export interface Outcome {
  report: Report;
  pictures: ReportPictures;
  population: Population;
  tracking: Tracking;
  acquired: AcquireResult | null;
  listAccounts(): Iterable<AccountLine>;
  listRequests(): AsyncIterable<RequestLine>;
}

/** Below, a thread costs as much as it saves: it loads the modules anew, which is a third of a second. */
const HELPER_REQUESTS_MIN = 100_000;

/** Request logs in, campaigns out. Without a batch it analyses what the store holds. */
export async function analyze(world: World, batch: RawBatch | null): Promise<Outcome> {
  const { store, detections, sideFacts } = world;
  const timings: Record<string, number> = {};
  const time = <T>(stage: Stage, work: () => T | Promise<T>): Promise<T> => timeStage(world, { stage, timings, work });

  const acquired = await time("acquire", async () => (batch ? acquire({ ...batch, sink: await openStoreSink(store, batch) }) : null)); // read, check, quarantine
  const { population, tracking, table, ...analysed } = await withHelper(world, async (helperFor) => {
    helperFor(acquired?.rows ?? 0); // it loads its modules while the engine counts
    const table = await chooseEvents(store);
    const analysed = await chooseAnalysedEvents(store, table); // without what clocks have flung decades away
    const { eventsSql } = analysed;
    const observed = await time("observe", () => observePopulation(store, { eventsSql, sideFacts, helperFor })); // features → families, fingerprints
    const tracking = await time("track", () => nameAndRemember(world, { population: observed, helperFor })); // who acts as one?
    return { population: observed, tracking, table, ...analysed };
  });
  const { eventsSql } = analysed;
  const found = { population, tracking, timings, table, ...analysed };
  const { report, pictures } = await time("describe", () => describeOutcome(world, found)); // evidence a person can re-check
  return {
    report,
    pictures,
    population,
    tracking,
    acquired,
    listAccounts: () => listStandings(population, { tracking, accountDetections: detections.filter(isAccountDetection) }),
    listRequests: () => listSliceRequests(store, { population, tracking, eventsSql }),
  };
}

/** The thread that takes part in the work on so many requests, if they are worth one. */
type HelperFor = (requests: number) => Helper | undefined;

/** Does work for which a thread may be started, and ends the thread. */
async function withHelper<T>({ startHelper }: World, work: (helperFor: HelperFor) => Promise<T>): Promise<T> {
  let helper: Helper | undefined;
  try {
    return await work((requests) => (requests < HELPER_REQUESTS_MIN ? undefined : (helper ??= startHelper?.())));
  } finally {
    await helper?.close();
  }
}

/** What the tracking of one window works with: plain data, so that a thread of its own may do it. */
export interface WindowInput {
  window: LiveWindow;
  population: Population;
  known: readonly KnownCampaign[];
  barLogOdds: number | undefined;
  given: GivenFacts;
}

/** The stages of {@link analyze} up to the population, over some of the requests; what was acquired is in the store. */
export async function observeWindow(
  { store, sideFacts, sideFiles, calibration }: Pick<World, "store" | "sideFacts" | "sideFiles" | "calibration">,
  { window, eventsSql }: { window: LiveWindow; eventsSql: EventsSql },
): Promise<WindowInput> {
  const population = await observePopulation(store, { eventsSql, sideFacts });
  const untold = await countUntold(store, eventsSql);
  const given = { sideFiles, allowlist: sideFacts.allowlist, untold, leftOutEvents: 0, endMs: findWindowEnd(population.requests) };
  return { window, population, known: await recallCampaigns(store, population), barLogOdds: calibration?.bar.log_odds, given };
}

/** What was found in a window. */
export interface WindowFindings {
  window: LiveWindow;
  events: number;
  campaigns: LiveCampaign[];
  /** As in the report: what could not be checked in this window, and why. */
  coverage: Record<string, string>;
  /** What is to be remembered of the campaigns. */
  entries: RosterEntry[];
  /** Accounts that are not clear, or about which some detection has something to say. */
  accounts: AccountLine[];
}

/** The stages of {@link analyze} behind the population. */
export function trackWindow(
  { window, population, known, barLogOdds, given }: WindowInput,
  detections: readonly Detection[],
): WindowFindings {
  const tracking = trackCampaigns(population, detections, { known, barLogOdds });
  const accounts: AccountLine[] = [];
  for (const line of listStandings(population, { tracking, accountDetections: detections.filter(isAccountDetection) }))
    if (line.standing !== "clear" || line.signals.length > 0) accounts.push(line);
  return {
    window,
    events: population.requests.count,
    campaigns: tracking.campaigns.map((campaign) => describeLiveCampaign(campaign, { population, detections, window })),
    coverage: describeCoverage(population, { ...given, withoutPace: tracking.withoutPace }),
    entries: listRosterEntries(tracking.campaigns, population),
    accounts,
  };
}

/** What earlier analyses of the store called a campaign it is called again. */
async function nameAndRemember(
  world: World,
  { population, helperFor }: { population: Population; helperFor: HelperFor },
): Promise<Tracking> {
  const { store, detections, calibration } = world;
  const options = { known: await recallCampaigns(store, population), barLogOdds: calibration?.bar.log_odds };
  const helper = helperFor(population.requests.count);
  const tracking = helper
    ? await trackCampaignsTogether(population, detections, { ...options, helper, pause: world.pause })
    : trackCampaigns(population, detections, options);
  await rememberCampaigns(store, { campaigns: tracking.campaigns, population });
  return tracking;
}

async function timeStage<T>(
  world: World,
  { stage, timings, work }: { stage: Stage; timings: Record<string, number>; work: () => T | Promise<T> },
): Promise<T> {
  world.onStage?.(stage);
  const startMs = world.nowMs();
  const result = await work();
  timings[`${stage}_ms`] = Math.round(world.nowMs() - startMs);
  return result;
}

const isAccountDetection = (detection: Detection): detection is AccountDetection => detection.level === "account";

interface Found extends AnalysedEvents {
  population: Population;
  tracking: Tracking;
  timings: Record<string, number>;
  /** All requests, those outside of the analysed span too. */
  table: EventsTable;
}

async function describeOutcome(
  world: World,
  { population, tracking, timings, table, eventsSql, leftOut }: Found,
): Promise<{ report: Report; pictures: ReportPictures }> {
  const { store, detections } = world;
  const quarantined = await countQuarantined(store);
  const { atMs, count } = population.requests;
  const [fromMs, toMs] = atMs.reduce(([low, high], at) => [Math.min(low, at), Math.max(high, at)], [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ] as [number, number]);
  const report: Report = {
    schema: "stillwatch.report/1",
    window: count === 0 ? { from: null, to: null } : { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() },
    counts: {
      events: count,
      duplicates: (await countDuplicates(store, table)) + quarantined.repeated,
      quarantined: quarantined.distinct,
      accounts: population.accountIds.length,
    },
    ...(await listPolicyFacts(world, { population, tracking, eventsSql })),
    coverage: describeCoverage(population, {
      sideFiles: world.sideFiles,
      allowlist: world.sideFacts.allowlist,
      untold: await countUntold(store, eventsSql),
      leftOutEvents: leftOut,
      endMs: findWindowEnd(population.requests),
      withoutPace: tracking.withoutPace,
    }),
    ...(world.calibration ? { calibration: world.calibration } : {}),
    campaigns: tracking.campaigns.map((campaign) => describeCampaign(campaign, { population, detections })),
    timings,
  };
  return { report, pictures: drawPictures(population, { tracking, detections }) };
}

async function listPolicyFacts(
  { store, regions, sideFacts }: World,
  { population, tracking, eventsSql }: { population: Population; tracking: Tracking; eventsSql: EventsSql },
): Promise<Pick<Report, "policy_facts">> {
  const groups = tracking.campaigns.map((campaign) => ({
    id: campaign.id,
    members: listStandingMembers(campaign).map((member) => campaign.group.members[member]),
  }));
  const facts = describeProgrammes(population, new Set(groups.flatMap(({ members }) => members)));
  if (regions !== undefined) {
    const { accountIds } = population;
    const counts = await countRegions(store, { eventsSql, accountIds, accounts: sideFacts.accounts, regions });
    Object.assign(facts, describeRegions(counts, groups));
  }
  return Object.keys(facts).length === 0 ? {} : { policy_facts: facts };
}
