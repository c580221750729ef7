/** The nearest innocent explanation of a group of accounts: which benign crowd would look most like it, and what tells it apart. */
import type { TestedCandidate } from "./test-candidate.js";

/** One explanation, with the traits it predicts: +1 present, -1 absent. Groups of evidence are the traits. */
interface Explanation {
  description: string;
  content: number;
  behaviour: number;
  infrastructure: number;
  registration: number;
  /** What would have to be seen for it to hold. */
  predicts: string;
}

const EXPLANATIONS: readonly Explanation[] = [
  {
    description: "a class, course or event whose participants work on one sheet from one place",
    content: -1,
    behaviour: 0,
    infrastructure: 1,
    registration: 1,
    predicts: "the same items sent by many of them",
  },
  {
    description: "unrelated users of one popular framework or prompt",
    content: 0,
    behaviour: -1,
    infrastructure: -1,
    registration: -1,
    predicts: "volumes, hours and mixes that differ as people's do",
  },
  {
    description: "strangers who run the same multi-role agent kit",
    content: 1,
    behaviour: 1,
    infrastructure: -1,
    registration: -1,
    predicts: "uneven volumes and registrations spread over months",
  },
  {
    description: "customers of one reseller or software company behind its addresses",
    content: -1,
    behaviour: -1,
    infrastructure: 1,
    registration: 1,
    predicts: "work loads as diverse as their customers",
  },
];

/** What {@link explainInnocently} found. */
export interface InnocentExplanation {
  description: string;
  because: string;
  /** What the explanation predicts and the evidence does not show. */
  missing: string[];
}

/** Picks the explanation whose predicted signs agree best with the evidence per group. */
export function explainInnocently(candidate: Pick<TestedCandidate, "fusion">): InnocentExplanation {
  const { groups } = candidate.fusion;
  const sign = (nats: number): number => (nats >= 1 ? 1 : nats <= -1 ? -1 : 0);
  const keys = ["content", "behaviour", "infrastructure", "registration"] as const;
  let best = EXPLANATIONS[0];
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const explanation of EXPLANATIONS) {
    const distance = keys.reduce((sum, key) => sum + Math.abs(explanation[key] - sign(groups[key])), 0);
    if (distance < bestDistance) {
      best = explanation;
      bestDistance = distance;
    }
  }
  const disagreeing = keys.filter((key) => best[key] !== 0 && best[key] !== sign(groups[key]));
  return {
    description: best.description,
    because:
      disagreeing.length === 0
        ? `All groups of evidence fit it; it predicts ${best.predicts}.`
        : `It predicts ${best.predicts}; the evidence from ${disagreeing.join(" and ")} does not fit it.`,
    missing: disagreeing.length > 0 ? [best.predicts] : [],
  };
}
