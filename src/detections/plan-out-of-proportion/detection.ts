import {
  describeUsual,
  FENCE_SPREADS,
  FENCE_VALUES_MIN,
  formatCount,
  makeSignal,
  rememberPerPopulation,
  type AccountDetection,
  type Population,
  type Signal,
  type Usual,
} from "../../sdk/index.js";

const detection: AccountDetection = {
  name: "plan-out-of-proportion",
  title: "Use out of proportion to the plan",
  maturity: "shadow",
  level: "account",
  group: "behaviour",
  spoofable: 1,
  isContext: true,
  looksFor: "An account that uses many times the tokens of others on the same plan, far outside of how these differ among themselves.",
  innocentTwins: [
    "A heavy user: several times the usual is within how people differ.",
    "A large customer on the plan for large customers: compared with its like.",
    "A plan that few have: nobody to compare with, so nothing is said.",
  ],
  sources: ["CISA, NSA, FBI: AA26-251A, 8 September 2026: usage out of proportion to the plan."],
  thresholds: {
    capNats: {
      value: 0,
      unit: "nats",
      why: "Context. In worlds with seeds 11 and 31 it shows 0.3 % of accounts of campaigns and 0.3 % of all others: evidence of nothing.",
    },
    accountsMin: { value: FENCE_VALUES_MIN, unit: "accounts on the plan", why: "Quartiles of fewer move too much." },
    spreads: {
      value: FENCE_SPREADS,
      unit: "distances between the quartiles, on logarithms",
      why: "Tukey's fence for “outside”: of a log-normal bulk one in 290 lies above. At 3, “far out”, nobody was found in three worlds.",
    },
  },
  inspect,
};

/** Tokens of every account, and what is usual on each plan. */
const measureUse = rememberPerPopulation((population: Population): { tokens: Float64Array; plans: ReadonlyMap<string, Usual> } => {
  const { requestOffsets, requests } = population;
  const tokens = Float64Array.from(population.accountIds, (_, account) => {
    let sum = 0;
    for (let row = requestOffsets[account]; row < requestOffsets[account + 1]; row++)
      sum += requests.inputTokens[row] + requests.outputTokens[row];
    return sum;
  });
  const plans = describeUsual(tokens, (account) => (population.plans[account] === "" ? null : population.plans[account]));
  return { tokens, plans };
});

function inspect(account: number, population: Population): Signal[] {
  const { tokens, plans } = measureUse(population);
  const plan = plans.get(population.plans[account]);
  if (plan === undefined || tokens[account] <= plan.fence) return [];
  return [
    makeSignal(detection, {
      nats: 0,
      because: `${formatCount(tokens[account])} tokens, ${formatCount(tokens[account] / plan.median)} times the middle one of ${formatCount(plan.accounts)} accounts on the plan “${population.plans[account]}”; the way these differ reaches to ${formatCount(plan.fence)}.`,
    }),
  ];
}

export default detection;
