/**
 * The rest of a session in which a harvest happens. The turns of an agent carry no scaffold of their own: what ties them is one account, one
 * system prompt, one model and one address, minutes apart.
 */
import type { CandidateGroup, Population } from "../../vocabulary/fingerprint.js";

/** An agent's turns follow each other within this; the longest pause that people make within one session is about ten minutes. */
const PAUSE_MS_MAX = 600_000;

/** The group with the turns of its sessions that nothing says are somebody else's work: those without a prompt family of their own. */
export function addSessions(population: Population, group: CandidateGroup): CandidateGroup {
  const slice: number[] = [];
  const sliceOffsets = [0];
  group.members.forEach((account, member) => {
    const known = group.slice.subarray(group.sliceOffsets[member], group.sliceOffsets[member + 1]);
    for (const row of [...known, ...findTurns(population, { account, known })].sort((a, b) => a - b)) slice.push(row);
    sliceOffsets.push(slice.length);
  });
  return { ...group, sliceOffsets: Uint32Array.from(sliceOffsets), slice: Uint32Array.from(slice) };
}

/** Requests of an account that continue, or lead up to, one in the slice. */
function findTurns(population: Population, { account, known }: { account: number; known: Uint32Array }): number[] {
  const { requests, requestOffsets } = population;
  const isKnown = new Set(known);
  const found: number[] = [];
  // One session at a time of every system prompt, model and address: its last request, whether it holds a harvest, and turns that wait for one.
  const sessions = new Map<string, { atMs: number; isHarvest: boolean; waiting: number[] }>();
  for (let row = requestOffsets[account]; row < requestOffsets[account + 1]; row++) {
    if (requests.systemFamily[row] < 0) continue;
    const isTurn = requests.promptFamily[row] < 0;
    if (!isTurn && !isKnown.has(row)) continue;
    const key = `${requests.systemFamily[row]} ${requests.model[row]} ${requests.address[row]}`;
    const last = sessions.get(key);
    const isSame = last !== undefined && requests.atMs[row] - last.atMs <= PAUSE_MS_MAX;
    const session = isSame ? last : { atMs: 0, isHarvest: false, waiting: [] };
    sessions.set(key, session);
    session.atMs = requests.atMs[row];
    if (isKnown.has(row)) {
      session.isHarvest = true;
      found.push(...session.waiting.splice(0));
    } else if (session.isHarvest) found.push(row);
    else session.waiting.push(row);
  }
  return found;
}
