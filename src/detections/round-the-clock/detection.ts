import { formatCount, makeSignal, type AccountDetection, type Population, type Signal } from "../../sdk/index.js";

const HOURS = 24;

const detection: AccountDetection = {
  name: "round-the-clock",
  title: "Use around the clock",
  maturity: "shadow",
  level: "account",
  group: "behaviour",
  spoofable: 2,
  isContext: true,
  looksFor:
    "An account whose day has no night: over several days its requests leave no stretch of hours free in which a person would sleep.",
  innocentTwins: [
    "A scheduled job: it keeps to its hours, however early they are.",
    "A night owl or a traveller: late hours, and a night of their own.",
    "A company's service with customers everywhere does look like this, and so does a shared team key; nothing here tells them from a pool, which is why it weighs nothing.",
  ],
  sources: ["CISA, NSA, FBI: AA26-251A, 8 September 2026: round-the-clock use among the indicators, each with a benign twin."],
  thresholds: {
    capNats: {
      value: 0,
      unit: "nats",
      why: "Context. In worlds with seeds 11, 12 and 31 it shows 1.3 % of accounts of campaigns and 4.0 % of all others: evidence of nothing.",
    },
    requestsMin: {
      value: 60,
      unit: "requests",
      why: "With fewer, gaps say nothing: 60 requests at random hours leave three neighbouring hours free in one account of a hundred.",
    },
    daysMin: {
      value: 4,
      unit: "days with requests",
      why: "A jet-lagged week-end or a deadline fills two or three nights; a fourth is a habit.",
    },
    silenceHoursMax: {
      value: 2,
      unit: "hours",
      why: "Nobody lives on two hours of sleep; at three, people who wake once at night come in.",
    },
  },
  inspect,
};

function inspect(account: number, population: Population): Signal[] {
  const { requestsMin, daysMin, silenceHoursMax } = detection.thresholds;
  const start = population.requestOffsets[account];
  const end = population.requestOffsets[account + 1];
  if (end - start < requestsMin.value) return [];
  const firstHour = Math.floor(population.fromMs / 3_600_000);
  const heard = new Uint8Array(HOURS);
  const days = new Set<number>();
  for (let row = start; row < end; row++) {
    const hour = firstHour + population.requests.hour[row];
    heard[hour % HOURS] = 1;
    days.add(Math.floor(hour / HOURS));
  }
  const silence = findLongestSilence(heard);
  if (days.size < daysMin.value || silence > silenceHoursMax.value) return [];
  const hours = heard.reduce((sum, value) => sum + value, 0);
  const quiet =
    silence === 0 ? "no hour is ever quiet" : `its longest quiet stretch has ${silence === 1 ? "one hour" : `${silence} hours`}`;
  return [
    makeSignal(detection, {
      nats: 0,
      because: `${formatCount(end - start)} requests on ${days.size} days fall into ${hours} of the 24 hours of the day; ${quiet}. A person sleeps; a service, a shared key or a pool does not.`,
    }),
  ];
}

/** Hours of the longest stretch of the day without a request; the day is a circle. */
function findLongestSilence(heard: Uint8Array): number {
  let longest = 0;
  let running = 0;
  for (let step = 0; step < 2 * HOURS; step++) {
    running = heard[step % HOURS] === 1 ? 0 : running + 1;
    longest = Math.max(longest, Math.min(HOURS, running));
  }
  return longest;
}

export default detection;
