/** The worlds of `stillwatch evaluate --suite`: which, on which seeds, and which target each is held against. */

/** What a row is held against; see `page/targets.ts`. */
export type RowGroup =
  | "february"
  | "benign"
  | "knob"
  | "pair"
  | "all_knobs"
  | "one_scaffold"
  | "one_scaffold_own"
  | "camouflage"
  | "metadata"
  | "small"
  | "special"
  | "large";

/** One world of the suite. */
export interface SuiteRow {
  /** Stable: names the row in files and on the command line. */
  id: string;
  group: RowGroup;
  /** For people. */
  title: string;
  seed: number;
  /** Options of `stillwatch simulate` besides seed and material. */
  options: readonly string[];
  isMetadataOnly: boolean;
  /** Shares of a campaign's exchanges at which to look for the time to find. */
  cuts: readonly number[];
  /** True for worlds with a pool that takes over from a banned one, or a move to a new release: whether they are told in time is measured. */
  hasMilestones: boolean;
  /** Published methods to ask: those that need text take longer than everything else together, and sit out where rows are many. */
  methods: "all" | "metadata";
  /** The row with the same seed that has everything which this one lacks. */
  comparedWith?: string;
}

export type SuiteSize = "quick" | "full";

/**
 * Seeds on which detections were tuned, or whose results were looked at while rules were still being made. What they show is no evidence.
 */
export const TUNED_SEEDS: readonly (readonly [from: number, to: number])[] = [
  [1, 940],
  [1001, 1005],
  [1100, 1130],
  [1201, 1210],
  [1401, 1403],
  [1451, 1660],
  [2001, 2005],
  [2100, 2130],
  [2201, 2210],
  [3001, 3005],
  [3100, 3130],
  [3201, 3201],
  [3453, 3466],
  [4001, 4005],
  [4100, 4130],
  [4201, 4201],
  [4453, 4453],
  [5001, 5005],
  [5100, 5130],
  [5201, 5201],
  [5453, 5466],
];

/** True for a seed that was looked at before. */
export function isTunedSeed(seed: number): boolean {
  return TUNED_SEEDS.some(([from, to]) => seed >= from && seed <= to);
}

/** New seeds, looked at by nobody while rules were made. */
export const SEEDS_DEFAULT: readonly number[] = [6001, 6002, 6003, 6004, 6005];
/** Every other world has a seed of its own, so that it is a new crowd and not the same crowd with one thing changed. */
const OTHER_SEEDS_FROM = 100;
/** The world on which published methods get their thresholds must be nobody else's. */
const BENIGN_SEEDS_FROM = 200;

/** Where to look whether a campaign would have been found; 2 % is the target of detection. */
const CUTS_FINE = [0.01, 0.02, 0.03, 0.04, 0.05, 0.1, 0.2];
const CUTS_COARSE = [0.02, 0.1];
/** Pairs are many. */
const CUTS_TARGET = [0.02];

/** Evasion knobs that can be turned together; `mix50` stands for unrelated traffic. */
const KNOBS = [
  "paraphrase",
  "unique_payments",
  "residential_ips",
  "random_ja4",
  "human_hours",
  "low_rate",
  "staggered_registration",
  "metadata_stripped",
  "mix50",
] as const;
/** Pairs that give up two different kinds of evidence each. */
const QUICK_PAIRS: readonly (readonly [string, string])[] = [
  ["paraphrase", "unique_payments"],
  ["unique_payments", "residential_ips"],
  ["human_hours", "staggered_registration"],
  ["paraphrase", "mix50"],
];
const OWN_EVERYTHING = ["one_scaffold_per_account", "unique_payments", "residential_ips", "random_ja4", "staggered_registration"];
const CAMOUFLAGE = [
  { percent: 0, knobs: [] },
  { percent: 50, knobs: ["mix50"] },
  { percent: 70, knobs: ["mix70"] },
  { percent: 90, knobs: ["mix90"] },
];

interface RowWish {
  id: string;
  group: RowGroup;
  title: string;
  options?: readonly string[];
  knobs?: readonly string[];
  seed?: number;
  cuts?: readonly number[];
  isMetadataOnly?: boolean;
  comparedWith?: string;
}

/** The row whose world gives published methods their thresholds; it comes first. */
export const BENIGN_ROW = "benign-1";

/** Lists the rows in the order in which they run and are shown. Seeds must not be empty. */
export function listSuiteRows(size: SuiteSize, seeds: readonly number[]): SuiteRow[] {
  const wishes = [
    ...listBenign(size, seeds),
    ...listFebruary(size, seeds),
    ...listEvasion(size),
    ...listCamouflage(size, seeds),
    ...listSmall(size),
    ...listSpecial(size),
  ];
  return wishes.map((wish, index) => ({
    id: wish.id,
    group: wish.group,
    title: wish.title,
    seed: wish.seed ?? seeds[0] + OTHER_SEEDS_FROM + index,
    options: [...(wish.options ?? []), ...(wish.knobs !== undefined && wish.knobs.length > 0 ? ["--knobs", wish.knobs.join(",")] : [])],
    isMetadataOnly: wish.isMetadataOnly ?? false,
    cuts: wish.cuts ?? (size === "quick" ? [] : wish.group === "pair" ? CUTS_TARGET : CUTS_COARSE),
    hasMilestones: hasMilestones(wish, { size, seeds }),
    methods: wish.group === "pair" || (size === "quick" && wish.group === "knob") ? "metadata" : "all",
    ...(wish.comparedWith === undefined ? {} : { comparedWith: wish.comparedWith }),
  }));
}

/** Of the plain worlds the small suite looks at one: a look costs up to three analyses. */
function hasMilestones({ group, seed, options }: RowWish, { size, seeds }: { size: SuiteSize; seeds: readonly number[] }): boolean {
  if (group === "february") return size === "full" || seed === seeds[0];
  return group === "special" && options !== undefined && options.some((option) => option.split(",").includes("standby"));
}

function listBenign(size: SuiteSize, seeds: readonly number[]): RowWish[] {
  const count = size === "full" ? 4 : 1;
  return Array.from({ length: count }, (_, index) => ({
    id: `benign-${index + 1}`,
    group: "benign",
    title: "nobody attacks",
    options: ["--campaigns", "none"],
    seed: seeds[0] + BENIGN_SEEDS_FROM + index,
    cuts: [],
  }));
}

function listFebruary(size: SuiteSize, seeds: readonly number[]): RowWish[] {
  const rows: RowWish[] = seeds.map((seed, index) => ({
    id: `february-${seed}`,
    group: "february",
    title: "the three February campaigns",
    seed,
    cuts: size === "full" || index === 0 ? CUTS_FINE : [],
  }));
  rows.push({
    id: "metadata-only",
    group: "metadata",
    title: "the same without any text",
    seed: seeds[0],
    isMetadataOnly: true,
    comparedWith: `february-${seeds[0]}`,
  });
  if (size === "full") {
    rows.push({
      id: "large",
      group: "large",
      title: "the three February campaigns, four times the accounts",
      options: ["--accounts", "10000"],
      cuts: [],
    });
  }
  return rows;
}

function listEvasion(size: SuiteSize): RowWish[] {
  const pairs =
    size === "quick" ? QUICK_PAIRS : KNOBS.flatMap((one, index) => KNOBS.slice(index + 1).map((other) => [one, other] as const));
  return [
    ...KNOBS.map((knob): RowWish => ({ id: `knob-${knob}`, group: "knob", title: nameKnobs([knob]), knobs: [knob] })),
    ...pairs.map((pair): RowWish => ({ id: `pair-${pair.join("-")}`, group: "pair", title: nameKnobs(pair), knobs: pair })),
    { id: "all-knobs", group: "all_knobs", title: "all evasions at once", knobs: [...KNOBS, "one_scaffold_per_account"] },
    { id: "one-scaffold", group: "one_scaffold", title: "one scaffold an account", knobs: ["one_scaffold_per_account"] },
    {
      id: "one-scaffold-own",
      group: "one_scaffold_own",
      title: "one scaffold an account; own payments, addresses, ages",
      knobs: OWN_EVERYTHING,
    },
  ];
}

function listCamouflage(size: SuiteSize, seeds: readonly number[]): RowWish[] {
  return CAMOUFLAGE.filter(({ percent }) => size === "full" || percent === 0 || percent === 90).map(({ percent, knobs }) => ({
    id: `camouflage-${percent}`,
    group: "camouflage",
    title: `${percent} % unrelated traffic`,
    knobs,
    // One crowd for the whole sweep: only the share changes.
    seed: seeds[0] + OTHER_SEEDS_FROM - 1,
  }));
}

function listSmall(size: SuiteSize): RowWish[] {
  return [
    {
      id: "small-share",
      group: "small",
      title: "one campaign with about half a percent of all requests",
      options: ["--campaigns", "deepseek", "--accounts", "5000", "--campaign-accounts", "63"],
    },
    {
      id: "six-accounts",
      group: "small",
      title: "six accounts with one scaffold",
      options: ["--campaigns", "coercion", "--campaign-accounts", "9"],
    },
    ...(size === "full"
      ? ([
          {
            id: "six-accounts-deepseek",
            group: "small",
            title: "six accounts of the first February campaign",
            options: ["--campaigns", "deepseek", "--campaign-accounts", "10"],
          },
        ] as const)
      : []),
  ];
}

function listSpecial(size: SuiteSize): RowWish[] {
  const worlds =
    size === "full" ? ["coercion", "standby", "search", "replay", "arbitrage"] : ["coercion,standby,search", "replay,arbitrage"];
  return worlds.map((campaigns) => ({
    id: `special-${campaigns.replaceAll(",", "-")}`,
    group: "special",
    title: campaigns.replaceAll(",", ", "),
    options: ["--campaigns", campaigns],
  }));
}

const KNOB_TITLES: Readonly<Record<string, string>> = {
  paraphrase: "paraphrased scaffolds",
  unique_payments: "own payments",
  residential_ips: "residential addresses",
  random_ja4: "random JA4",
  human_hours: "human hours",
  low_rate: "five requests a day",
  staggered_registration: "staggered registration",
  metadata_stripped: "metadata stripped",
  mix50: "half unrelated traffic",
};

function nameKnobs(knobs: readonly string[]): string {
  return knobs.map((knob) => KNOB_TITLES[knob] ?? knob).join(" + ");
}
