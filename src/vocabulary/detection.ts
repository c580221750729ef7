/**
 * Detections: one folder each under `src/detections/`. A detection returns signals; only policy decides. Request-level detections alone
 * never make a campaign.
 */
import type { Capability, Technique } from "./feature.js";
import type { EvidenceGroup, Signal, Spoofability } from "./signal.js";
import type { CandidateGroup, Population } from "./fingerprint.js";

/** How far a detection has come. Look-alike fixtures are required above `draft`. */
export type Maturity = "draft" | "shadow" | "stable" | "retired";

/** A number a detection compares with, and why it is that number: no threshold without a reason. */
export interface Threshold {
  value: number;
  /** Unit or scale, for example `requests`, `share of requests`, `nats`. */
  unit: string;
  why: string;
}

/** What every detection says about itself. */
export interface DetectionBase {
  /** Folder name, kebab-case. */
  name: string;
  title: string;
  maturity: Maturity;
  group: EvidenceGroup;
  spoofable: Spoofability;
  /** What an analyst looks at, in one or two sentences. */
  looksFor: string;
  /** Innocent traffic that looks the same, and what tells it apart; each is shown by a fixture. */
  innocentTwins: string[];
  /**
   * An innocent cause that alone explains this evidence together with that of other detections which name it. `gathering`: a class, a hackathon
   * or an office is in one place, at one time, and new, all at once; from such a group only the strongest of them counts.
   */
  innocentCause?: "gathering";
  /**
   * `timing`: evidence of when a group acts, which has other innocent causes than how its requests look; its sum is capped apart from that of other
   * behaviour.
   */
  aspect?: "timing";
  /** True for what asks whether a group's accounts are alike: where a group is of several work loads, it is asked of each. */
  comparesMembers?: true;
  /**
   * True for what is shown beside an account and weighs nothing (log-likelihood ratio 0), because innocent accounts show it as often or nearly so:
   * it tells a person what to ask, and decides about nobody. A pair detection of this kind makes and strengthens no link; what `compare` answers only
   * orders the pairs that it explains.
   */
  isContext?: true;
  /** Papers and reports that taught us. */
  sources: string[];
  thresholds: Record<string, Threshold>;
}

/** Looks at the text of one request, at the door. Pure; called once per request, so it must be cheap. */
export interface RequestDetection extends DetectionBase {
  level: "request";
  /** The techniques this detection can find; no other detection finds them. */
  techniques: readonly Technique[];
  /**
   * Phrases to listen for, by the name of their group. Words are matched whole and case-folded, whatever stands between them (spaces, line
   * breaks, punctuation); a word ending in `*` matches every word with that beginning (three characters or more); `<word` matches an opening
   * or closing tag. In scripts without spaces every character is a word. All detections share one pass over the text, so a phrase costs
   * next to nothing. `inspect` is called only when at least one phrase was heard.
   */
  phrases: Readonly<Record<string, readonly string[]>>;
  inspect(text: RequestText): RequestFinding | null;
}

/** The text of one request as a detection sees it. Dropped when the features are made. */
export interface RequestText {
  system: string;
  /** The last message of role `user`. */
  prompt: string;
  /** Which of the detection's phrases were heard, and where. */
  heard: PhraseHits;
  tools: readonly string[];
  messageCount: number;
  /** True when some earlier message is from the role `assistant`. */
  hasAssistantTurn: boolean;
}

/** Which phrases of one detection were heard in one request. Positions count words from the start of the system prompt. */
export interface PhraseHits {
  /** True when a phrase of the group was heard. */
  has(group: string): boolean;
  /** How many phrases of the group were heard; stops counting at a small limit. */
  count(group: string): number;
  /** True when one phrase of each group starts within `windowWords` words of the others; a character of a script without spaces is half a word. */
  near(groups: readonly string[], windowWords: number): boolean;
}

/** What a request detection found. */
export interface RequestFinding {
  techniques: Technique[];
  /** The capability the request aims at, if the finding decides it. */
  capability?: Capability;
}

/** Looks at one account's fingerprint against the population. */
export interface AccountDetection extends DetectionBase {
  level: "account";
  /** Usually one signal; two when the account's own evidence comes from two groups, which alone can make a campaign of one. */
  inspect(account: number, population: Population): Signal[];
  /** The same evidence asked of a whole candidate group. */
  examine?(group: CandidateGroup, population: Population): Signal | null;
}

/**
 * Looks at two accounts that claim to be strangers. Called for candidate pairs only. `compare` returns the natural-log likelihood ratio of
 * "one operator" against "strangers", 0 when it has nothing to say; `explain` is called for the few pairs that are shown.
 */
export interface PairDetection extends DetectionBase {
  level: "pair";
  /**
   * True for what strengthens a link that others speak for and makes none by itself: while links are looked for, `compare` is asked only about pairs
   * for which the other detections together have more than 0 nats.
   */
  onlySupports?: true;
  compare(a: number, b: number, population: Population): number;
  explain(a: number, b: number, population: Population): string;
  /** Whether two accounts are a pair of what the group's sentence speaks of; any that `compare` says more than 0 nats about when left out. */
  isTold?(a: number, b: number, population: Population): boolean;
  /** The same evidence asked of a whole candidate group, where a proper statistic has more power than pairs have. */
  examine?(group: CandidateGroup, population: Population): Signal | null;
}

/** Looks at a candidate group as a whole, or at a campaign over time. */
export interface GroupDetection extends DetectionBase {
  level: "group";
  /**
   * True for what divides a group and says nothing about whether it is one of people or of pools: asked only about groups that pass the campaign test,
   * its signals weigh nothing.
   */
  onlyDivides?: true;
  examine(group: CandidateGroup, population: Population): Signal | null;
}

/** Any detection. */
export type Detection = RequestDetection | AccountDetection | PairDetection | GroupDetection;
