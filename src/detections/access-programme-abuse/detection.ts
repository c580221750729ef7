import {
  AccountFact,
  compareRate,
  formatCount,
  formatShare,
  makeSignal,
  SMALLEST_POOL,
  type CandidateGroup,
  type GroupDetection,
  type Population,
  type Signal,
} from "../../sdk/index.js";

const detection: GroupDetection = {
  name: "access-programme-abuse",
  title: "Access programme abuse",
  maturity: "shadow",
  level: "group",
  group: "registration",
  spoofable: 2,
  looksFor:
    "A group far more of which is in an access programme (education, security research, start-ups) than of all accounts, without an institution that would explain it.",
  innocentTwins: [
    "A class: everybody is in the education programme, and everybody has the school's e-mail domain or signed up at its address.",
    "A hackathon: start-up accounts that signed up in one hall.",
    "Users of a popular tool: as many are in a programme as of all accounts.",
  ],
  innocentCause: "gathering",
  sources: [
    "Anthropic, 23 February 2026: programmes for education, security research and start-ups are the pathways most often exploited.",
  ],
  thresholds: {
    capNats: {
      value: 1.1,
      unit: "nats",
      why: "Programmes are open to crowds of students and founders: eleven strangers with phrases in common stood in campaign at 1.8.",
    },
    accountsMin: { ...SMALLEST_POOL, unit: "accounts in a programme" },
    institutionMin: {
      value: 3,
      unit: "accounts with one e-mail domain or sign-up address",
      why: "A course has three people at least; whoever shares a school's domain or hall with two others is explained by it.",
    },
    institutionShare: {
      value: 0.5,
      unit: "share of a domain's accounts in a programme",
      why: "Of a school's accounts most are in the programme; of a mail provider's as many as of all.",
    },
  },
  examine,
};

function examine(group: CandidateGroup, population: Population): Signal | null {
  const { accountsMin } = detection.thresholds;
  const { programmes, facts } = population;
  const known = (account: number): boolean => (facts[account] & AccountFact.known) !== 0;
  const isIn = (account: number): boolean => isProgramme(programmes[account]);
  const members = [...group.members].filter(known);
  if (members.filter(isIn).length < accountsMin.value) return null;
  const explained = findInstitutions(members, population);
  // Those whom an institution explains are left out of both counts: they say nothing either way.
  const others = members.filter((account) => !explained.has(account));
  const enrolled = others.filter(isIn);
  if (enrolled.length < accountsMin.value) return null;
  const base = shareInProgrammes(population);
  const nats = compareRate({ hits: enrolled.length, trials: others.length, expected: base * others.length });
  if (nats <= 0) return null;
  const names = [...new Set(enrolled.map((account) => programmes[account].replaceAll("_", " ")))].sort();
  return makeSignal(detection, {
    nats,
    because: `${formatCount(enrolled.length)} of ${formatCount(others.length)} accounts (${formatShare(enrolled.length / others.length)}) are in an access programme (${names.join(", ")}), of all accounts ${formatShare(base)}; no common institution explains it.`,
  });
}

const sharesInProgrammes = new WeakMap<Population, number>();

/** Share of all known accounts that are in a programme; counted once per population. */
function shareInProgrammes(population: Population): number {
  let share = sharesInProgrammes.get(population);
  if (share === undefined) {
    const known = [...population.facts.keys()].filter((account) => (population.facts[account] & AccountFact.known) !== 0);
    share = known.filter((account) => isProgramme(population.programmes[account])).length / known.length;
    sharesInProgrammes.set(population, share);
  }
  return share;
}

/** Members who share an institution's e-mail domain or a sign-up address with enough others. */
function findInstitutions(members: readonly number[], population: Population): Set<number> {
  const { institutionMin, institutionShare } = detection.thresholds;
  const { instruments, instrumentsOf } = population;
  const sharers = new Map<number, number[]>();
  for (const account of members) {
    for (let entry = instrumentsOf.offsets[account]; entry < instrumentsOf.offsets[account + 1]; entry++) {
      const item = instrumentsOf.items[entry];
      const kind = instruments.kinds[item];
      if (kind !== "signup_address" && kind !== "email_domain") continue;
      const known = sharers.get(item);
      if (known) known.push(account);
      else sharers.set(item, [account]);
    }
  }
  const enrolled = countEnrolled(population);
  const explained = [...sharers].filter(([item, accounts]) => {
    const isInstitution = enrolled[item] > institutionShare.value * instruments.accounts[item];
    return accounts.length >= institutionMin.value && (instruments.kinds[item] === "signup_address" || isInstitution);
  });
  return new Set(explained.flatMap(([, accounts]) => accounts));
}

const enrolledOf = new WeakMap<Population, Uint32Array>();

/** Accounts in a programme per instrument, of all accounts; counted once per population. */
function countEnrolled(population: Population): Uint32Array {
  let enrolled = enrolledOf.get(population);
  if (enrolled) return enrolled;
  const { instruments, instrumentsOf, programmes } = population;
  enrolled = new Uint32Array(instruments.kinds.length);
  for (let account = 0; account < programmes.length; account++) {
    if (!isProgramme(programmes[account])) continue;
    for (let entry = instrumentsOf.offsets[account]; entry < instrumentsOf.offsets[account + 1]; entry++)
      enrolled[instrumentsOf.items[entry]] += 1;
  }
  enrolledOf.set(population, enrolled);
  return enrolled;
}

const isProgramme = (programme: string): boolean => programme !== "" && programme !== "none";

export default detection;
