import {
  formatCount,
  logGamma,
  makeSignal,
  type CandidateGroup,
  type PairDetection,
  type Population,
  type Signal,
} from "../../sdk/index.js";
import { compareChoices, listChoices } from "./choices.js";
import { countMeetings, SLOT_MINUTES, visitShared, type Grain } from "./account-windows.js";
import { expectMeetings, learnRhythm, type Rhythm } from "./rhythm.js";

const detection: PairDetection = {
  name: "lockstep",
  title: "Lockstep",
  maturity: "shadow",
  level: "pair",
  group: "behaviour",
  aspect: "timing",
  spoofable: 2,
  onlySupports: true,
  looksFor:
    "Strangers that send the same rare scaffold in the same hour, or within the same five minutes, more often than each one's own hours of day and the days on which the scaffold is in use lead to expect.",
  innocentTwins: [
    "Colleagues with one tool and one working day: everybody's own hours of day are part of the expectation.",
    "A prompt that goes round for a day: the days on which a scaffold is in use are part of the expectation.",
    "A class in its lesson is in lockstep indeed; what it sends repeats, and that stops it.",
  ],
  innocentCause: "gathering",
  sources: [
    "Cao et al., SynchroTrap, CCS 2014: the same actions on the same objects within a window, again and again.",
    "Amarasingham, Harrison, Hatsopoulos, Geman, Conditional modeling and the jitter method of spike resampling, Journal of Neurophysiology 107, 2012: coincidences against a null that keeps what is slow.",
    "Anthropic, 23 February 2026: synchronised traffic across accounts.",
  ],
  thresholds: {
    capNats: { value: 3, unit: "nats", why: "Synchrony is shared by every lesson, launch and outage; it supports, it does not decide." },
    pairCapNats: {
      value: 5,
      unit: "nats",
      why: "Forty meetings where one is expected link two accounts outright, but never more than the group's own cap; a link only proposes.",
    },
    poolFactor: {
      value: 1.6,
      unit: "meetings per expected meeting",
      why: "One plus the squared variation of a dispatcher's rate, .6 for one that stops a few hours a day; pools of tuning seeds 11 and 13 to 15 had 1.4 to 1.6.",
    },
    poolSpread: {
      value: 0.64,
      unit: "variance of the factor",
      why: "Half of the factor as its deviation: dispatchers range from jitter to batches of one minute.",
    },
    batchFactor: {
      value: 12,
      unit: "meetings per expected meeting in five minutes",
      why: "One job fanned out at once falls into one of the twelve slots of its hour instead of any.",
    },
    batchSpread: {
      value: 144,
      unit: "variance of the factor",
      why: "The factor's square, an exponential law: nothing is known of batches but their scale.",
    },
    crowdSpread: {
      value: 0.02,
      unit: "variance of the factor",
      why: "Benign groups of 100 pairs and more of the tuning seeds had factors from .8 to 1.1, which chance alone does not explain.",
    },
    meetingWeight: {
      value: 0.5,
      unit: "weight of a meeting",
      why: "Sessions outlast the hour, so neighbouring hours are not independent.",
    },
    commonShare: {
      value: 0.1,
      unit: "share of all accounts",
      why: "What a tenth of the world carries is a product; its outages and launches move all of its users together.",
    },
    membersMin: { value: 3, unit: "accounts", why: "The smallest pool looked for; two accounts that agree are a coincidence." },
    reportNats: { value: 0.5, unit: "nats", why: "Below, the figure decides nothing and would only fill the page." },
    daysMin: { value: 3, unit: "days", why: "What is usual on other days cannot be learnt from fewer; a weekend has two." },
    expectedMin: { value: 2, unit: "expected meetings of a group", why: "Below, one session that two people happen to share decides." },
  },
  compare(a, b, population) {
    const { hour, slot } = meet(a, b, population);
    if (hour.observed === 0) return 0;
    const { poolFactor, poolSpread, batchFactor, batchSpread } = detection.thresholds;
    // Either kind of dispatcher may be behind it, each as likely: the mean of the two likelihoods.
    const kinds = [
      weighMeetings(hour, { factor: poolFactor.value, spread: poolSpread.value }),
      weighMeetings(slot, { factor: batchFactor.value, spread: batchSpread.value }),
    ];
    const most = Math.max(...kinds);
    const nats = most + Math.log(kinds.reduce((sum, kind) => sum + Math.exp(kind - most), 0) / kinds.length);
    return Math.max(0, Math.min(detection.thresholds["pairCapNats"].value, nats));
  },
  explain(a, b, population) {
    const { hour, slot } = meet(a, b, population);
    const tell = ({ observed, expected }: Meetings): string => `${formatCount(observed)} times (${formatExpected(expected)} expected)`;
    const within = slot.observed > 0 ? `, and within ${SLOT_MINUTES} minutes ${tell(slot)}` : "";
    return `sent the same scaffold in the same hour ${tell(hour)}${within}`;
  },
  examine,
};

/** How often two accounts met, and how often chance has it. */
interface Meetings {
  observed: number;
  expected: number;
}

const NEVER: Meetings = { observed: 0, expected: 0 };

/** Meetings of two accounts. Without any in an hour there is none in a slot and nothing to compare, so nothing is expected either. */
function meet(a: number, b: number, population: Population): Record<Grain, Meetings> {
  const rhythm = learnRhythm(population, detection.thresholds["commonShare"].value * population.accountIds.length);
  if (rhythm.days < detection.thresholds["daysMin"].value) return { hour: NEVER, slot: NEVER };
  const hour = meetWithin([a, b], rhythm, "hour");
  return hour.observed === 0 ? { hour: NEVER, slot: NEVER } : { hour, slot: meetWithin([a, b], rhythm, "slot") };
}

function meetWithin(accounts: readonly [number, number], rhythm: Rhythm, grain: Grain): Meetings {
  const { windows } = rhythm;
  const observed = countMeetings(windows, accounts, grain);
  if (observed === 0 && grain === "hour") return NEVER;
  let expected = 0;
  visitShared(windows, accounts, (entryOfA, entryOfB) => {
    expected += expectMeetings(rhythm, grain, [entryOfA, entryOfB]);
  });
  return { observed, expected };
}

/** Small expectations are the point: two digits that say something, whatever the size. */
function formatExpected(expected: number): string {
  return String(Number(expected.toPrecision(2)));
}

/**
 * Of a group it is asked whether its accounts, whenever they are at work, work on the *same* scaffold. That they are at work at the same time is
 * `common-rate-process` and must not be counted twice.
 */
function examine(group: CandidateGroup, population: Population): Signal | null {
  const { thresholds } = detection;
  if (group.members.length < thresholds["membersMin"].value || group.families.length < 2) return null;
  if (population.hours.length < thresholds["daysMin"].value * 24) return null;
  const choices = compareChoices(listChoices(group, population));
  const { observed, expected } = choices;
  if (expected < thresholds["expectedMin"].value) return null;
  const nats = weighMeetings(choices, { factor: thresholds["poolFactor"].value, spread: thresholds["poolSpread"].value });
  if (nats < thresholds["reportNats"].value) return null;
  return makeSignal(detection, {
    nats,
    because: `Whenever two of the ${formatCount(group.members.length)} accounts are at work in the same hour, they are on the same scaffold: ${formatCount(observed)} times; each one's own mix and the day lead to expect ${formatCount(expected)}.`,
  });
}

/**
 * Log-likelihood ratio of a pool's factor between seen and expected meetings against a crowd's: both gamma with their mean and variance, so that
 * the counts are negative binomial.
 */
function weighMeetings({ observed, expected }: Meetings, pool: { factor: number; spread: number }): number {
  const { crowdSpread, meetingWeight } = detection.thresholds;
  const score = (factor: number, spread: number): number => {
    const shape = factor ** 2 / spread;
    const mean = factor * expected;
    return (
      logGamma(observed + shape) - logGamma(shape) + observed * Math.log(mean / (mean + shape)) + shape * Math.log(shape / (mean + shape))
    );
  };
  if (expected <= 0) return 0;
  const nats = meetingWeight.value * (score(pool.factor, pool.spread) - score(1, crowdSpread.value));
  // Fewer meetings than expected are no sign of a pool, however unlike a crowd's they are: the wider law has more in both tails.
  return observed <= expected ? Math.min(0, nats) : nats;
}

export default detection;
