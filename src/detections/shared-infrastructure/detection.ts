import { formatCount, formatShare, makeSignal, type PairDetection, type Population, weighSharing } from "../../sdk/index.js";

const detection: PairDetection = {
  name: "shared-infrastructure",
  title: "Shared rare addresses",
  maturity: "shadow",
  level: "pair",
  group: "infrastructure",
  spoofable: 3,
  looksFor: "Strangers whose requests leave from the same client addresses, more often than as many accounts drawn at random would.",
  innocentTwins: [
    "A school, an office or a carrier's NAT: many accounts on one address; that alone is one group of evidence and never a campaign.",
    "A commercial VPN: its exits are seen on so many accounts that sharing one is what chance expects.",
  ],
  innocentCause: "gathering",
  sources: ["Xie et al., How dynamic are IP addresses?, SIGCOMM 2007: an address is evidence only with its base rate."],
  thresholds: {
    capNats: {
      value: 4,
      unit: "nats",
      why: "Addresses are rented by the thousand, so they may support a campaign but weigh less than payments.",
    },
    shareMin: {
      value: 0.2,
      unit: "share of the accounts",
      why: "A pool draws on a stock of its own, so a good part of its accounts meet there; a few households among many carriers are no pool.",
    },
    pairCapNats: { value: 2.5, unit: "nats", why: "One shared address alone may not make an edge (3 nats)." },
    smallerShareMin: {
      value: 0.2,
      unit: "share of the smaller set of addresses",
      why: "Accounts with hundreds of addresses collide by chance; a fifth of the smaller set is beyond chance.",
    },
  },
  compare,
  explain: (a, b, population) => {
    const { shared, smaller } = countShared(a, b, population);
    return `${formatCount(shared)} of ${formatCount(smaller)} addresses of the smaller account are the other's too`;
  },
  examine(group, population) {
    const weighed = weighSharing(group, {
      population,
      incidence: population.addressesOf,
      things: population.addresses,
      isCounted: () => true,
      shareMin: detection.thresholds["shareMin"].value,
    });
    if (!weighed) return null;
    const { coverage, nats } = weighed;
    return makeSignal(detection, {
      nats,
      shownBy: coverage.sharers,
      because: `${formatCount(coverage.sharing)} of ${formatCount(coverage.members)} accounts (${formatShare(coverage.sharing / coverage.members)}) send from an address that another of them uses too; by chance it would be ${coverage.expected.toFixed(1)}.`,
    });
  },
};

function compare(a: number, b: number, population: Population): number {
  const { shared, smaller, nats } = countShared(a, b, population);
  if (smaller === 0 || shared / smaller < detection.thresholds["smallerShareMin"].value) return 0;
  return Math.min(detection.thresholds["pairCapNats"].value, nats);
}

function countShared(a: number, b: number, population: Population): { shared: number; smaller: number; nats: number } {
  const { offsets, items } = population.addressesOf;
  let i = offsets[a];
  let j = offsets[b];
  let shared = 0;
  let nats = 0;
  while (i < offsets[a + 1] && j < offsets[b + 1]) {
    if (items[i] === items[j]) {
      shared += 1;
      nats += Math.log(population.accountIds.length / population.addresses.accounts[items[i]]) / 2;
      i += 1;
      j += 1;
    } else if (items[i] < items[j]) i += 1;
    else j += 1;
  }
  return { shared, smaller: Math.min(offsets[a + 1] - offsets[a], offsets[b + 1] - offsets[b]), nats };
}

export default detection;
