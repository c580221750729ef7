/**
 * Which scaffold members choose, given that they are at work: do two that work in the same hour work on the same one more often than their own mixes
 * say? Whether they work at the same time does not matter here.
 */
import type { CandidateGroup, Population } from "../../sdk/index.js";

const DAY_HOURS = 24;
/** Weight of the group's whole mix in its mix of one day, in account-hours: a day with fewer says nothing about a trend. */
const DAY_MIX_PRIOR_HOURS = 10;

/** What the members of a group chose in each hour; parties and families by their place in the group, a party is one chooser however many accounts it has. */
export interface Choices {
  /** Distinct (hour times parties plus party) times families plus family, ascending. */
  keys: Float64Array;
  parties: number;
  families: number;
}

/** Lists what the members of a group chose in each hour, of the group's families. */
export function listChoices(group: CandidateGroup, { requests, parties, families }: Population): Choices {
  const placeOfFamily = borrowPlaces(families.ids, families.ids.length);
  const placeOfParty = new Map<number, number>();
  group.families.forEach((family, place) => {
    placeOfFamily[family] = place + 1;
  });
  for (const account of group.members) if (!placeOfParty.has(parties[account])) placeOfParty.set(parties[account], placeOfParty.size);
  const keys = new Float64Array(2 * group.slice.length);
  let count = 0;
  for (let member = 0; member < group.members.length; member++) {
    const party = placeOfParty.get(parties[group.members[member]]) ?? 0;
    for (let entry = group.sliceOffsets[member]; entry < group.sliceOffsets[member + 1]; entry++) {
      const row = group.slice[entry];
      const start = (requests.hour[row] * placeOfParty.size + party) * group.families.length;
      const system = requests.systemFamily[row] < 0 ? 0 : placeOfFamily[requests.systemFamily[row]];
      const prompt = requests.promptFamily[row] < 0 ? 0 : placeOfFamily[requests.promptFamily[row]];
      if (system > 0) keys[count++] = start + system - 1;
      if (prompt > 0) keys[count++] = start + prompt - 1;
    }
  }
  for (const family of group.families) placeOfFamily[family] = 0;
  return {
    keys: keys
      .subarray(0, count)
      .sort()
      .filter((key, at, sorted) => at === 0 || key !== sorted[at - 1]),
    parties: placeOfParty.size,
    families: group.families.length,
  };
}

/** One more than a family's place in the group at hand, 0 for others. Lent to one call after the other, all 0: a thousand groups are looked at. */
const placesOf = new WeakMap<object, Uint32Array>();

function borrowPlaces(owner: object, count: number): Uint32Array {
  let places = placesOf.get(owner);
  if (places === undefined) placesOf.set(owner, (places = new Uint32Array(count)));
  return places;
}

/**
 * Pairs of parties with the same scaffold in the same hour: how many, and how many if each drew from its own mix, tilted by what the whole group
 * does on that day. Both sums run over the hours in which the two are at work anyway.
 */
export function compareChoices(choices: Choices): { observed: number; expected: number } {
  const { families } = choices;
  const mixes = learnMixes(choices);
  const counts = new Uint32Array(families);
  const sums = new Float64Array(families);
  let observed = 0;
  let expected = 0;
  visitHours(choices, ({ hour, atWork, partyCount, chosen, choiceCount }) => {
    if (partyCount < 2) return;
    for (let choice = 0; choice < choiceCount; choice++) observed += counts[chosen[choice]]++;
    for (let choice = 0; choice < choiceCount; choice++) counts[chosen[choice]] = 0;
    const tilts = Math.floor(hour / DAY_HOURS) * families;
    let squares = 0;
    for (let place = 0; place < partyCount; place++) {
      const party = atWork[place];
      for (let entry = mixes.offsets[party]; entry < mixes.offsets[party + 1]; entry++) {
        const family = mixes.families[entry];
        const chance = Math.min(1, mixes.shares[entry] * mixes.tilts[tilts + family]);
        sums[family] += chance;
        squares += chance * chance;
      }
    }
    let ordered = -squares;
    for (let family = 0; family < families; family++) ordered += sums[family] * sums[family];
    sums.fill(0);
    expected += Math.max(0, ordered / 2);
  });
  return { observed, expected };
}

/** One hour with somebody at work. The lists are lent until the next hour; what stands behind the counts is of another. */
interface HourOfWork {
  hour: number;
  /** Parties at work, ascending. */
  atWork: Uint32Array;
  partyCount: number;
  /** What each of them chose, one after the other. */
  chosen: Uint32Array;
  choiceCount: number;
}

function visitHours({ keys, parties, families }: Choices, visit: (hour: HourOfWork) => void): void {
  const lent: HourOfWork = {
    hour: -1,
    atWork: new Uint32Array(Math.min(keys.length, parties)),
    partyCount: 0,
    chosen: new Uint32Array(keys.length),
    choiceCount: 0,
  };
  for (const key of keys) {
    const shift = Math.floor(key / families);
    const here = Math.floor(shift / parties);
    if (here !== lent.hour) {
      if (lent.hour >= 0) visit(lent);
      lent.hour = here;
      lent.partyCount = 0;
      lent.choiceCount = 0;
    }
    const party = shift - here * parties;
    if (lent.partyCount === 0 || lent.atWork[lent.partyCount - 1] !== party) lent.atWork[lent.partyCount++] = party;
    lent.chosen[lent.choiceCount++] = key - shift * families;
  }
  if (lent.hour >= 0) visit(lent);
}

interface Mixes {
  /** Families of party `p` stand at `offsets[p] … offsets[p + 1] - 1`, each with the share of the party's hours at work in which it used it. */
  offsets: Uint32Array;
  families: Uint32Array;
  shares: Float64Array;
  /** How much more than usual the whole group uses a family on a day, days after each other. */
  tilts: Float64Array;
}

function learnMixes(choices: Choices): Mixes {
  const { keys, parties, families } = choices;
  const lastHour = keys.length === 0 ? 0 : Math.floor(keys[keys.length - 1] / families / parties);
  const days = Math.floor(lastHour / DAY_HOURS) + 1;
  const hoursAtWork = new Uint32Array(parties);
  const ofDay = new Float64Array(days * families);
  visitHours(choices, ({ hour, atWork, partyCount, chosen, choiceCount }) => {
    for (let place = 0; place < partyCount; place++) hoursAtWork[atWork[place]] += 1;
    const day = Math.floor(hour / DAY_HOURS) * families;
    for (let choice = 0; choice < choiceCount; choice++) ofDay[day + chosen[choice]] += 1;
  });
  return { ...learnShares(choices, hoursAtWork), tilts: learnTilts(ofDay, { days, families }) };
}

function learnShares({ keys, parties, families }: Choices, hoursAtWork: Uint32Array): Omit<Mixes, "tilts"> {
  const uses = keys.map((key) => key % (parties * families)).sort();
  const mixes = { offsets: new Uint32Array(parties + 1), families: new Uint32Array(uses.length), shares: new Float64Array(uses.length) };
  let size = 0;
  for (let at = 0; at < uses.length; ) {
    let end = at + 1;
    while (end < uses.length && uses[end] === uses[at]) end += 1;
    const party = Math.floor(uses[at] / families);
    mixes.families[size] = uses[at] - party * families;
    mixes.shares[size++] = (end - at) / hoursAtWork[party];
    mixes.offsets[party + 1] = size;
    at = end;
  }
  for (let party = 0; party < parties; party++) mixes.offsets[party + 1] = Math.max(mixes.offsets[party], mixes.offsets[party + 1]);
  return mixes;
}

function learnTilts(ofDay: Float64Array, { days, families }: { days: number; families: number }): Float64Array {
  const ofGroup = new Float64Array(families);
  ofDay.forEach((count, at) => {
    ofGroup[at % families] += count;
  });
  const total = ofGroup.reduce((sum, count) => sum + count, 0);
  const tilts = new Float64Array(days * families).fill(1);
  for (let day = 0; day < days; day++) {
    const here = ofDay.subarray(day * families, (day + 1) * families);
    const ofToday = here.reduce((sum, count) => sum + count, 0);
    here.forEach((count, family) => {
      const usual = ofGroup[family] / total;
      if (usual > 0) tilts[day * families + family] = (count + DAY_MIX_PRIOR_HOURS * usual) / (ofToday + DAY_MIX_PRIOR_HOURS) / usual;
    });
  }
  return tilts;
}
