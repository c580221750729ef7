/**
 * Which scaffold members choose, given that they are at work: do two that work in the same hour work on the same one more often than their own mixes
 * say? Whether they work at the same time does not matter here.
 */
import { visitSlice, type CandidateGroup, type Population } from "../../sdk/index.js";

const DAY_HOURS = 24;
/** Weight of the group's whole mix in its mix of one day, in account-hours: a day with fewer says nothing about a trend. */
const DAY_MIX_PRIOR_HOURS = 10;

/** Scaffolds by hour and party; a party is one chooser however many accounts it has. */
export interface Choices {
  /** Hour → party → distinct families. */
  byHour: ReadonlyMap<number, ReadonlyMap<number, ReadonlySet<number>>>;
}

/** Lists what the members of a group chose in each hour, of the group's families. */
export function listChoices(group: CandidateGroup, { requests, parties }: Population): Choices {
  const wanted = new Set(group.families);
  const byHour = new Map<number, Map<number, Set<number>>>();
  visitSlice(group, (row, member) => {
    const party = parties[group.members[member]];
    const hour = requests.hour[row];
    for (const family of [requests.systemFamily[row], requests.promptFamily[row]]) {
      if (!wanted.has(family)) continue;
      let ofHour = byHour.get(hour);
      if (!ofHour) byHour.set(hour, (ofHour = new Map()));
      const chosen = ofHour.get(party);
      if (chosen) chosen.add(family);
      else ofHour.set(party, new Set([family]));
    }
  });
  return { byHour };
}

/**
 * Pairs of parties with the same scaffold in the same hour: how many, and how many if each drew from its own mix, tilted by what the whole group
 * does on that day. Both sums run over the hours in which the two are at work anyway.
 */
export function compareChoices({ byHour }: Choices): { observed: number; expected: number } {
  const mixes = learnMixes(byHour);
  let observed = 0;
  let expected = 0;
  for (const [hour, ofHour] of byHour) {
    if (ofHour.size < 2) continue;
    const counts = new Map<number, number>();
    for (const chosen of ofHour.values()) for (const family of chosen) counts.set(family, (counts.get(family) ?? 0) + 1);
    for (const count of counts.values()) observed += (count * (count - 1)) / 2;
    const sums = new Map<number, number>();
    let squares = 0;
    for (const party of ofHour.keys()) {
      for (const [family, share] of mixes.sharesOf(party)) {
        const chance = Math.min(1, share * mixes.tiltOf(family, Math.floor(hour / DAY_HOURS)));
        sums.set(family, (sums.get(family) ?? 0) + chance);
        squares += chance * chance;
      }
    }
    let ordered = -squares;
    for (const sum of sums.values()) ordered += sum * sum;
    expected += Math.max(0, ordered / 2);
  }
  return { observed, expected };
}

interface Mixes {
  /** Share of the party's hours at work in which it used each family; they add up to one or more. */
  sharesOf(party: number): ReadonlyMap<number, number>;
  /** How much more than usual the whole group uses the family on a day. */
  tiltOf(family: number, day: number): number;
}

function learnMixes(byHour: Choices["byHour"]): Mixes {
  const atWork = new Map<number, number>();
  const uses = new Map<number, Map<number, number>>();
  const ofDay = new Map<number, Map<number, number>>();
  const ofGroup = new Map<number, number>();
  const countIn = (table: Map<number, Map<number, number>>, row: number, column: number): void => {
    let counts = table.get(row);
    if (!counts) table.set(row, (counts = new Map()));
    counts.set(column, (counts.get(column) ?? 0) + 1);
  };
  for (const [hour, ofHour] of byHour) {
    for (const [party, chosen] of ofHour) {
      atWork.set(party, (atWork.get(party) ?? 0) + 1);
      for (const family of chosen) {
        countIn(uses, party, family);
        countIn(ofDay, Math.floor(hour / DAY_HOURS), family);
        ofGroup.set(family, (ofGroup.get(family) ?? 0) + 1);
      }
    }
  }
  const total = sumValues(ofGroup);
  const shares = new Map(
    [...uses].map(([party, counts]) => [
      party,
      new Map([...counts].map(([family, count]) => [family, count / (atWork.get(party) ?? 1)] as const)),
    ]),
  );
  const dayTotals = new Map([...ofDay].map(([day, counts]) => [day, sumValues(counts)]));
  return {
    sharesOf: (party) => shares.get(party) ?? new Map(),
    tiltOf(family, day) {
      const usual = (ofGroup.get(family) ?? 0) / total;
      const today = ((ofDay.get(day)?.get(family) ?? 0) + DAY_MIX_PRIOR_HOURS * usual) / ((dayTotals.get(day) ?? 0) + DAY_MIX_PRIOR_HOURS);
      return usual === 0 ? 1 : today / usual;
    },
  };
}

function sumValues(counts: ReadonlyMap<number, number>): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}
