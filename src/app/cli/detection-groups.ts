/**
 * Fixtures of account, pair and group detections: read as `analyze` reads a log, stored, turned into a population, and the groups that the
 * fixture names asked as candidates are asked.
 */
import { existsSync, readFileSync } from "node:fs";
import { detections } from "../../detections/index.js";
import { acquire, openStoreSink, readSideFiles } from "../../engine/acquire/index.js";
import { observePopulation } from "../../engine/behaviour/population.js";
import { pickOwnFamilies, proposeCandidates } from "../../engine/campaigns/candidates.js";
import { buildGroup, countParties } from "../../engine/campaigns/group.js";
import { NICHE_PARTIES_MIN } from "../../engine/campaigns/niches.js";
import { trackCampaigns } from "../../engine/campaigns/track.js";
import { sourceFormats } from "../../integrations/index.js";
import {
  StillwatchError,
  type AccountDetection,
  type CandidateGroup,
  type Detection,
  type GroupDetection,
  type PairDetection,
  type Population,
  type Signal,
} from "../../sdk/index.js";
import { openEventStore } from "../../store/events/store.js";
import { createTemporaryFolder } from "../temporary-folder.js";
import { createIngestPool } from "../workers/ingest-pool.js";
import type { Fixture, FixtureFinding } from "./detection-fixtures.js";

/** Odds of e to 1: from there on the fusion counts a group of evidence as present. */
const FIRES_NATS_MIN = 1;
/** A group that a campaign takes less of than this was left alone. */
const TAKEN_SHARE_MAX = 0.5;

/** One line of `<kind>.groups.ndjson`: accounts that are asked as a candidate. */
export interface FixtureGroup {
  group: string;
  accounts: readonly string[];
  /**
   * Why an innocent group on which this detection fires becomes no campaign; the whole analysis is run to see that it does not. Absent for
   * groups on which the detection itself is silent.
   */
  stoppedBy?: string;
}

/** Reads, stores and observes the events of a fixture as an analysis would. */
export async function observeFixture(fixture: Fixture): Promise<Population> {
  const { groups: _, ...sidePaths } = fixture.sideFiles;
  const sideFacts = await readSideFiles(sidePaths);
  const folder = await createTemporaryFolder();
  try {
    const store = await openEventStore({ path: folder.path });
    try {
      const pool = await createIngestPool({ workers: 0 });
      const sink = await openStoreSink(store, { isMetadataOnly: false });
      await acquire({ inputs: [fixture.path], format: "native", formats: sourceFormats, isMetadataOnly: false, pool, sink });
      return await observePopulation(store, { eventsSql: "events_once", sideFacts });
    } finally {
      await store.close();
    }
  } finally {
    await folder.remove();
  }
}

/** Runs an account, pair or group detection on a fixture. */
export async function runOnPopulation(detection: Detection, fixture: Fixture): Promise<readonly FixtureFinding[]> {
  const population = await observeFixture(fixture);
  const groups = readGroups(fixture.sideFiles.groups);
  if (detection.level === "account") return inspectAccounts(detection, population, groups);
  if (detection.level === "request") return [];
  if (groups.length === 0) return examineStrongest(detection, population);
  return groups.flatMap((named) => examineGroup(detection, population, named));
}

function readGroups(path: string | undefined): FixtureGroup[] {
  if (path === undefined || !existsSync(path)) return [];
  return readFileSync(path, "utf8")
    .split("\n")
    .flatMap((line, index) => {
      if (line.trim() === "") return [];
      const group = parseGroup(line);
      if (group !== null) return [group];
      throw new StillwatchError({
        code: "SW1706",
        what: "a group of a fixture cannot be read",
        place: { file: path, line: index + 1 },
        why: "a detection is proved on the groups that its fixtures name; one that is skipped proves nothing.",
        fix: 'write one a line: {"group": "what they are", "accounts": ["acct-1", "acct-2", "acct-3"]}.',
      });
    });
}

function parseGroup(line: string): FixtureGroup | null {
  try {
    const value = JSON.parse(line) as Partial<FixtureGroup> | null;
    const isGroup = typeof value?.group === "string" && Array.isArray(value.accounts) && value.accounts.length > 0;
    return isGroup ? (value as FixtureGroup) : null;
  } catch {
    return null;
  }
}

/** Positions of a group's accounts. An account without a request in the fixture is a mistake of its author. */
function locateAccounts(population: Population, named: FixtureGroup): number[] {
  return named.accounts.map((accountId) => {
    const position = population.accountIds.indexOf(accountId);
    if (position >= 0) return position;
    throw new StillwatchError({
      code: "SW1707",
      what: `the group "${named.group}" names ${accountId}, which sends nothing in the fixture`,
      why: "the group that is asked would be another than its author meant.",
      fix: "name accounts of the fixture, or write requests for this one.",
    });
  });
}

function inspectAccounts(detection: AccountDetection, population: Population, groups: readonly FixtureGroup[]): FixtureFinding[] {
  const found: FixtureFinding[] = population.accountIds.flatMap((accountId, account) =>
    detection
      .inspect(account, population)
      .map((signal) => (detection.isContext === true ? toContext(accountId, signal) : toFinding(accountId, signal))),
  );
  for (const named of groups) {
    for (const account of locateAccounts(population, named)) {
      const accountId = population.accountIds[account];
      if (!found.some(({ subject }) => subject === accountId)) {
        found.push({ subject: `${accountId} (${named.group})`, says: "silent", fires: false });
      }
    }
  }
  return found;
}

/** What the detection says about the strongest candidate that the analysis finds by itself. */
function examineStrongest(detection: PairDetection | GroupDetection, population: Population): FixtureFinding[] {
  const { campaigns, leftAlone } = trackCampaigns(population, detections);
  const strongest = campaigns[0] ?? leftAlone[0];
  if (!strongest) return [];
  const signal = strongest.signals.find((other) => other.detection === detection.name);
  return [toFinding(`strongest candidate (${strongest.group.members.length} accounts)`, signal ?? null)];
}

function examineGroup(detection: PairDetection | GroupDetection, population: Population, named: FixtureGroup): FixtureFinding[] {
  const accounts = locateAccounts(population, named);
  const subject = `${named.group} (${accounts.length} accounts)`;
  if (countParties(population, accounts) < NICHE_PARTIES_MIN) {
    const says = "no candidate: its accounts belong to one organization and do not claim to be strangers";
    return [{ subject, says, fires: false }];
  }
  const group = formGroup(population, accounts);
  if (detection.level === "pair" && detection.isContext === true) {
    const [pair] = explainStrongestPair(detection, group, population);
    return [
      pair
        ? { subject, says: `shown, weighs nothing: ${pair.subject}: ${pair.says}`, fires: true }
        : { subject, says: "silent", fires: false },
    ];
  }
  const finding = toFinding(subject, detection.examine?.(group, population) ?? null);
  const pair = detection.level === "pair" ? explainStrongestPair(detection, group, population) : [];
  if (named.stoppedBy === undefined || !finding.fires) return [finding, ...pair];
  const isTaken = isTakenByCampaign(population, accounts);
  const outcome = isTaken ? "the whole analysis calls it a campaign" : `no campaign: ${named.stoppedBy}`;
  return [{ subject, says: `${finding.says} But ${outcome}`, fires: isTaken }, ...pair];
}

/** The group with the families that are its own, as a campaign would have them; without any, everything its accounts sent. */
export function formGroup(population: Population, accounts: readonly number[]): CandidateGroup {
  const { source } = proposeCandidates(population, []);
  return buildGroup(population, { accounts, families: pickOwnFamilies(source, accounts) });
}

function isTakenByCampaign(population: Population, accounts: readonly number[]): boolean {
  return trackCampaigns(population, detections).campaigns.some(({ group }) => {
    const members = new Set(group.members);
    return accounts.filter((account) => members.has(account)).length >= TAKEN_SHARE_MAX * accounts.length;
  });
}

function explainStrongestPair(detection: PairDetection, { members }: CandidateGroup, population: Population): FixtureFinding[] {
  let strongest = { nats: 0, a: -1, b: -1 };
  for (let i = 0; i < members.length; i++) {
    for (let j = i + 1; j < members.length; j++) {
      const [a, b] = [members[i], members[j]];
      if (population.parties[a] === population.parties[b]) continue;
      const nats = detection.compare(a, b, population);
      if (nats > strongest.nats) strongest = { nats, a, b };
    }
  }
  const { nats, a, b } = strongest;
  if (a < 0) return [];
  const told = detection.explain(a, b, population);
  const says = detection.isContext === true ? told : `${formatNats(nats)}: ${told}`;
  // Pairs make candidates; whether those are a pool is asked of the group.
  return [{ subject: `${population.accountIds[a]}, ${population.accountIds[b]}`, says, fires: false, isPair: true }];
}

function toFinding(subject: string, signal: Signal | null): FixtureFinding {
  if (!signal) return { subject, says: "silent", fires: false };
  const nats = signal.logLikelihoodRatio;
  const fires = nats >= FIRES_NATS_MIN;
  const verdict = fires ? "" : nats < 0 ? ", speaks against a pool" : ", too little to count";
  return { subject, says: `${formatNats(nats)}${verdict}: ${signal.because}`, fires };
}

/** What is shown as context weighs nothing; it fires by being said at all. */
function toContext(subject: string, { because }: Signal): FixtureFinding {
  return { subject, says: `shown, weighs nothing: ${because}`, fires: true };
}

function formatNats(nats: number): string {
  return `${nats < 0 ? "−" : "+"}${Math.abs(nats).toFixed(1)} nats`;
}
