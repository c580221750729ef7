import { describe, expect, it } from "vitest";
import { toVerdict } from "../baselines/judge.js";
import type { BaselineResult, Evaluation, MilestoneTold, MissedAccounts, TimeToFind } from "../evaluation.js";
import type { CalibrationScore, Rate, Score } from "../score.js";
import { type RowGroup, SEEDS_DEFAULT, type SuiteRow } from "../suite.js";
import type { PageRow } from "./figures.js";
import { writeResultsPage } from "./results-page.js";
import { judgeTargets } from "./targets.js";

interface Figures {
  group: RowGroup;
  found?: number;
  innocent?: number;
  seed?: number;
  id?: string;
  baselineF1?: number;
  baseline?: string;
  times?: TimeToFind[];
  milestones?: MilestoneTold[];
  calibrationError?: number;
  comparedWith?: string;
  crowds?: number;
  crowdsInCampaign?: number;
  missed?: MissedAccounts;
  bins?: CalibrationScore["bins"];
  /** Of 1,000 requests in the slice and 1,000 reported. */
  sliceMatched?: number;
}

const rate = (share: number): Rate => ({ share, low: 0, high: 1 });

/** A world with 100 attack accounts of one campaign and 10,000 benign ones of one segment. */
function makeRow(figures: Figures): PageRow {
  const { group, found = 100, innocent = 0, seed = 901, id = `${group}-${seed}`, crowds = 50, crowdsInCampaign = 0 } = figures;
  const ours = toVerdict({ attackers: 100, benign: 10_000, found, innocent });
  const row: SuiteRow = {
    id,
    group,
    title: `a ${group} world`,
    seed,
    options: [],
    isMetadataOnly: false,
    cuts: [],
    hasMilestones: false,
    methods: "all",
    ...(figures.comparedWith === undefined ? {} : { comparedWith: figures.comparedWith }),
  };
  const evaluation: Evaluation = {
    schema: "stillwatch.evaluation/1",
    events: 1000,
    analysis_seconds: 1,
    score: makeScore({
      found,
      innocent,
      crowds,
      crowdsInCampaign,
      calibrationError: figures.calibrationError ?? 0.001,
      sliceMatched: figures.sliceMatched ?? 990,
      bins: figures.bins ?? [],
    }),
    ours,
    took_part: { accounts: 40, found: 39 },
    missed: figures.missed ?? null,
    time_to_find: figures.times ?? null,
    milestones: figures.milestones ?? null,
    baselines: figures.baselineF1 === undefined ? [] : [makeBaseline(figures.baseline ?? "rival", figures.baselineF1)],
    unchecked: {},
  };
  return { row, evaluation };
}

function makeScore(counts: {
  found: number;
  innocent: number;
  crowds: number;
  crowdsInCampaign: number;
  calibrationError: number;
  sliceMatched: number;
  bins: CalibrationScore["bins"];
}): Score {
  const { found, innocent, crowds, crowdsInCampaign, calibrationError, sliceMatched, bins } = counts;
  return {
    schema: "stillwatch.score/1",
    counts: { labelled: 10_100, unlabelled: 0, absent: 0, reported_campaigns: 1, false_campaigns: 0 },
    overall: {
      attack_accounts: 100,
      found,
      innocent,
      recall: rate(found / 100),
      precision: null,
      slice_precision: sliceMatched / 1000,
      slice_recall: sliceMatched / 1000,
    },
    campaigns: [
      {
        campaign: "pool-1",
        segment: null,
        accounts: 100,
        found,
        watched: 0,
        recall: rate(found / 100),
        precision: null,
        covered_by: [],
        split: found > 0 ? 1 : 0,
        merged_with: [],
        slice: { requests: 1000, reported: 1000, matched: sliceMatched, precision: sliceMatched / 1000, recall: sliceMatched / 1000 },
        served_before_found: null,
      },
    ],
    segments: [
      {
        segment: "classroom",
        accounts: 10_000,
        in_campaign: innocent,
        in_watch: 0,
        rate: null,
        crowds,
        crowds_in_campaign: crowdsInCampaign,
        crowds_in_watch: 0,
        crowd_rate: null,
      },
    ],
    calibration: {
      expected_calibration_error: calibrationError,
      brier: 0,
      cases: 10_100,
      suspects: { expected_calibration_error: calibrationError, cases: 100 },
      bins,
    },
    unchecked: {},
  };
}

function makeBaseline(name: string, f1: number): BaselineResult {
  const kindest = { ...toVerdict({ attackers: 100, benign: 10_000, found: 50, innocent: 0 }), f1 };
  return { name, title: `The ${name}`, seconds: 1, calibrated: null, published: null, kindest, recall_at_precision: 0.5 };
}

const time = (share: number | null): TimeToFind => ({
  campaign: "pool-1",
  exchanges: 1000,
  found_at_exchanges: share === null ? null : share * 1000,
  found_at_share: share,
  missed_at_share: 0.01,
  missed_at_accounts: 7,
});

const told = (at: number | null): MilestoneTold => ({
  kind: "successor",
  campaign: "heir",
  of: "pool",
  unit: "exchanges",
  found_at: at,
  told_at: at,
  missed_at: 0,
  others_told: [],
});
const moved = (at: number | null): MilestoneTold => ({ ...told(at), kind: "release_shift", of: "aurora-5", unit: "hours" });
const targetOf = (what: string, rows: PageRow[]) => judgeTargets(rows).find((target) => target.what.startsWith(what));
const outcomeOf = (what: string, rows: PageRow[]) => judgeTargets(rows).find((target) => target.what.startsWith(what))?.outcome;
const writePage = (rows: PageRow[]): string =>
  writeResultsPage(rows, { command: "stillwatch evaluate", material: "bundled prompts", studies: null, methods: [] });

describe.each<[target: string, reached: Figures, missed: Figures]>([
  ["the three February", { group: "february" }, { group: "february", found: 98 }],
  ["the three February", { group: "february" }, { group: "february", innocent: 1 }],
  ["look-alikes", { group: "benign", innocent: 1 }, { group: "benign", crowdsInCampaign: 1 }],
  ["benign accounts", { group: "benign", innocent: 1 }, { group: "benign", innocent: 2 }],
  ["one evasion", { group: "knob", found: 98 }, { group: "knob", found: 97 }],
  ["two evasions", { group: "pair", found: 95 }, { group: "pair", found: 94 }],
  ["all evasions", { group: "all_knobs", found: 90 }, { group: "all_knobs", found: 89 }],
  ["one scaffold an account", { group: "one_scaffold", found: 95, innocent: 1 }, { group: "one_scaffold", found: 95, innocent: 2 }],
  ["one scaffold an account, own", { group: "one_scaffold_own", found: 60 }, { group: "one_scaffold_own", found: 59 }],
  ["small campaigns", { group: "small", found: 1 }, { group: "small", found: 0 }],
  ["time to find", { group: "february", times: [time(0.02)] }, { group: "february", times: [time(0.02), time(0.05)] }],
  ["time to find", { group: "february", times: [time(0.01)] }, { group: "february", times: [time(null)] }],
  ["every world", { group: "february", baselineF1: 0.9 }, { group: "february", found: 60, baselineF1: 0.9 }],
  [
    "unrelated traffic",
    { group: "camouflage", baseline: "fraudar", baselineF1: 0.5 },
    { group: "camouflage", baseline: "synchrotrap", baselineF1: 1 },
  ],
  ["a successor pool", { group: "special", milestones: [told(500)] }, { group: "special", milestones: [told(250), told(501)] }],
  ["a successor pool", { group: "special", milestones: [told(250)] }, { group: "special", milestones: [told(null)] }],
  ["a move to a new release", { group: "february", milestones: [moved(6)] }, { group: "february", milestones: [moved(12)] }],
  ["calibration", { group: "february", calibrationError: 0.02 }, { group: "february", calibrationError: 0.021 }],
])("the target “%s”", (what, reached, missed) => {
  it(`is reached by ${JSON.stringify(reached)}`, () => expect(outcomeOf(what, [makeRow(reached)])).toBe("reached"));
  it(`is missed by ${JSON.stringify(missed)}`, () => expect(outcomeOf(what, [makeRow(missed)])).toBe("missed"));
  it("is not called reached where nothing was measured", () => expect(outcomeOf(what, [])).toBe("not measured"));
});

describe("requests that are no harvest and stand in a slice", () => {
  const page = (row: PageRow, events: number, isMetadataOnly = false): string =>
    writePage([{ row: { ...row.row, isMetadataOnly }, evaluation: { ...row.evaluation, events } }]);
  it.each([
    [990, false, "with text: 10 requests of 99,000 requests, 1.01 in 10,000 (95 %, Clopper–Pearson: 0.48 to 1.86)"],
    [1000, false, "with text: 0 requests of 99,000 requests, 0.00 in 10,000 (95 %, Clopper–Pearson: 0.00 to 0.37)"],
    [1000, true, "without text, where all that an account of a campaign sends is its slice: 0 requests of 99,000 requests"],
  ])("are counted where %i of 1,000 are right, without text %s", (sliceMatched, isMetadataOnly, line) => {
    expect(page(makeRow({ group: "february", sliceMatched }), 100_000, isMetadataOnly)).toContain(line);
  });
  it("are not told where a log has no other requests", () => {
    expect(page(makeRow({ group: "february" }), 1000)).not.toContain("no harvest");
  });
});

describe("metadata only", () => {
  const withText = makeRow({ group: "february", id: "plain", found: 100 });
  it.each([
    [80, "reached"],
    [79, "missed"],
  ])("keeps %i of 100: %s", (found, outcome) => {
    expect(outcomeOf("metadata only", [withText, makeRow({ group: "metadata", found, comparedWith: "plain" })])).toBe(outcome);
  });
  it("adds up all worlds, and tells how sure the figure is", () => {
    const twins = [withText, makeRow({ group: "february", id: "other", seed: 902, found: 100 })];
    const bare = [85, 70].map((found, at) =>
      makeRow({ group: "metadata", found, seed: 901 + at, id: `m${at}`, comparedWith: twins[at].row.id }),
    );
    const { outcome, figure } = targetOf("metadata only", [...twins, ...bare]) ?? {};
    expect(outcome).toBe("missed");
    expect(figure).toContain(
      "recall 77.5 % without text (95 %: 71.2 % to 82.7 %) and 100 % with it (95 %: 98.1 % to 100 %) over 2 worlds: 77.5 % kept",
    );
  });
  it("is not measured without the world that it is compared with", () => {
    expect(outcomeOf("metadata only", [makeRow({ group: "metadata", comparedWith: "plain" })])).toBe("not measured");
  });
});

describe("90 % unrelated traffic", () => {
  const mixed = (seed: number, sliceMatched: number, found = 100): PageRow =>
    makeRow({ group: "camouflage", id: `camouflage-90-${seed}`, seed, sliceMatched, found });
  it.each<[claim: string, rows: PageRow[], outcome: string]>([
    ["one good world", [mixed(1, 990)], "reached"],
    ["a good world first and a bad one behind it", [mixed(1, 1000), mixed(2, 900)], "missed"],
    ["a campaign lost in the second world", [mixed(1, 990), mixed(2, 990, 0)], "missed"],
    ["other shares of camouflage", [makeRow({ group: "camouflage", id: "camouflage-50" })], "not measured"],
  ])("%s: %s", (_, rows, outcome) => expect(outcomeOf("90 % unrelated", rows)).toBe(outcome));
  it("adds up all worlds, and tells how sure the figures are", () => {
    const figure = targetOf("90 % unrelated", [mixed(1, 1000), mixed(2, 900)])?.figure;
    expect(figure).toContain("2 of 2 campaigns found (95 %: 15.8 % to 100 %) over 2 worlds; slices: recall 95 % (95 %: 94 % to 95.9 %)");
  });
});

describe("published methods in every world", () => {
  const row = (seed: number, methods: Record<string, number>): PageRow => {
    const made = makeRow({ group: "knob", seed });
    made.evaluation.baselines.push(...Object.entries(methods).map(([name, f1]) => makeBaseline(name, f1)));
    return made;
  };
  it("count where they ran, and the page says where they did not", () => {
    const target = targetOf("every world", [row(1, { graph: 0.5, reader: 0.6 }), row(2, { graph: 0.5 })]);
    expect(target?.outcome).toBe("reached");
    expect(target?.figure).toBe(
      "ahead in 3 of 3 comparisons, one for each method that ran on a world; ahead of all 2 in 1 of 1 world where all ran; " +
        "of 2 worlds with an attack, these did not run on some: The reader on 1",
    );
  });
  it("are named where they are not behind", () => {
    const target = targetOf("every world", [row(1, { graph: 0.5, reader: 1 }), row(2, { graph: 0.5 })]);
    expect(target?.outcome).toBe("missed");
    expect(target?.figure).toContain("ahead in 2 of 3 comparisons, one for each method that ran on a world (not of The reader in 1)");
    expect(target?.figure).toContain("ahead of all 2 in 0 of 1 world where all ran");
  });
});

describe("why a target is missed", () => {
  const part = (accounts: number, sharing_nothing: number, watched: number) => ({ accounts, sharing_nothing, watched });
  const missed: MissedAccounts = { without_request: part(6, 2, 0), with_one_or_two: part(3, 1, 2), with_more: part(1, 0, 1) };
  const whyOf = (what: string, rows: PageRow[]): string | null | undefined => targetOf(what, rows)?.why;
  it("is told by what missed accounts sent and share, over all its worlds", () => {
    const rows = [makeRow({ group: "knob", found: 90, missed }), makeRow({ group: "knob", seed: 902, found: 90, missed })];
    expect(whyOf("one evasion", rows)).toBe(
      "Of 20 missed accounts 12 (60 %) sent no request of their campaign within the log, 6 (30 %) one or two, 2 (10 %) more. " +
        "6 of all, and 4 of those without a request, share no address, payment instrument or e-mail with another account of it. 6 are watched.",
    );
    expect(writePage(rows)).toContain("## Why\n");
  });
  it("names campaigns that no report names, and what is found of the others", () => {
    const rows = [makeRow({ group: "knob", found: 0, missed }), makeRow({ group: "knob", seed: 902, found: 90, missed })];
    expect(whyOf("one evasion", rows)).toContain("100 are of 1 campaign of 2 that no report names; in the others recall is 90 %.");
  });
  it("is told by what had been served at the last cut that missed a campaign", () => {
    const rows = [makeRow({ group: "february", times: [time(0.05)] })];
    expect(whyOf("time to find", rows)).toBe("At the last cut that missed it a campaign had served: pool-1 10 exchanges by 7 accounts.");
  });
  it("is told by the accounts that the calibration error is of", () => {
    const bins = [
      { from: 0, to: 0.1, accounts: 10_000, said: 0.001, observed: 0.051 },
      { from: 0.9, to: 1, accounts: 100, said: 0.95, observed: 0.96 },
    ];
    expect(whyOf("calibration", [makeRow({ group: "knob", calibrationError: 0.05, bins })])).toContain(
      "0.050 of 0.050 are of the 10,000 accounts told 0 % to 10 %, in the mean 0.1 %, of which 5.1 % attack",
    );
  });
  it("is told by whose the wrong requests of slices are", () => {
    const mixed = (innocent: number): PageRow => makeRow({ group: "camouflage", id: "camouflage-90", sliceMatched: 900, innocent });
    expect(whyOf("90 % unrelated", [mixed(0)])).toContain("100 requests of 1,000 requests in slices are no harvest; nobody innocent");
    expect(whyOf("90 % unrelated", [mixed(1)])).not.toContain("nobody innocent");
  });
  it("is told of no target that is reached, nor where nothing was measured", () => {
    expect(whyOf("one evasion", [makeRow({ group: "knob", missed })])).toBeNull();
    expect(writePage([makeRow({ group: "knob", found: 90 })])).not.toContain("## Why");
  });
});

describe("the page", () => {
  it("says where a published method is not behind", () => {
    const sentence = "The rival at its kindest is not behind: F1 0.900 against 0.750";
    expect(writePage([makeRow({ group: "knob", found: 60, baselineF1: 0.9 })])).toContain(sentence);
    expect(writePage([makeRow({ group: "knob", found: 100, baselineF1: 0.9 })])).not.toContain("not behind");
  });
  it("names innocent segments, and campaigns that were not found", () => {
    const page = writePage([makeRow({ group: "knob", found: 0, innocent: 3 })]);
    expect(page).toContain("not found: pool-1; innocent in `campaign`: classroom 3 of 10000");
  });
  it("says so when nothing was lost, and only then", () => {
    expect(writePage([makeRow({ group: "knob" })])).toContain("In these worlds nowhere");
    expect(writePage([makeRow({ group: "knob", innocent: 1 })])).not.toContain("In these worlds nowhere");
  });
  it("warns when a seed was tuned on", () => {
    expect(writePage([makeRow({ group: "knob", seed: SEEDS_DEFAULT[0] })])).toContain("None of them is used here");
    expect(writePage([makeRow({ group: "knob", seed: 12 })])).toContain("12 is used here, and what it shows is no evidence");
  });
  it("counts a crowd once that stands in two rows of a sweep", () => {
    const rows = [makeRow({ group: "camouflage", seed: 700, id: "a" }), makeRow({ group: "camouflage", seed: 700, id: "b" })];
    expect(writePage(rows)).toContain("0 of 50 organizations and groups");
    expect(writePage([rows[0], makeRow({ group: "camouflage", seed: 701 })])).toContain("0 of 100 organizations and groups");
  });
});

describe("what the page owns up to", () => {
  const figures = (f1: number) => [{ what: "F1 of pairs inside against all that meet", value: f1 }];
  const write = (rival: number): string => {
    const methods = [
      { method: "stillwatch", figures: figures(0.077) },
      { method: "SynchroTrap", figures: figures(rival) },
    ];
    const set = { set: "elections", source: "s", licence: "l", rows: 1, accounts: 1, methods, cannotShow: [] };
    return writeResultsPage([makeRow({ group: "february" })], {
      command: "stillwatch evaluate",
      material: "bundled prompts",
      studies: { sweep: [], coordination: [set], windows: [] },
      methods: [],
    });
  };

  it("lists a set of data on which a published method agrees better with what it did not see, and no other", () => {
    expect(write(0.1)).toContain("- elections, behaviour that no simulator made: F1 of pairs 0.077 against SynchroTrap 0.100");
    expect(write(0.05)).not.toContain("elections, behaviour");
  });

  it("tells which methods did not run everywhere, and why", () => {
    const rows = [makeRow({ group: "february", baselineF1: 0.5 }), makeRow({ group: "knob" })];
    expect(writePage(rows)).toContain("The rival ran on 1 of 2 worlds with an attack: what reads text takes longer");
    expect(writePage(rows.slice(0, 1))).not.toContain("sits out");
  });
});
