/** When are a successor pool and a move to a new release told? The log is cut behind the event, and its beginning analysed as if the rest had not happened. */
import type { Campaign } from "../vocabulary/campaign.js";
import type { MilestoneTold } from "./evaluation.js";
import { inspectReported, labelAccount, readAccounts } from "./labelled-accounts.js";
import type { ScoredAccountLine } from "./read-score-input.js";
import type { Lines, TruthOfAccount } from "./score.js";
import type { ExchangeTimes } from "./time-to-find.js";

/** What `world.json` says of a group, as far as events follow from it. */
export interface WorldGroup {
  id: string;
  successor_of?: string;
  shift?: { to: string; released_at?: string | undefined };
}

/** An event, and the moments at which to look whether it is told. */
export interface Milestone extends Pick<MilestoneTold, "kind" | "campaign" | "of" | "unit"> {
  cuts: { atMs: number; after: number }[];
}

/** Looks at one event, at most: the first half of what the target allows, all of it, and twice as much, to tell late from never. */
export const MILESTONE_CUTS = 3;
/** The target for successors, in exchanges of their work. */
export const SUCCESSOR_EXCHANGES_MAX = 500;
/** The target for moves, in hours from the release. */
export const SHIFT_HOURS_MAX = 6;

const HOUR_MS = 3_600_000;
const LOOKS: readonly number[] = [0.5, 1, 2];

/** The events of a world. A successor counts its own exchanges, because how many others a log holds between two of them says nothing of the detection. */
export function readMilestones(groups: readonly WorldGroup[], times: ExchangeTimes): Milestone[] {
  return groups.flatMap((group): Milestone[] => {
    const exchanges = times.get(group.id) ?? [];
    if (exchanges.length === 0) return [];
    const milestones: Milestone[] = [];
    if (group.successor_of !== undefined) {
      const counts = LOOKS.map((part) => Math.min(exchanges.length, part * SUCCESSOR_EXCHANGES_MAX));
      const cuts = [...new Set(counts)].map((after) => ({ atMs: exchanges[after - 1], after }));
      milestones.push({ kind: "successor", campaign: group.id, of: group.successor_of, unit: "exchanges", cuts });
    }
    if (group.shift?.released_at !== undefined) {
      const releasedAtMs = Date.parse(group.shift.released_at);
      const cuts = LOOKS.map((part) => ({ atMs: releasedAtMs + part * SHIFT_HOURS_MAX * HOUR_MS, after: part * SHIFT_HOURS_MAX }));
      milestones.push({ kind: "release_shift", campaign: group.id, of: group.shift.to, unit: "hours", cuts });
    }
    return milestones;
  });
}

/** What one report says of one event. */
export interface MilestoneSight {
  isFound: boolean;
  isTold: boolean;
  othersTold: string[];
}

interface CutReport {
  campaigns: readonly Pick<Campaign, "id" | "successor_of" | "shifts">[];
  accounts: Lines<ScoredAccountLine>;
  truth: readonly TruthOfAccount[];
}

/** Looks for every event in a report, in their order. */
export async function seeMilestones(
  milestones: readonly Milestone[],
  { campaigns, accounts, truth }: CutReport,
): Promise<MilestoneSight[]> {
  const table = await readAccounts(accounts);
  for (const line of truth) labelAccount(table, line, "truth");
  const trueOf = new Map(
    inspectReported(table).flatMap(({ id, mostly }) => (mostly === -1 ? [] : [[id, table.campaigns.list[mostly]] as const])),
  );
  return milestones.map(({ kind, campaign, of }) => {
    const own = campaigns.filter(({ id }) => trueOf.get(id) === campaign);
    const movesThere = ({ shifts }: Pick<Campaign, "shifts">): boolean => shifts.some(({ to }) => to === of);
    const isTold =
      kind === "successor"
        ? own.some(({ successor_of: ancestor }) => ancestor !== null && trueOf.get(ancestor) === of)
        : own.some((each) => movesThere(each));
    const others = kind === "release_shift" ? campaigns.filter((each) => !own.includes(each) && movesThere(each)) : [];
    return { isFound: own.length > 0, isTold, othersTold: [...new Set(others.map(({ id }) => trueOf.get(id) ?? "nobody's"))].sort() };
  });
}

/** Puts the cuts' answers together; `sights` holds them cut by cut, in the order of the events, and ends where nothing was missing any more. */
export function describeMilestones(
  milestones: readonly Milestone[],
  { cuts, sights }: { cuts: readonly number[]; sights: readonly (readonly MilestoneSight[])[] },
): MilestoneTold[] {
  return milestones.map((milestone, position) => {
    const { kind, campaign, of, unit } = milestone;
    const seen = milestone.cuts.flatMap(({ atMs, after }) => {
      const sight = sights[cuts.indexOf(atMs)]?.[position];
      return sight === undefined ? [] : [{ after, sight }];
    });
    const told = seen.find(({ sight }) => sight.isTold);
    return {
      kind,
      campaign,
      of,
      unit,
      found_at: seen.find(({ sight }) => sight.isFound)?.after ?? null,
      told_at: told?.after ?? null,
      missed_at: seen.filter(({ sight, after }) => !sight.isTold && after < (told?.after ?? Infinity)).at(-1)?.after ?? 0,
      others_told: (told ?? seen.at(-1))?.sight.othersTold ?? [],
    };
  });
}
