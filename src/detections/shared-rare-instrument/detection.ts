import { formatCount, formatShare, makeSignal, type PairDetection, type Population, weighSharing } from "../../sdk/index.js";

/** Weight of each kind of instrument: what it costs to have one more. Referrers and domains come free and are left to the burst detection. */
const KIND_WEIGHTS: Record<string, number> = { payment: 1, email: 1, signup_address: 0.4, signup_client: 0.2 };

const detection: PairDetection = {
  name: "shared-rare-instrument",
  title: "Shared rare instrument",
  maturity: "shadow",
  level: "pair",
  group: "registration",
  spoofable: 1,
  looksFor:
    "Accounts that claim to be strangers and pay with the same card, use the same e-mail hash, or signed up from the same address; weighted by how rare the instrument is among all accounts.",
  innocentTwins: [
    "A family or a small office that shares one card: two or three accounts, expected by chance in a large group, and outweighed there.",
    "A school or a company that pays for its people: its accounts carry one organization, so nothing links them.",
  ],
  sources: [
    "Anthropic, Detecting and preventing distillation attacks, 23 February 2026: shared payment methods across accounts.",
    "Cao et al., Uncovering large groups of active malicious accounts (SynchroTrap), CCS 2014.",
  ],
  thresholds: {
    capNats: {
      value: 5,
      unit: "nats",
      why: "Odds of 150 to 1 are as much as registration data deserve: they are typed in by the other side.",
    },
    shareMin: {
      value: 0.2,
      unit: "share of the accounts",
      why: "A pool draws on a stock of its own, so a good part of its accounts meet there; a few households among many carriers are no pool.",
    },
    pairCapNats: {
      value: 5,
      unit: "nats",
      why: "One shared card may link two accounts outright, but never more than the group's own cap.",
    },
  },
  compare,
  explain(a, b, population) {
    const shared = listShared(a, b, population);
    return `shares ${shared.map((item) => `${population.instruments.kinds[item]} used by ${formatCount(population.instruments.accounts[item])} accounts`).join(", ")}`;
  },
  isTold(a, b, population) {
    const isPaid = markPaid(population.instruments);
    return population.parties[a] !== population.parties[b] && listShared(a, b, population).some((item) => isPaid[item] === 1);
  },
  examine(group, population) {
    const isPaid = markPaid(population.instruments);
    const weighed = weighSharing(group, {
      population,
      incidence: population.instrumentsOf,
      things: population.instruments,
      isCounted: (item) => isPaid[item] === 1,
      shareMin: detection.thresholds["shareMin"].value,
    });
    if (!weighed) return null;
    const { coverage, nats } = weighed;
    return makeSignal(detection, {
      nats,
      shownBy: coverage.sharers,
      because: `${formatCount(coverage.sharing)} of ${formatCount(coverage.members)} accounts (${formatShare(coverage.sharing / coverage.members)}) share a payment instrument or e-mail with another of them; as many strangers would by chance: ${coverage.expected.toFixed(1)}.`,
    });
  },
};

const paidOf = new WeakMap<Population["instruments"], Uint8Array>();

/** 1 for instruments that somebody pays with or answers to; marked once, because a thousand groups are looked at. */
function markPaid(instruments: Population["instruments"]): Uint8Array {
  let isPaid = paidOf.get(instruments);
  if (!isPaid) {
    isPaid = Uint8Array.from(instruments.kinds, (kind) => (kind === "payment" || kind === "email" ? 1 : 0));
    paidOf.set(instruments, isPaid);
  }
  return isPaid;
}

function listShared(a: number, b: number, population: Population): number[] {
  const { offsets, items } = population.instrumentsOf;
  const shared: number[] = [];
  let i = offsets[a];
  let j = offsets[b];
  while (i < offsets[a + 1] && j < offsets[b + 1]) {
    if (items[i] === items[j]) {
      shared.push(items[i]);
      i += 1;
      j += 1;
    } else if (items[i] < items[j]) i += 1;
    else j += 1;
  }
  return shared;
}

const worths = new WeakMap<Population, Float64Array>();

/** Nats per instrument that two accounts have in common; rated once, because a million pairs are compared. */
function rateInstruments(population: Population): Float64Array {
  let worth = worths.get(population);
  if (!worth) {
    const { kinds, accounts } = population.instruments;
    worth = Float64Array.from(kinds, (kind, item) => (KIND_WEIGHTS[kind] ?? 0) * Math.log(population.accountIds.length / accounts[item]));
    worths.set(population, worth);
  }
  return worth;
}

function compare(a: number, b: number, population: Population): number {
  const { offsets, items } = population.instrumentsOf;
  const worth = rateInstruments(population);
  let nats = 0;
  for (let i = offsets[a], j = offsets[b]; i < offsets[a + 1] && j < offsets[b + 1]; ) {
    const item = items[i];
    if (item === items[j]) {
      nats += worth[item];
      i += 1;
      j += 1;
    } else if (item < items[j]) i += 1;
    else j += 1;
  }
  return Math.min(detection.thresholds["pairCapNats"].value, nats);
}

export default detection;
