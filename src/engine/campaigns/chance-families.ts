/**
 * Families that accounts have in common by chance. Two of sixteen accounts carry one of a thousand rare phrases together when nine tenths of what they
 * send is somebody's; a work load that grows by such phrases brings in whoever else carries them.
 */
import { logBinomialAtLeast } from "../../statistics/tails.js";
import type { CandidateSource } from "./candidates.js";

/** Families of as many carriers that so many of the accounts would carry by chance: one in four of those that pass may be one. */
const CHANCE_FAMILIES_MAX = 0.25;

type Carriage = CandidateSource["carriage"];

const countsOf = new WeakMap<Carriage, Map<number, number>>();

/** How many families have so many carriers. */
function countFamilies(carriage: Carriage): Map<number, number> {
  const known = countsOf.get(carriage);
  if (known !== undefined) return known;
  const counts = new Map<number, number>();
  for (let family = 0; family + 1 < carriage.offsets.length; family++) {
    const carriers = carriage.offsets[family + 1] - carriage.offsets[family];
    counts.set(carriers, (counts.get(carriers) ?? 0) + 1);
  }
  countsOf.set(carriage, counts);
  return counts;
}

/** Of the families those of which more of the accounts are carriers than chance explains, given how many families they carry. */
export function leaveChance(
  { carriage }: Pick<CandidateSource, "carriage">,
  { members, families }: { members: Iterable<number>; families: Uint32Array },
): Uint32Array {
  const { offsets, accounts, familyOffsets } = carriage;
  const isMember = new Set(members);
  let carried = 0;
  for (const account of isMember) carried += familyOffsets[account + 1] - familyOffsets[account];
  const chance = carried / Math.max(1, accounts.length);
  const counts = countFamilies(carriage);
  return families.filter((family) => {
    const carriers = offsets[family + 1] - offsets[family];
    let held = 0;
    for (let entry = offsets[family]; entry < offsets[family + 1]; entry++) if (isMember.has(accounts[entry])) held += 1;
    const expected = (counts.get(carriers) ?? 1) * Math.exp(logBinomialAtLeast(held, { trials: carriers, probability: chance }));
    return expected <= CHANCE_FAMILIES_MAX;
  });
}
