import {
  describeUsual,
  FENCE_SPREADS,
  formatCount,
  makeSignal,
  rememberPerPopulation,
  type AccountDetection,
  type Population,
  type Signal,
  type Usual,
} from "../../sdk/index.js";

const detection: AccountDetection = {
  name: "many-clients",
  title: "Many addresses or clients on one key",
  maturity: "shadow",
  level: "account",
  group: "infrastructure",
  spoofable: 3,
  isContext: true,
  looksFor: "A key that is used from many addresses or with many clients, far more than by accounts that send about as much.",
  innocentTwins: [
    "An agency with a key for each customer: many addresses, few on each key.",
    "A commuter: home, train and office are a handful of addresses.",
    "A company's service in many regions on one key does look like this; nothing here tells it from a pool, which is why it weighs nothing.",
  ],
  sources: ["CISA, NSA, FBI: AA26-251A, 8 September 2026: one credential from many addresses and user agents."],
  thresholds: {
    capNats: {
      value: 0,
      unit: "nats",
      why: "Context. Addresses cost nothing, commercial networks give every request another one, and mobile customers change theirs all day.",
    },
    addressesMin: {
      value: 8,
      unit: "addresses a key",
      why: "Home, work, mobile, a holiday and their renewals; below that nobody need be asked.",
    },
    clientsMin: {
      value: 6,
      unit: "clients a key",
      why: "A script, an SDK, a notebook and a browser, each before and after an update, are about five.",
    },
    spreads: {
      value: FENCE_SPREADS,
      unit: "distances between the quartiles, on logarithms",
      why: "Tukey's fence for “outside”, among accounts with about as many requests: who sends more is seen in more places.",
    },
  },
  inspect,
};

const perKey = (count: number, account: number, population: Population): number => count / Math.max(1, population.keyCounts[account]);
const countAddresses = (account: number, population: Population): number =>
  perKey(population.addressesOf.offsets[account + 1] - population.addressesOf.offsets[account], account, population);
const countClients = (account: number, population: Population): number => perKey(population.clientCounts[account], account, population);

/** Accounts are compared within a factor of two of their requests. */
const classOf = (account: number, population: Population): number =>
  Math.floor(Math.log2(population.requestOffsets[account + 1] - population.requestOffsets[account]));

const measureUsual = rememberPerPopulation((population: Population) => {
  const describe = (count: (account: number, population: Population) => number): ReadonlyMap<number, Usual> =>
    describeUsual(
      population.accountIds.map((_, account) => count(account, population)),
      (account) => classOf(account, population),
    );
  return { addresses: describe(countAddresses), clients: describe(countClients) };
});

function inspect(account: number, population: Population): Signal[] {
  const { addressesMin, clientsMin } = detection.thresholds;
  const addresses = countAddresses(account, population);
  const clients = countClients(account, population);
  if (addresses < addressesMin.value && clients < clientsMin.value) return [];
  const usual = measureUsual(population);
  const found = [
    describeExcess(addresses, "addresses", { least: addressesMin.value, usual: usual.addresses.get(classOf(account, population)) }),
    describeExcess(clients, "clients", { least: clientsMin.value, usual: usual.clients.get(classOf(account, population)) }),
  ].filter((sentence) => sentence !== null);
  if (found.length === 0) return [];
  const keys = population.keyCounts[account];
  const where = keys > 1 ? `On each of its ${keys} keys` : keys === 1 ? "On one key" : "On the account (the log names no keys)";
  return [makeSignal(detection, { nats: 0, because: `${where}: ${found.join(", and ")}.` })];
}

function describeExcess(count: number, noun: string, { least, usual }: { least: number; usual: Usual | undefined }): string | null {
  if (usual === undefined || count < least || count <= usual.fence) return null;
  return `${formatCount(count)} ${noun}, where accounts that send about as much have ${formatCount(usual.median)}`;
}

export default detection;
