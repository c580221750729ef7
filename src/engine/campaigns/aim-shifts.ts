/** Moves of a campaign to another aim: what it asks for before and after a day, where the two differ beyond chance. */
import { wilsonInterval } from "../../statistics/intervals.js";
import type { Shift } from "../../vocabulary/campaign.js";
import { CAPABILITIES } from "../../vocabulary/feature.js";
import type { CandidateGroup, Population } from "../../vocabulary/fingerprint.js";

/** Requests on either side of a move: a share of fewer is noise. */
const SIDE_REQUESTS_MIN = 60;
/** A move by less is the drift of any long job: up to .21 over the campaigns of four tuning worlds, where the planned moves made .30 to .36. */
const MOVED_SHARE_MIN = 0.25;
/** Confidence of either share: of a few dozen cuts and fifteen aims, none should look like a move by chance. */
const CONFIDENCE = 0.999;
/** Cuts that are tried: twice a day over three weeks. */
const CUTS_MAX = 42;

/** The strongest move, if there is one: an aim that was taken up, and the one that gave way most. */
export function listAimShifts(group: CandidateGroup, { requests }: Population): Shift[] {
  const rows = Uint32Array.from(group.slice).sort((a, b) => requests.atMs[a] - requests.atMs[b] || a - b);
  const before = new Float64Array(CAPABILITIES.length);
  const after = new Float64Array(CAPABILITIES.length);
  for (const row of rows) after[requests.capability[row]] += 1;
  const step = Math.max(1, Math.ceil(rows.length / CUTS_MAX));
  let best: Shift | null = null;
  for (let cut = 0; cut < rows.length; cut++) {
    if (cut % step === 0 && cut >= SIDE_REQUESTS_MIN && rows.length - cut >= SIDE_REQUESTS_MIN) {
      const shift = compareAims(before, after, { at: requests.atMs[rows[cut]], cut, total: rows.length });
      if (shift && (!best || shift.share > best.share)) best = shift;
    }
    before[requests.capability[rows[cut]]] += 1;
    after[requests.capability[rows[cut]]] -= 1;
  }
  return best ? [best] : [];
}

function compareAims(
  before: Float64Array,
  after: Float64Array,
  { at, cut, total }: { at: number; cut: number; total: number },
): Shift | null {
  const gain = CAPABILITIES.map((_, aim) => after[aim] / (total - cut) - before[aim] / cut);
  const risen = gain.indexOf(Math.max(...gain));
  const fallen = gain.indexOf(Math.min(...gain));
  const low = wilsonInterval({ successes: after[risen], trials: total - cut, level: CONFIDENCE }).low;
  const high = wilsonInterval({ successes: before[risen], trials: cut, level: CONFIDENCE }).high;
  if (low - high < 0 || gain[risen] < MOVED_SHARE_MIN) return null;
  return { at: new Date(at).toISOString(), from: CAPABILITIES[fallen], to: CAPABILITIES[risen], share: Number(gain[risen].toFixed(4)) };
}
