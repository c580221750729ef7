import {
  formatCount,
  formatShare,
  makeSignal,
  TECHNIQUES,
  type AccountDetection,
  type Population,
  type Signal,
  type Technique,
} from "../../sdk/index.js";

/** Techniques that get reasoning out of a model that does not show it; grading and generation are work, not search. */
const SEARCHED: readonly Technique[] = [
  "articulate_reasoning",
  "inline_reasoning_tags",
  "fake_debugging",
  "fake_system_prompt",
  "translation_laundering",
  "thinking_language_coercion",
  "model_identity_probe",
];
const SEARCHED_MASK = SEARCHED.reduce((mask, technique) => mask | (1 << TECHNIQUES.indexOf(technique)), 0);

const detection: AccountDetection = {
  name: "technique-search",
  title: "Search over extraction techniques",
  maturity: "shadow",
  level: "account",
  group: "content",
  spoofable: 2,
  looksFor:
    "One account that tries many different prompts for getting reasoning out of the model, one try each, before a winner is scaled up elsewhere.",
  innocentTwins: [
    "A person who asks for explanations: few prompts are recognised as extraction, and they are followed up.",
    "A harvest with one scaffold: the same words again and again are a campaign's slice, not a search.",
    "An evaluation that puts “show your reasoning” before every question of a data set: one technique, whatever the questions.",
  ],
  sources: ["Anthropic threat report, 10 September 2026: a search over more than 12,000 extraction variants, one try each."],
  thresholds: {
    capNats: { value: 5, unit: "nats", why: "The cap of the content group: one account cannot say more than all content together." },
    triesMin: {
      value: 40,
      unit: "distinct extraction prompts",
      why: "The published search made 12,000; it must be found before try 200, and no account of the benign prompt sets has more than 8.",
    },
    shareMin: {
      value: 0.4,
      unit: "share of the account's requests",
      why: "A search is what the account is for; heavy users meet a recognised phrase now and then.",
    },
    scaffoldShareMax: {
      value: 0.5,
      unit: "share of the tries in one family",
      why: "When half of the tries share one scaffold, it is no search any more.",
    },
    techniquesMin: {
      value: 3,
      unit: "techniques",
      why: "A search tries what there is. One scaffold holds one technique or two, also where a single account carries it and it is no family.",
    },
    techniqueShareMin: {
      value: 0.05,
      unit: "share of the tries",
      why: "A question that happens to contain another technique's phrase is no try of it.",
    },
    behaviourNats: {
      value: 4,
      unit: "nats",
      why: "Distinct tries without a repeat are systematic; about one in fifty heavy accounts looks so by chance.",
    },
  },
  inspect,
};

function inspect(account: number, population: Population): Signal[] {
  const thresholds = detection.thresholds;
  const { requests, requestOffsets } = population;
  const start = requestOffsets[account];
  const end = requestOffsets[account + 1];
  if (end - start < thresholds["triesMin"].value) return [];
  const slots = new Set<number>();
  const families = new Map<number, number>();
  let tries = 0;
  for (let row = start; row < end; row++) {
    if ((requests.techniques[row] & SEARCHED_MASK) === 0) continue;
    tries += 1;
    slots.add(requests.slot[row]);
    const family = requests.promptFamily[row];
    if (family >= 0) families.set(family, (families.get(family) ?? 0) + 1);
  }
  const share = tries / (end - start);
  const commonest = Math.max(0, ...families.values());
  if (slots.size < thresholds["triesMin"].value || share < thresholds["shareMin"].value) return [];
  if (commonest > thresholds["scaffoldShareMax"].value * tries) return [];
  const techniques = countTechniques(requests.techniques.subarray(start, end), thresholds["techniqueShareMin"].value * tries);
  if (techniques < thresholds["techniquesMin"].value) return [];
  const content = makeSignal(detection, {
    nats: 2 + Math.log(slots.size / thresholds["triesMin"].value),
    because: `${formatCount(slots.size)} different prompts that get reasoning out of the model in ${formatCount(techniques)} ways, ${formatShare(share)} of the account's requests; no scaffold has more than ${formatShare(commonest / tries)} of them.`,
  });
  const isOneTryEach = slots.size >= 0.9 * tries;
  if (!isOneTryEach) return [content];
  return [
    content,
    {
      ...content,
      group: "behaviour",
      logLikelihoodRatio: thresholds["behaviourNats"].value,
      because: `${formatCount(slots.size)} of ${formatCount(tries)} extraction prompts were tried once and never again: a systematic search.`,
    },
  ];
}

/** Searched techniques that at least so many of the requests show. */
function countTechniques(techniquesOf: Uint32Array, triesMin: number): number {
  return SEARCHED.filter((technique) => {
    const bit = 1 << TECHNIQUES.indexOf(technique);
    return techniquesOf.reduce((tries, techniques) => tries + ((techniques & bit) === 0 ? 0 : 1), 0) >= triesMin;
  }).length;
}

export default detection;
