/** Candidate groups. */
import type { CandidateGroup, Population } from "../../vocabulary/fingerprint.js";

/** Which accounts carry a family, with how many requests. */
export interface Carriage {
  /** Carriers of family `f` stand at `offsets[f] … offsets[f + 1] - 1`, ascending. */
  offsets: Uint32Array;
  accounts: Uint32Array;
  requests: Uint32Array;
}

/** Turns requests → families into families → accounts. */
export function listCarriers(population: Population): Carriage {
  const { requests, requestOffsets, families } = population;
  const familyCount = families.ids.length;
  const offsets = new Uint32Array(familyCount + 1);
  for (let family = 0; family < familyCount; family++) offsets[family + 1] = offsets[family] + families.accounts[family];
  const accounts = new Uint32Array(offsets[familyCount]);
  const counts = new Uint32Array(offsets[familyCount]);
  const next = offsets.slice(0, familyCount);
  const lastAccount = new Int32Array(familyCount).fill(-1);
  for (let account = 0; account < population.accountIds.length; account++) {
    for (let row = requestOffsets[account]; row < requestOffsets[account + 1]; row++) {
      for (const family of [requests.systemFamily[row], requests.promptFamily[row]]) {
        if (family < 0) continue;
        if (lastAccount[family] !== account) {
          lastAccount[family] = account;
          accounts[next[family]] = account;
          next[family] += 1;
        }
        counts[next[family] - 1] += 1;
      }
    }
  }
  return { offsets, accounts, requests: counts };
}

/**
 * Collects the slice of the given accounts in the given families; accounts without a request in it are left out. Without families, as when a
 * log carries neither text nor settings, the slice is everything the accounts sent.
 */
export function buildGroup(population: Population, options: { accounts: Iterable<number>; families: Iterable<number> }): CandidateGroup {
  const families = Uint32Array.from(new Set(options.families)).sort();
  const isWanted = new Uint8Array(population.families.ids.length);
  for (const family of families) isWanted[family] = 1;
  const members: number[] = [];
  const sliceOffsets: number[] = [0];
  const slice: number[] = [];
  for (const account of Int32Array.from(new Set(options.accounts)).sort()) {
    for (let row = population.requestOffsets[account]; row < population.requestOffsets[account + 1]; row++) {
      const system = population.requests.systemFamily[row];
      const prompt = population.requests.promptFamily[row];
      if (families.length === 0 || (system >= 0 && isWanted[system]) || (prompt >= 0 && isWanted[prompt])) slice.push(row);
    }
    if (slice.length > sliceOffsets[sliceOffsets.length - 1]) {
      members.push(account);
      sliceOffsets.push(slice.length);
    }
  }
  return { members: Int32Array.from(members), families, sliceOffsets: Uint32Array.from(sliceOffsets), slice: Uint32Array.from(slice) };
}

/** Distinct parties among the members: how many claim to be strangers. */
export function countParties(population: Population, members: Iterable<number>): number {
  const parties = new Set<number>();
  for (const member of members) parties.add(population.parties[member]);
  return parties.size;
}

/** The group with only the members at these positions. */
export function restrictGroup(group: CandidateGroup, positions: readonly number[]): CandidateGroup {
  const slice: number[] = [];
  const sliceOffsets = [0];
  for (const position of positions) {
    for (let entry = group.sliceOffsets[position]; entry < group.sliceOffsets[position + 1]; entry++) slice.push(group.slice[entry]);
    sliceOffsets.push(slice.length);
  }
  return {
    members: Int32Array.from(positions, (position) => group.members[position]),
    families: group.families,
    sliceOffsets: Uint32Array.from(sliceOffsets),
    slice: Uint32Array.from(slice),
  };
}
