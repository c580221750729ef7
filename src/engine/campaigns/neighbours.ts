/** Neighbours: accounts that share a thing with others. */
import type { Population } from "../../vocabulary/fingerprint.js";

/** A thing on more accounts brings in strangers by the dozen. */
const NEIGHBOURS_MAX = 40;

/** The accounts and all open ones that share a thing with one of them, ascending. */
export function listNeighbours(
  { accountIds, addressesOf, addresses, instrumentsOf, instruments, isAllowlisted }: Population,
  linked: Int32Array,
): number[] {
  const isNeighbour = new Uint8Array(accountIds.length);
  for (const account of linked) isNeighbour[account] = 1;
  for (const [incidence, things] of [
    [addressesOf, addresses],
    [instrumentsOf, instruments],
  ] as const) {
    const isHeld = new Uint8Array(things.kinds.length);
    for (const account of linked)
      for (let entry = incidence.offsets[account]; entry < incidence.offsets[account + 1]; entry++)
        if (things.accounts[incidence.items[entry]] <= NEIGHBOURS_MAX) isHeld[incidence.items[entry]] = 1;
    for (let account = 0; account < accountIds.length; account++)
      for (let entry = incidence.offsets[account]; entry < incidence.offsets[account + 1]; entry++)
        if (isHeld[incidence.items[entry]] === 1) isNeighbour[account] = 1;
  }
  return [...isNeighbour.keys()].filter((account) => isNeighbour[account] === 1 && isAllowlisted[account] === 0);
}

/** Things that somebody pays for or answers for; a client's TLS fingerprint is none. */
export function isInstrument({ instruments }: Population, item: number): boolean {
  return instruments.kinds[item] === "payment" || instruments.kinds[item] === "email";
}
