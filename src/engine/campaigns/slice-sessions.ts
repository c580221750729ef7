/**
 * The rest of a session in which a harvest happens. The turns of an agent carry no scaffold of their own: what ties them is one account, one
 * system prompt, one model and one address, minutes apart.
 */
import type { CandidateGroup, Population } from "../../vocabulary/fingerprint.js";
import type { CandidateSource } from "./candidates.js";
import { listFamilyCarriers } from "./group.js";

/** An agent's turns follow each other within this; the longest pause that people make within one session is about ten minutes. */
const PAUSE_MS_MAX = 600_000;
/**
 * A session ends after this, however it goes on: nobody supervises an agent longer at a stretch than half a working day, and what never pauses is a service.
 * Under a system prompt that most others carry too, it says less whose work it is, and only what is near counts: in five
 * tuning worlds with campaigns such turns were one to four hundredths of the slices, and as often right as the rest.
 */
const SESSION_MS_MAX = { own: 4 * 3_600_000, public: 3_600_000 };
/** Share of a system prompt's carriers that are of the campaign from which it is the campaign's own. */
const SYSTEM_MEMBERS_SHARE_MIN = 0.5;

/** Models are numbered with 16 bits. */
const MODELS_MAX = 1 << 16;

/** A session up to its last request. */
interface Session {
  fromMs: number;
  atMs: number;
  isHarvest: boolean;
  /** Turns that are of the harvest if one comes. */
  waiting: number[];
}

/** The group with the turns of its sessions that nothing says are somebody else's work: those without a prompt family of their own. */
export function addSessions(
  { population, carriage }: Pick<CandidateSource, "population" | "carriage">,
  group: CandidateGroup,
): CandidateGroup {
  const members = new Set(group.members);
  const lasts = new Map<number, number>();
  const lastsMs = (system: number): number => {
    let most = lasts.get(system);
    if (most === undefined) {
      const carriers = listFamilyCarriers(carriage, Uint32Array.of(system));
      const isOwn = carriers.filter((account) => members.has(account)).length >= SYSTEM_MEMBERS_SHARE_MIN * carriers.length;
      lasts.set(system, (most = isOwn ? SESSION_MS_MAX.own : SESSION_MS_MAX.public));
    }
    return most;
  };
  const slice: number[] = [];
  const sliceOffsets = [0];
  group.members.forEach((account, member) => {
    const known = group.slice.subarray(group.sliceOffsets[member], group.sliceOffsets[member + 1]);
    const turns = findTurns(population, { account, known, lastsMs });
    for (const row of turns.length === 0 ? known : [...known, ...turns].sort((a, b) => a - b)) slice.push(row);
    sliceOffsets.push(slice.length);
  });
  return { ...group, sliceOffsets: Uint32Array.from(sliceOffsets), slice: Uint32Array.from(slice) };
}

/** Requests of an account that continue, or lead up to, one in the slice. Requests without an address have none in common. */
function findTurns(
  population: Population,
  { account, known, lastsMs }: { account: number; known: Uint32Array; lastsMs: (system: number) => number },
): number[] {
  const { requests, requestOffsets } = population;
  // Without a harvest there is no session of one.
  if (known.length === 0) return [];
  const isKnown = new Set(known);
  const found: number[] = [];
  // One session at a time of every system prompt, model and address.
  const sessionsOf = new Map<number, Map<number, Session>>();
  for (let row = requestOffsets[account]; row < requestOffsets[account + 1]; row++) {
    const system = requests.systemFamily[row];
    if (system < 0 || requests.address[row] < 0) continue;
    const isTurn = requests.promptFamily[row] < 0;
    if (!isTurn && !isKnown.has(row)) continue;
    let sessions = sessionsOf.get(system);
    if (sessions === undefined) sessionsOf.set(system, (sessions = new Map()));
    const key = requests.address[row] * MODELS_MAX + requests.model[row];
    const at = requests.atMs[row];
    const last = sessions.get(key);
    const isSame = last !== undefined && at - last.atMs <= PAUSE_MS_MAX && at - last.fromMs <= lastsMs(system);
    const session: Session = isSame ? last : { fromMs: at, atMs: at, isHarvest: false, waiting: [] };
    sessions.set(key, session);
    session.atMs = at;
    if (isKnown.has(row)) {
      session.isHarvest = true;
      found.push(...session.waiting.splice(0));
    } else if (session.isHarvest) found.push(row);
    else session.waiting.push(row);
  }
  return found;
}
