/** Runs the request detections on what was heard of one request. A detection none of whose phrases was heard is not called. */
import type { PhraseHits, RequestDetection, RequestText } from "../../../vocabulary/detection.js";
import { TECHNIQUES, type Capability } from "../../../vocabulary/feature.js";
import { HITS_PER_GROUP_MAX, type GroupHits } from "./group-hits.js";

/** What all detections together found: a bit mask over the techniques, and the capability that the last of them decided. */
export interface Findings {
  techniques: number;
  capability: Capability | null;
}

/** Asks every detection that heard something. */
export type Inspector = (text: Omit<RequestText, "heard">) => Findings;

/** Makes the inspector. Group numbers count through the detections' phrase groups in the order given. */
export function createInspector(detections: readonly RequestDetection[], hits: GroupHits): Inspector {
  const owners: number[] = [];
  const listeners = detections.map((detection, index) => {
    const numbers = new Map<string, number>();
    for (const group of Object.keys(detection.phrases)) {
      numbers.set(group, owners.length);
      owners.push(index);
    }
    return { detection, heard: createPhraseHits(detection.name, numbers, hits) };
  });
  const isCalled = new Uint8Array(detections.length);
  return (text) => {
    const findings: Findings = { techniques: 0, capability: null };
    for (let index = 0; index < isCalled.length; index++) isCalled[index] = 0;
    for (let i = 1; i <= hits.touched[0]; i++) {
      const group = hits.touched[i];
      if (group < owners.length) isCalled[owners[group]] = 1;
    }
    const { system, prompt, tools, messageCount, hasAssistantTurn } = text;
    for (let index = 0; index < listeners.length; index++) {
      if (isCalled[index] === 0) continue;
      const { detection, heard } = listeners[index];
      const finding = detection.inspect({ system, prompt, tools, messageCount, hasAssistantTurn, heard });
      if (!finding) continue;
      for (const technique of finding.techniques) findings.techniques |= 1 << TECHNIQUES.indexOf(technique);
      if (finding.capability) findings.capability = finding.capability;
    }
    return findings;
  };
}

function createPhraseHits(name: string, numbers: ReadonlyMap<string, number>, hits: GroupHits): PhraseHits {
  const numberOf = (group: string): number => {
    const number = numbers.get(group);
    if (number === undefined) throw new RangeError(`${name} asks for the phrase group "${group}", which it does not declare`);
    return number;
  };
  return {
    has: (group) => hits.counts[numberOf(group)] > 0,
    count: (group) => hits.counts[numberOf(group)],
    near: (groups, windowWords) => areNear(groups.map(numberOf), 2 * windowWords, hits),
  };
}

/** True when some choice of one hit per group fits into `windowHalfWords`. Hits ascend, so the earliest one is always the one to move on. */
function areNear(groups: readonly number[], windowHalfWords: number, hits: GroupHits): boolean {
  const cursors = groups.map(() => 0);
  for (;;) {
    let earliest = 0;
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < groups.length; i++) {
      if (cursors[i] >= hits.counts[groups[i]]) return false;
      const position = hits.positions[groups[i] * HITS_PER_GROUP_MAX + cursors[i]];
      if (position < least) {
        least = position;
        earliest = i;
      }
      if (position > most) most = position;
    }
    if (most - least <= windowHalfWords) return true;
    cursors[earliest]++;
  }
}
