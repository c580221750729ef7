/**
 * German elections 2021: who shared what when, 218,971 posts of real accounts. Nobody labelled them; CooRTweet, with which they are published, calls
 * accounts coordinated that shared the same thing within a minute at least twice.
 */
import { createRandom } from "../../statistics/random.js";
import type { Detection } from "../../vocabulary/detection.js";
import type { ActionLog, UserGroups } from "../baselines/action-log.js";
import { findDenseBlocks } from "../baselines/fraudar.js";
import { findSynchronousGroups, joinPairs, listSimilarPairs } from "../baselines/synchrotrap.js";
import type { CoordinationFigure, CoordinationResult } from "./coordination-result.js";
import { linkActions } from "./link-actions.js";
import { readSet } from "./read-set.js";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** CooRTweet: the vignette's window for this set, and two co-shares, its least repetition. */
const CO_SHARING = { matchWindowMs: MINUTE_MS, repeatsMin: 2 };
/** SynchroTrap: the same window. */
const SYNCHRONY = { matchWindowMs: MINUTE_MS, usersMin: 3 };
/** Its cut, which the paper sets for each application: each is tried and the kindest stands (docs/decisions/0009-kindest-threshold.md). */
const CUTS = [0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
/** FRAUDAR: how many of its densest blocks are taken, tried likewise. */
const BLOCKS = [1, 2, 3, 5, 8, 12, 20];
/** Two accounts that meet are a pair and no group. */
const GROUP_MIN = 3;
/** Days by which each account is moved for the control, at random: beyond a fortnight the campaign is another. */
const SHIFT_DAYS = 7;
/** Pairs of accounts drawn to measure what happens across groups, because there are too many to count. */
const ACROSS_PAIRS = 200_000;

/** Posts by what they shared; the accounts are the same in all. */
export interface Sharing {
  rows: number;
  accounts: number;
  urls: ActionLog;
  hashtags: ActionLog;
  pictures: ActionLog;
}

/** Reads the set; null where it is absent. */
export function readGermanElections(dataFolder: string): Sharing | null {
  const set = readSet(dataFolder, "german_elections_2021");
  if (!set) return null;
  const accounts = number(set.column("account"));
  const timesMs = Float64Array.from(set.column("ts"), (seconds) => Number(seconds) * 1000);
  const logOf = (name: string): ActionLog => {
    const things = set.column(name);
    const posts = [...things.keys()].filter((post) => things[post] !== "");
    const objects = number(posts.map((post) => things[post]));
    return {
      userCount: accounts.count,
      objectCount: objects.count,
      users: Int32Array.from(posts, (post) => accounts.numbers[post]),
      objects: objects.numbers,
      timesMs: Float64Array.from(posts, (post) => timesMs[post]),
    };
  };
  return { rows: set.rows, accounts: accounts.count, urls: logOf("url"), hashtags: logOf("hashtag"), pictures: logOf("phash") };
}

/** Numbers names in ascending order. */
function number(names: readonly string[]): { count: number; numbers: Int32Array } {
  const sorted = [...new Set(names)].sort();
  const positions = new Map(sorted.map((name, position) => [name, position]));
  return { count: sorted.length, numbers: Int32Array.from(names, (name) => positions.get(name) ?? -1) };
}

/** One way to find groups; `setting` tells the number that the method leaves open. */
export interface Grouping {
  setting?: { what: string; value: number };
  find(log: ActionLog): UserGroups;
}

/** The ways to find groups, by what they are called in the table: one, or one for each number that a published method leaves open. */
export function listGroupings(detections: readonly Detection[]): Record<string, readonly Grouping[]> {
  return {
    stillwatch: [{ find: (log) => linkActions(log, { detections, withNiches: false }).groups }],
    "CooRTweet's rule": [{ find: findCoSharers }],
    SynchroTrap: CUTS.map((similarityMin) => ({
      setting: { what: "similarity from which accounts are joined, the kindest", value: similarityMin },
      find: (log) => findSynchronousGroups(log, { ...SYNCHRONY, similarityMin }),
    })),
    FRAUDAR: BLOCKS.map((blocks) => ({
      setting: { what: "densest blocks taken, the kindest", value: blocks },
      find: (log) => findDenseBlocks(log, { blocks }).map(({ users }) => users),
    })),
  };
}

/** Accounts that shared the same thing within the window at least twice, joined. Source: Righetti, Balluff, CooRTweet, CRAN; Giglietto et al. 2020. */
export function findCoSharers(log: ActionLog): UserGroups {
  return joinPairs(
    log.userCount,
    listSimilarPairs(log, CO_SHARING).filter(({ matches }) => matches >= CO_SHARING.repeatsMin),
  );
}

/**
 * Groups accounts by the addresses they shared and asks two things that the grouping did not see. Do members of one group share the same pictures and
 * hashtags within a minute, too? And how many would still be grouped if each account had posted the same on other days? Of the numbers that a
 * published method leaves open the one counts with which its pairs agree best with the first. Ours leaves none open here, and is no
 * blind test either: its resolutions, and which of the clusters that overlap counts, were settled with this set at hand (docs/decisions/0011-lockstep-against-habits.md).
 */
export function measureGermanElections(dataFolder: string, detections: readonly Detection[]): CoordinationResult | null {
  const sharing = readGermanElections(dataFolder);
  if (!sharing) return null;
  const meetings = new Set(
    [sharing.hashtags, sharing.pictures].flatMap((log) => listSimilarPairs(log, CO_SHARING).map(({ a, b }) => a * sharing.accounts + b)),
  );
  const unseen = { meetings, accounts: sharing.accounts };
  const published = new Set(findCoSharers(sharing.urls).flatMap((group) => [...group]));
  const moved = moveByDays(sharing.urls);
  const methods = Object.entries(listGroupings(detections)).map(([method, groupings]) => {
    const { grouping, groups } = pickKindest(sharing.urls, { groupings, unseen });
    const accounts = countMembers(groups);
    const { inside, f1 } = compareInside(groups, unseen);
    const stillGrouped = countMembers(grouping.find(moved).filter(isGroup));
    const also = groups.reduce((sum, group) => sum + group.filter((account) => published.has(account)).length, 0);
    const figures: CoordinationFigure[] = [
      ...(grouping.setting ? [grouping.setting] : []),
      { what: "groups of three and more", value: groups.length },
      { what: "accounts in them", value: accounts },
      { what: "largest group", value: groups.reduce((most, { length }) => Math.max(most, length), 0) },
      { what: "pairs inside that share a picture or hashtag within a minute", value: inside },
      { what: "the same across groups", value: shareAcross(groups, unseen) },
      { what: "F1 of pairs inside against all that share a picture or hashtag within a minute", value: f1 },
      {
        what: "accounts still grouped when each is moved by days of its own, as a share",
        value: accounts === 0 ? 0 : stillGrouped / accounts,
      },
      { what: "share of its accounts that CooRTweet's rule groups too", value: accounts === 0 ? 0 : also / accounts },
    ];
    return { method, figures };
  });
  return {
    set: "german_elections_2021",
    source: "Righetti, Balluff, CooRTweet (CRAN), data german_elections",
    licence: "MIT",
    rows: sharing.rows,
    accounts: sharing.accounts,
    methods,
    cannotShow: [
      "No account is labelled: recall and precision cannot be told; what is told is whether groups agree with behaviour that the grouping did not see.",
      "Party offices and newsrooms post one thing to several accounts within seconds and are not fraud: coordinated does not mean malicious.",
    ],
  };
}

function countMembers(groups: UserGroups): number {
  return new Set(groups.flatMap((group) => [...group])).size;
}

/** Each account's posts on other days, at the same time of day: everything is kept but who acts with whom. */
export function moveByDays(log: ActionLog): ActionLog {
  const random = createRandom(1);
  const days = Int32Array.from({ length: log.userCount }, () => random.below(2 * SHIFT_DAYS) - SHIFT_DAYS);
  return { ...log, timesMs: log.timesMs.map((at, action) => at + days[log.users[action]] * DAY_MS) };
}

const isGroup = (group: Int32Array): boolean => group.length >= GROUP_MIN;

/** Behaviour that no grouping saw: pairs of accounts as `a * accounts + b`, a < b. */
interface UnseenMeetings {
  meetings: ReadonlySet<number>;
  accounts: number;
}

/** The grouping whose pairs agree best with what it did not see; the first of equals. */
export function pickKindest(
  log: ActionLog,
  { groupings, unseen }: { groupings: readonly Grouping[]; unseen: UnseenMeetings },
): { grouping: Grouping; groups: UserGroups } {
  const tried = groupings.map((grouping) => ({ grouping, groups: grouping.find(log).filter(isGroup) }));
  const rated = tried.map((each) => ({ each, f1: compareInside(each.groups, unseen).f1 }));
  return rated.reduce((best, next) => (next.f1 > best.f1 ? next : best)).each;
}

const meet = ({ meetings, accounts }: UnseenMeetings, a: number, b: number): boolean =>
  meetings.has(Math.min(a, b) * accounts + Math.max(a, b));

/** Of the pairs within groups, how many meet; and the F1 of these pairs against all that meet. */
function compareInside(groups: UserGroups, unseen: UnseenMeetings): { inside: number; f1: number } {
  let pairs = 0;
  let met = 0;
  for (const group of groups) {
    for (let i = 0; i < group.length; i++) {
      for (let j = i + 1; j < group.length; j++) {
        pairs += 1;
        if (meet(unseen, group[i], group[j])) met += 1;
      }
    }
  }
  return { inside: pairs === 0 ? 0 : met / pairs, f1: met === 0 ? 0 : (2 * met) / (pairs + unseen.meetings.size) };
}

/** The share of pairs drawn across groups that meet. */
function shareAcross(groups: UserGroups, unseen: UnseenMeetings): number {
  const members = groups.flatMap((group, index) => Array.from(group, (account) => ({ account, index })));
  const random = createRandom(2);
  let drawn = 0;
  let met = 0;
  for (let draw = 0; draw < ACROSS_PAIRS && members.length > 1; draw++) {
    const [a, b] = [members[random.below(members.length)], members[random.below(members.length)]];
    if (a.index === b.index || a.account === b.account) continue;
    drawn += 1;
    if (meet(unseen, a.account, b.account)) met += 1;
  }
  return drawn === 0 ? 0 : met / drawn;
}
