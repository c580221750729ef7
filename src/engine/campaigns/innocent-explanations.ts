/** The nearest innocent explanation of a group of accounts: which benign crowd would look most like it, and what tells it apart. */
import { EVIDENCE_GROUPS, type EvidenceGroup } from "../../vocabulary/signal.js";
import type { TestedCandidate } from "./test-candidate.js";

/** What an explanation predicts of one group of evidence: that it speaks for one hand (1) or against (-1), and how that would look. */
type Prediction = readonly [sign: 1 | -1, sight: string];

interface Explanation {
  description: string;
  /** Groups that are not named may speak either way. */
  predicts: Partial<Record<EvidenceGroup, Prediction>>;
}

const APART: Pick<Explanation["predicts"], "infrastructure" | "registration"> = {
  infrastructure: [-1, "addresses that are not shared"],
  registration: [-1, "registrations that have nothing in common"],
};

const EXPLANATIONS: readonly Explanation[] = [
  {
    description: "a class, course or event whose participants work on one sheet from one place",
    predicts: {
      content: [-1, "the same items sent by many of them"],
      infrastructure: [1, "addresses of one place"],
      registration: [1, "registrations close together"],
    },
  },
  {
    description: "unrelated users of one popular framework or prompt",
    predicts: { behaviour: [-1, "volumes, hours and mixes that differ as people's do"], ...APART },
  },
  {
    description: "strangers who run the same multi-role agent kit",
    predicts: { content: [1, "items that are not handed out twice"], behaviour: [1, "the same steps in the same mix"], ...APART },
  },
  {
    description: "customers of one reseller or software company behind its addresses",
    predicts: {
      content: [-1, "items as diverse as the customers"],
      behaviour: [-1, "volumes and mixes as diverse as the customers"],
      infrastructure: [1, "addresses of one company"],
      registration: [1, "instruments of one payer"],
    },
  },
];

/** What {@link explainInnocently} found. */
export interface InnocentExplanation {
  description: string;
  because: string;
  /** What the explanation predicts and the evidence, which was measured, does not show. */
  missing: string[];
  /** What the explanation predicts and nothing measured. */
  unchecked: string[];
}

/** Picks the explanation whose predicted signs agree best with the evidence per group. A group without a signal was not measured: it says nothing. */
export function explainInnocently({ fusion, signals }: Pick<TestedCandidate, "fusion" | "signals">): InnocentExplanation {
  const measured = new Set(signals.map((signal) => signal.group));
  const sign = (group: EvidenceGroup): number => {
    const nats = measured.has(group) ? fusion.groups[group] : 0;
    return nats >= 1 ? 1 : nats <= -1 ? -1 : 0;
  };
  let best = EXPLANATIONS[0];
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const explanation of EXPLANATIONS) {
    const distance = EVIDENCE_GROUPS.reduce((sum, group) => sum + Math.abs((explanation.predicts[group]?.[0] ?? 0) - sign(group)), 0);
    if (distance < bestDistance) {
      best = explanation;
      bestDistance = distance;
    }
  }
  const predicted = EVIDENCE_GROUPS.filter((group) => best.predicts[group] !== undefined);
  const unmeasured = predicted.filter((group) => !measured.has(group));
  const fitting = predicted.filter((group) => measured.has(group) && best.predicts[group]?.[0] === sign(group));
  const disagreeing = predicted.filter((group) => measured.has(group) && best.predicts[group]?.[0] !== sign(group));
  const describe = (groups: readonly EvidenceGroup[]): string[] => groups.flatMap((group) => best.predicts[group]?.[1] ?? []);
  return {
    description: best.description,
    because: [
      ...(fitting.length > 0 ? [`The evidence from ${fitting.join(" and ")} fits it.`] : []),
      ...(disagreeing.length > 0 ? [`The evidence from ${disagreeing.join(" and ")} does not fit it.`] : []),
      ...(unmeasured.length > 0 ? [`Nothing was measured about ${unmeasured.join(" and ")}.`] : []),
    ].join(" "),
    missing: describe(disagreeing),
    unchecked: describe(unmeasured),
  };
}
