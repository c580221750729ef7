/** Neighbours: accounts that share a thing with others. */
import type { Incidence, Population, SharedThings } from "../../vocabulary/fingerprint.js";

/** A thing on more accounts brings in strangers by the dozen. */
const NEIGHBOURS_MAX = 40;

/** The accounts and all open ones that share a thing with one of them, ascending. */
export function listNeighbours(
  { addressesOf, addresses, instrumentsOf, instruments, isAllowlisted }: Population,
  linked: Int32Array,
): number[] {
  const neighbours = new Set<number>(linked);
  for (const [incidence, things] of [
    [addressesOf, addresses],
    [instrumentsOf, instruments],
  ] as const) {
    const holders = listHolders(incidence, things);
    for (const account of linked)
      for (let entry = incidence.offsets[account]; entry < incidence.offsets[account + 1]; entry++)
        for (const holder of holders[incidence.items[entry]] ?? []) neighbours.add(holder);
  }
  return Array.from(Int32Array.from(neighbours).sort()).filter((account) => isAllowlisted[account] === 0);
}

const holdersOf = new WeakMap<Incidence, (number[] | undefined)[]>();

/** The accounts that hold each thing, of things that are not on too many; listed once, because every cluster of a log without text asks. */
function listHolders(incidence: Incidence, things: SharedThings): (number[] | undefined)[] {
  const known = holdersOf.get(incidence);
  if (known !== undefined) return known;
  const holders: (number[] | undefined)[] = new Array(things.kinds.length);
  for (let account = 0; account + 1 < incidence.offsets.length; account++)
    for (let entry = incidence.offsets[account]; entry < incidence.offsets[account + 1]; entry++) {
      const item = incidence.items[entry];
      if (things.accounts[item] <= NEIGHBOURS_MAX) (holders[item] ??= []).push(account);
    }
  holdersOf.set(incidence, holders);
  return holders;
}

/** Things that somebody pays for or answers for; a client's TLS fingerprint is none. */
export function isInstrument({ instruments }: Population, item: number): boolean {
  return instruments.kinds[item] === "payment" || instruments.kinds[item] === "email";
}
