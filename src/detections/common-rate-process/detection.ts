import {
  comparePace,
  formatCount,
  formatShare,
  makeSignal,
  visitSlice,
  type CandidateGroup,
  type GroupDetection,
  type Population,
  type Signal,
} from "../../sdk/index.js";

const detection: GroupDetection = {
  name: "common-rate-process",
  title: "Common rate process",
  maturity: "shadow",
  level: "group",
  group: "behaviour",
  aspect: "timing",
  spoofable: 2,
  looksFor:
    "Accounts whose activity rises, falls, stops and starts together, after the group's own daily curve and the population's days are taken out.",
  innocentTwins: [
    "A class in its lesson and a hackathon in its night are synchronous too; that is one group of evidence, and what they ask repeats.",
    "A region in its working hours: the group's own hour-of-day profile is part of the expectation.",
  ],
  innocentCause: "gathering",
  sources: [
    "Greenwood, Yule, JRSS 83, 1920: counts whose rate varies are negative binomial; the test is the likelihood ratio of a pool's variation to a crowd's. The null model: hours swing independently, as a crowd's do.",
    "Cao et al., SynchroTrap, CCS 2014: loosely synchronised actions.",
    "Anthropic, 23 February 2026: synchronised traffic and coordinated timing.",
  ],
  thresholds: {
    capNats: { value: 3, unit: "nats", why: "Synchrony is shared by every lesson, launch and outage; it supports, it does not decide." },
    counterCapNats: {
      value: 0.5,
      unit: "nats",
      why: "A dispatcher that keeps human hours shows no common rate; its absence hardly speaks against a pool.",
    },
    poolShock: {
      value: 0.6,
      unit: "squared variation of the common rate",
      why: "A dispatcher that stops for a few hours a day has a squared variation of a half and more; with other traffic beside it, a half and a quarter of that are as likely.",
    },
    crowdShock: {
      value: 0.06,
      unit: "squared variation of the common rate",
      why: "What is left between independent users' hours after daily curve and day totals are removed.",
    },
    hoursWeight: { value: 0.5, unit: "weight of an hour", why: "Sessions outlast the hour, so neighbouring hours are not independent." },
    membersMin: { value: 3, unit: "accounts", why: "The smallest pool looked for; two accounts that agree are a coincidence." },
    reportNats: { value: 0.5, unit: "nats", why: "Below, the figure decides nothing and would only fill the page." },
    windowHoursMin: { value: 24, unit: "hours", why: "The daily curve cannot be taken out of less than a day." },
    activeHoursMin: { value: 40, unit: "account-hours", why: "Below, chance alone makes hours look common." },
  },
  examine,
};

/** Parts of a pool's own shock that are left when its accounts carry other traffic too; each as likely before anything is seen. */
const POOL_SHOCK_PARTS = [0.25, 0.5, 1];

function examine(group: CandidateGroup, population: Population): Signal | null {
  const thresholds = detection.thresholds;
  if (group.members.length < thresholds["membersMin"].value) return null;
  const active = countActiveAccounts(group, population);
  const total = active.reduce((sum, count) => sum + count, 0);
  if (total < thresholds["activeHoursMin"].value || active.length < thresholds["windowHoursMin"].value) return null;
  const expected = expectActivity(active, population);
  const ratio = comparePace(active, expected, {
    pools: POOL_SHOCK_PARTS.map((part) => part * thresholds["poolShock"].value),
    crowd: thresholds["crowdShock"].value,
  });
  const nats = Math.max(-thresholds["counterCapNats"].value, thresholds["hoursWeight"].value * ratio);
  if (Math.abs(nats) < thresholds["reportNats"].value) return null;
  const shock = measureShock(active, expected);
  return makeSignal(detection, {
    nats,
    because: `The hours in which ${formatCount(group.members.length)} accounts are active ${nats > 0 ? "rise and fall together" : "are independent"}: beyond the daily curve and chance, their common pace swings by ${formatShare(Math.sqrt(Math.max(0, shock)))} of its average.`,
  });
}

/** Members active per hour: presence, not requests, so that one busy account is not a rise of all. */
function countActiveAccounts(group: CandidateGroup, population: Population): Float64Array {
  const active = new Float64Array(population.hours.length);
  const lastMember = new Int32Array(population.hours.length).fill(-1);
  visitSlice(group, (row, member) => {
    const hour = population.requests.hour[row];
    if (lastMember[hour] === member) return;
    lastMember[hour] = member;
    active[hour] += 1;
  });
  return active;
}

/** The group's own hour-of-day profile times the population's days. */
function expectActivity(active: Float64Array, population: Population): Float64Array {
  const days = Math.ceil(active.length / 24);
  const byDay = new Float64Array(days);
  const byHour = new Float64Array(24);
  let total = 0;
  active.forEach((count, hour) => {
    byDay[Math.floor(hour / 24)] += population.hours[hour];
    byHour[hour % 24] += count;
    total += count;
  });
  const expected = active.map((_, hour) => byHour[hour % 24] * byDay[Math.floor(hour / 24)]);
  const scale =
    total /
    Math.max(
      1e-9,
      expected.reduce((sum, value) => sum + value, 0),
    );
  return expected.map((value) => value * scale);
}

/** Variance beyond Poisson, over the squared mean. */
function measureShock(active: Float64Array, expected: Float64Array): number {
  let excess = 0;
  let squares = 0;
  active.forEach((count, hour) => {
    excess += (count - expected[hour]) ** 2 - expected[hour];
    squares += expected[hour] ** 2;
  });
  return squares > 0 ? Math.max(0, excess / squares) : 0;
}

export default detection;
