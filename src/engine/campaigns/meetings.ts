/** Meetings: accounts that sent one family in the same hour. */
import type { Population } from "../../vocabulary/fingerprint.js";

/** Calls `visit` with the accounts that sent one family in the same hour, ascending, for families of two parties to `carriersMax` accounts. */
export function visitMeetings(
  population: Population,
  { carriersMax, visit }: { carriersMax: number; visit: (accounts: ArrayLike<number>) => void },
): void {
  const { requests, requestOffsets, families, hours } = population;
  const accountCount = population.accountIds.length;
  // One number for family, hour and account: sorting them brings together who met. Below 2^53 for a million of each and a year of hours.
  let keys = new Float64Array(1024);
  let count = 0;
  for (let account = 0; account < accountCount; account++) {
    for (let row = requestOffsets[account]; row < requestOffsets[account + 1]; row++) {
      for (const family of [requests.systemFamily[row], requests.promptFamily[row]]) {
        if (family < 0 || families.parties[family] < 2 || families.accounts[family] > carriersMax) continue;
        if (count === keys.length) {
          const grown = new Float64Array(2 * count);
          grown.set(keys);
          keys = grown;
        }
        keys[count++] = (family * hours.length + requests.hour[row]) * accountCount + account;
      }
    }
  }
  keys = keys.subarray(0, count).sort();
  let present: number[] = [];
  let meeting = -1;
  for (let position = 0; position <= count; position++) {
    const here = position === count ? -1 : Math.floor(keys[position] / accountCount);
    if (here !== meeting) {
      if (present.length >= 2) visit(present);
      present = [];
      meeting = here;
    }
    if (position === count) break;
    const account = keys[position] % accountCount;
    if (present[present.length - 1] !== account) present.push(account);
  }
}
