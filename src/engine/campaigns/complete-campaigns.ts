/** Campaigns with all that is theirs: what they were tested with is the part by which they were found. */
import type { CandidateSource } from "./candidates.js";
import { completeMembers } from "./complete-members.js";
import type { TrackedCampaign } from "./naming.js";
import { leaveOthersWork } from "./others-work.js";
import { addOwnWork } from "./own-work.js";
import { completeSlices } from "./slice.js";
import { addTiedMembers } from "./tied-members.js";

/**
 * Completes campaigns: their scaffolds, then their accounts by these, by regular work and by what they share. Who comes in by a card or an address was given scaffolds that
 * nobody of the campaign had before, where each account has one; so scaffolds are asked once more when such accounts came in, and regular work in them after that. Last,
 * members who turn out to have only what strangers have, too, are watched.
 */
export function completeCampaigns(campaigns: readonly TrackedCampaign[], source: CandidateSource): TrackedCampaign[] {
  const worked = addOwnWork(completeMembers(completeSlices(campaigns, source), source), source);
  const tied = addTiedMembers(worked, source);
  const isUnchanged = tied.every((campaign, position) => campaign === worked[position]);
  return leaveOthersWork(isUnchanged ? tied : addOwnWork(completeSlices(tied, source, { onlyAdds: true }), source), source);
}
