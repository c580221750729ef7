/** Candidate groups. */
import type { CandidateGroup, Population } from "../../vocabulary/fingerprint.js";

/** Which accounts carry a family, with which requests. */
export interface Carriage {
  /** Carriers of family `f` stand at `offsets[f] … offsets[f + 1] - 1`, ascending. */
  offsets: Uint32Array;
  accounts: Uint32Array;
  requests: Uint32Array;
  /** Requests of family `f` stand at `rowOffsets[f] … rowOffsets[f + 1] - 1` of `rows`, ascending. */
  rowOffsets: Uint32Array;
  rows: Uint32Array;
  /** Families of account `a` stand at `familyOffsets[a] … familyOffsets[a + 1] - 1` of `families`, ascending. */
  familyOffsets: Uint32Array;
  families: Uint32Array;
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
  const { rowOffsets, rows } = listRows(population);
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
  return { offsets, accounts, requests: counts, rowOffsets, rows, ...listFamilies({ offsets, accounts }, population.accountIds.length) };
}

/** Requests → families into families → requests. */
function listRows({ requests, families }: Population): Pick<Carriage, "rowOffsets" | "rows"> {
  const { systemFamily, promptFamily } = requests;
  const rowOffsets = new Uint32Array(families.ids.length + 1);
  for (const column of [systemFamily, promptFamily])
    for (let row = 0; row < requests.count; row++) if (column[row] >= 0) rowOffsets[column[row] + 1] += 1;
  for (let family = 0; family < families.ids.length; family++) rowOffsets[family + 1] += rowOffsets[family];
  const rows = new Uint32Array(rowOffsets[families.ids.length]);
  const next = rowOffsets.slice(0, families.ids.length);
  for (let row = 0; row < requests.count; row++) {
    if (systemFamily[row] >= 0) rows[next[systemFamily[row]]++] = row;
    if (promptFamily[row] >= 0) rows[next[promptFamily[row]]++] = row;
  }
  return { rowOffsets, rows };
}

/** Families → accounts into accounts → families. */
function listFamilies(
  { offsets, accounts }: Pick<Carriage, "offsets" | "accounts">,
  accountCount: number,
): Pick<Carriage, "familyOffsets" | "families"> {
  const familyOffsets = new Uint32Array(accountCount + 1);
  for (const account of accounts) familyOffsets[account + 1] += 1;
  for (let account = 0; account < accountCount; account++) familyOffsets[account + 1] += familyOffsets[account];
  const families = new Uint32Array(accounts.length);
  const next = familyOffsets.slice(0, accountCount);
  for (let family = 0; family + 1 < offsets.length; family++)
    for (let entry = offsets[family]; entry < offsets[family + 1]; entry++) families[next[accounts[entry]]++] = family;
  return { familyOffsets, families };
}

/** All accounts that carry one of the families, ascending. */
export function listFamilyCarriers({ offsets, accounts }: Carriage, families: Uint32Array): Int32Array {
  return Int32Array.from(joinRanges(accounts, offsets, families));
}

/** The ranges of `values` that `keys` name, as one ascending list without repeats. Each range is such a list. */
function joinRanges(values: Uint32Array, offsets: Uint32Array, keys: Uint32Array): Uint32Array {
  if (keys.length === 1) return values.subarray(offsets[keys[0]], offsets[keys[0] + 1]);
  const joined = new Uint32Array(keys.reduce((sum, key) => sum + offsets[key + 1] - offsets[key], 0));
  let size = 0;
  for (const key of keys) {
    joined.set(values.subarray(offsets[key], offsets[key + 1]), size);
    size += offsets[key + 1] - offsets[key];
  }
  joined.sort();
  let kept = 0;
  for (let at = 0; at < size; at++) if (at === 0 || joined[at] !== joined[kept - 1]) joined[kept++] = joined[at];
  return joined.subarray(0, kept);
}

/** {@link buildGroup} of all that carry the families and that nothing protects. */
export function buildCarriers({ requestOffsets, isAllowlisted }: Population, carriage: Carriage, families: Uint32Array): CandidateGroup {
  const accounts = listFamilyCarriers(carriage, families);
  const rows = joinRanges(carriage.rows, carriage.rowOffsets, families);
  const members = new Int32Array(accounts.length);
  const sliceOffsets = new Uint32Array(accounts.length + 1);
  const slice = new Uint32Array(rows.length);
  let count = 0;
  let size = 0;
  let at = 0;
  for (const account of accounts) {
    const end = requestOffsets[account + 1];
    const isOpen = isAllowlisted[account] === 0;
    for (; at < rows.length && rows[at] < end; at++) if (isOpen) slice[size++] = rows[at];
    if (!isOpen) continue;
    members[count++] = account;
    sliceOffsets[count] = size;
  }
  return {
    members: members.slice(0, count),
    families: families.slice().sort(),
    sliceOffsets: sliceOffsets.slice(0, count + 1),
    slice: slice.slice(0, size),
  };
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
