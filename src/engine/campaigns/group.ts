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
  const { requestOffsets } = population;
  const { systemFamily, promptFamily } = population.requests;
  const accounts = Int32Array.from(new Set(options.accounts)).sort();
  // Room for the largest slice there can be: a list that grows costs several times as much.
  const slice = new Uint32Array(accounts.reduce((sum, account) => sum + requestOffsets[account + 1] - requestOffsets[account], 0));
  const members = new Int32Array(accounts.length);
  const sliceOffsets = new Uint32Array(accounts.length + 1);
  let count = 0;
  let size = 0;
  for (const account of accounts) {
    for (let row = requestOffsets[account]; row < requestOffsets[account + 1]; row++) {
      const system = systemFamily[row];
      const prompt = promptFamily[row];
      if (families.length === 0 || (system >= 0 && isWanted[system] === 1) || (prompt >= 0 && isWanted[prompt] === 1)) slice[size++] = row;
    }
    if (size === sliceOffsets[count]) continue;
    members[count++] = account;
    sliceOffsets[count] = size;
  }
  return { members: members.slice(0, count), families, sliceOffsets: sliceOffsets.slice(0, count + 1), slice: slice.slice(0, size) };
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
