/**
 * Accounts tied to a campaign that links alone hold together: clusters of links are torn where the links are thin, and their edges are lost. In a log
 * without text nothing else tells who belongs to it.
 */
import type { Incidence, Population, SharedThings } from "../../vocabulary/fingerprint.js";
import { isInstrument } from "./neighbours.js";

/** A card or address on more accounts is a reseller's or a provider's. */
const THING_ACCOUNTS_MAX = 40;
/**
 * Addresses shared with the campaign from which an account is of it; one payment instrument or e-mail is enough. In three tuning worlds without text 47 accounts had
 * as much and all were of pools; of those that shared a single address every fourth was innocent.
 */
const ADDRESSES_MIN = 2;
/** Rounds in which those who were added tie others in turn; a second one adds a tenth of the first. */
const ROUNDS = 2;

/** Open accounts that are tied to the members, ascending; `isTaken` tells those that are in a campaign. */
export function listTiedAccounts(
  population: Population,
  { members, isTaken }: { members: Iterable<number>; isTaken: (account: number) => boolean },
): number[] {
  const { accountIds, isAllowlisted, requestOffsets } = population;
  const known = new Set(members);
  const tied: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const instruments = listThings(population.instrumentsOf, { things: population.instruments, accounts: known });
    const addresses = listThings(population.addressesOf, { things: population.addresses, accounts: known });
    const added: number[] = [];
    for (let account = 0; account < accountIds.length; account++) {
      if (known.has(account) || isTaken(account) || isAllowlisted[account] === 1) continue;
      if (requestOffsets[account + 1] === requestOffsets[account]) continue;
      const sharesInstrument =
        countShared(population.instrumentsOf, { account, things: instruments, isCounted: (item) => isInstrument(population, item) }) > 0;
      if (sharesInstrument || countShared(population.addressesOf, { account, things: addresses }) >= ADDRESSES_MIN) added.push(account);
    }
    if (added.length === 0) break;
    for (const account of added) known.add(account);
    tied.push(...added);
  }
  return tied.sort((a, b) => a - b);
}

/** Things of the accounts that not too many others have. */
function listThings(
  { offsets, items }: Incidence,
  { things, accounts }: { things: SharedThings; accounts: Iterable<number> },
): Set<number> {
  const held = new Set<number>();
  for (const account of accounts)
    for (let entry = offsets[account]; entry < offsets[account + 1]; entry++)
      if (things.accounts[items[entry]] <= THING_ACCOUNTS_MAX) held.add(items[entry]);
  return held;
}

function countShared(
  { offsets, items }: Incidence,
  { account, things, isCounted = () => true }: { account: number; things: ReadonlySet<number>; isCounted?: (item: number) => boolean },
): number {
  let shared = 0;
  for (let entry = offsets[account]; entry < offsets[account + 1]; entry++)
    if (things.has(items[entry]) && isCounted(items[entry])) shared += 1;
  return shared;
}

/** Registrations of one burst lie within this. */
const BURST_MS = 4 * 86_400_000;

/**
 * Members that share an instrument and an address with members of other parties and were registered when most were. A class or a hackathon that family
 * cards bring together with strangers shares all three kinds too, and has hardly anybody who shares all three.
 */
export function countTiedByAll({ members }: { members: Int32Array }, population: Population): number {
  const payers = listSharers(population, {
    members,
    incidence: population.instrumentsOf,
    isCounted: (item) => isInstrument(population, item),
  });
  const neighbours = listSharers(population, {
    members,
    incidence: population.addressesOf,
    isCounted: (item) => population.addresses.accounts[item] <= THING_ACCOUNTS_MAX,
  });
  const burstFromMs = findBurst(Float64Array.from(members, (account) => population.createdAtMs[account]));
  const isOfBurst = (account: number): boolean =>
    population.createdAtMs[account] >= burstFromMs && population.createdAtMs[account] <= burstFromMs + BURST_MS;
  return members.reduce((sum, account) => sum + (payers.has(account) && neighbours.has(account) && isOfBurst(account) ? 1 : 0), 0);
}

/** Members that share a thing with a member of another party. */
function listSharers(
  { parties }: Population,
  { members, incidence, isCounted }: { members: Int32Array; incidence: Incidence; isCounted: (item: number) => boolean },
): Set<number> {
  const carriers = new Map<number, number[]>();
  for (const account of members) {
    for (let entry = incidence.offsets[account]; entry < incidence.offsets[account + 1]; entry++) {
      const item = incidence.items[entry];
      if (!isCounted(item)) continue;
      const known = carriers.get(item);
      if (known) known.push(account);
      else carriers.set(item, [account]);
    }
  }
  const sharers = new Set<number>();
  for (const accounts of carriers.values())
    if (accounts.some((account) => parties[account] !== parties[accounts[0]])) for (const account of accounts) sharers.add(account);
  return sharers;
}

/** Start of the span of a burst's length in which most were registered; NaN where nothing is known. */
function findBurst(createdAtMs: Float64Array): number {
  const sorted = createdAtMs.filter((at) => !Number.isNaN(at)).sort();
  let best = Number.NaN;
  let most = 0;
  let last = 0;
  sorted.forEach((at, first) => {
    while (last < sorted.length && sorted[last] <= at + BURST_MS) last += 1;
    if (last - first > most) {
      most = last - first;
      best = at;
    }
  });
  return best;
}
