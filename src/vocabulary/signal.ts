/** Signals: what detections return. Only policy decides what follows from them. */
import type { Shift } from "./campaign.js";

/**
 * The five independent groups of evidence. No group alone puts an account into a campaign: two are needed, one of them `content` or
 * `behaviour`. `possession` is what an account holds that was handed out to somebody else.
 */
export const EVIDENCE_GROUPS = ["content", "behaviour", "infrastructure", "registration", "possession"] as const;

/** One of {@link EVIDENCE_GROUPS}. */
export type EvidenceGroup = (typeof EVIDENCE_GROUPS)[number];

/** How easily the other side can fake the evidence: 1 costs money and leaves traces (payment), 2 takes effort, 3 is free (address, `user` field). */
export type Spoofability = 1 | 2 | 3;

/** What a detection says about one account, pair or group. */
export interface Signal {
  /** Name of the detection's folder. */
  detection: string;
  group: EvidenceGroup;
  /** Natural logarithm of the likelihood ratio pool : crowd. Negative when the evidence speaks against. */
  logLikelihoodRatio: number;
  spoofable: Spoofability;
  /** One sentence with the figures, for a person. */
  because: string;
  /**
   * Accounts, as positions in the population, that themselves show what a group's signal speaks of; of the others it says nothing. Absent where it is
   * measured of the group as a whole.
   */
  shownBy?: Int32Array;
  /** Moves between target models, where that is what the detection looks for. */
  shifts?: Shift[];
  /** Who took over from whom after enforcement, where that is what the detection looks for. */
  succession?: Succession;
  /** Accounts, as positions in the population, that are fed from different queues, where that is what the detection looks for. */
  division?: readonly Int32Array[];
}

/** A ban wave and the accounts that took up the work after it; positions in the population. */
export interface Succession {
  atMs: number;
  predecessors: Int32Array;
  successors: Int32Array;
}
