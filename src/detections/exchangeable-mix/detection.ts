import {
  compareDispersion,
  countSliceEvents,
  formatCount,
  formatShare,
  logGamma,
  makeSignal,
  estimateDispersion,
  tabulateSlice,
  visitSlice,
  type CandidateGroup,
  type GroupDetection,
  type MixQuestion,
  type Population,
  type Signal,
} from "../../sdk/index.js";

/** Families beyond the largest are counted together: rare ones are carried by few members and say little about the mix. */
const FAMILY_CLASSES_MAX = 24;
const HOURS_PER_CLASS = 4;

const detection: GroupDetection = {
  name: "exchangeable-mix",
  title: "Exchangeable mix",
  maturity: "shadow",
  level: "group",
  group: "behaviour",
  comparesMembers: true,
  spoofable: 2,
  looksFor:
    "Accounts that are random draws from one queue: how their work divides over scaffolds, over the hours of the day, and over the accounts themselves differs no more than sampling noise.",
  innocentTwins: [
    "Strangers with the same multi-role agent kit: their roles come in like proportions, but their volumes and hours differ as people's do.",
    "Users of one framework: they share its system prompt and nothing else.",
  ],
  sources: [
    "Mosimann, On the compound multinomial distribution, Biometrika 49, 1962.",
    "Anthropic, 23 February 2026: synchronised traffic and identical patterns across accounts, as in load balancing.",
  ],
  thresholds: {
    capNats: {
      value: 5,
      unit: "nats",
      why: "The tests are strong but share their accounts; more than odds of 150 to 1 would claim independence they lack.",
    },
    partCapNats: {
      value: 2.5,
      unit: "nats",
      why: "No single mix decides: agent kits agree on families, shifts of workers agree on hours.",
    },
    memberNats: {
      value: 0.25,
      unit: "nats per member beyond two",
      why: "A few people are alike by chance, and the few were picked by us; a dozen are not.",
    },
    poolDispersion: {
      value: 0.02,
      unit: "overdispersion per request",
      why: "A queue over several days is not perfectly even: accounts are banned and added.",
    },
    crowdDispersion: {
      value: 0.25,
      unit: "overdispersion per request",
      why: "Measured between users of real conversations and coding sessions: .2 to .4.",
    },
    poolVolumeVariance: {
      value: 0.25,
      unit: "squared coefficient of variation",
      why: "A dispatcher spreads evenly; accounts that were added late or banned early widen it.",
    },
    crowdVolumeVariance: {
      value: 2,
      unit: "squared coefficient of variation",
      why: "Requests per client of real services are heavy-tailed: 2 and more.",
    },
    crowdHoursMin: {
      value: 0.03,
      unit: "overdispersion per active hour",
      why: "Where a whole population lives in one time zone, hours tell nobody apart; below this the comparison is empty.",
    },
    evenVolume: {
      value: 6,
      unit: "requests per account beyond two",
      why: "Evidence from volumes grows up to a mean of eight, where Poisson noise no longer hides people's spread.",
    },
    evenSessions: {
      value: 3,
      unit: "hours of use per account beyond one",
      why: "Phrases that everybody uses come in like proportions too, once or twice an account; a queue goes on. Evidence from mixes grows up to four.",
    },
    membersMin: { value: 3, unit: "accounts", why: "The smallest pool looked for; two accounts that agree are a coincidence." },
    reportNats: { value: 0.5, unit: "nats", why: "Below, the figure decides nothing and would only fill the page." },
    requestsMin: { value: 20, unit: "requests in the slice", why: "Below, sampling noise hides any difference." },
  },
  examine,
};

function examine(group: CandidateGroup, population: Population): Signal | null {
  const thresholds = detection.thresholds;
  // Without a work load of their own all that is left to compare is everything the accounts do, their customers' requests included.
  if (group.families.length === 0) return null;
  if (group.members.length < thresholds["membersMin"].value || group.slice.length < thresholds["requestsMin"].value) return null;
  const dispersion = { pool: thresholds["poolDispersion"].value, crowd: thresholds["crowdDispersion"].value };
  const hourly = {
    pool: thresholds["poolDispersion"].value / 2,
    crowd: Math.max(thresholds["crowdHoursMin"].value, measureCrowdHours(population)),
  };
  const cap = Math.min(thresholds["partCapNats"].value, thresholds["memberNats"].value * (group.members.length - 2));
  const families = askFamilies(group, population);
  const hours = askHours(group, population);
  const parts = [
    { name: "scaffolds", nats: families ? weighSessions(families) * compareDispersion(families, dispersion) : 0, question: families },
    { name: "hours of the day", nats: compareDispersion(hours, hourly), question: hours },
    { name: "volumes", nats: compareVolumes(group), question: null },
  ];
  const capped = parts.map((part) => Math.max(-cap, Math.min(cap, part.nats)));
  const nats = capped.reduce((sum, part) => sum + part, 0);
  const measured = [1, -1].map((direction) =>
    parts.flatMap((part, position) => {
      if (Math.sign(capped[position]) !== direction * (nats < 0 ? -1 : 1)) return [];
      if (Math.abs(capped[position]) < thresholds["reportNats"].value) return [];
      const figure = part.question
        ? `who sends explains ${formatShare(estimateDispersion(part.question))} of it`
        : `typically ${formatShare(Math.sqrt(varyVolumes(group)))} off the average`;
      return [`${part.name} ${capped[position] > 0 ? "as if one hand dealt them out" : "as different as people's"} (${figure})`];
    }),
  );
  if (measured.flat().length === 0) return null;
  // The sentence stands where the sum puts it, for or against: what points the other way comes last and is named so.
  const [along, opposed] = measured;
  const sentence = [along.join("; "), ...(opposed.length > 0 ? [`${along.length > 0 ? "against that, " : ""}${opposed.join("; ")}`] : [])];
  return makeSignal(detection, {
    nats,
    because: `${formatCount(group.members.length)} accounts compared with people and with one queue that feeds them all: ${sentence.filter((part) => part !== "").join("; ")}.`,
  });
}

function askFamilies(group: CandidateGroup, population: Population): MixQuestion | null {
  const { promptFamily, systemFamily } = population.requests;
  const isOwn = new Set(group.families);
  const tellScaffold = (row: number): number => [promptFamily[row], systemFamily[row]].find((family) => isOwn.has(family)) ?? -1;
  const classOf = rankScaffolds(group, tellScaffold);
  if (classOf.size < 2) return null;
  const isNew = rememberHours(population);
  return toQuestion(group, {
    classes: Math.min(classOf.size, FAMILY_CLASSES_MAX),
    classify: (row, member) => {
      const scaffold = classOf.get(tellScaffold(row)) ?? -1;
      return scaffold >= 0 && isNew(row, { member, item: scaffold }) ? scaffold : -1;
    },
  });
}

/** Class per scaffold, the most used first; without those that so few members met that their agreement is a coincidence. */
function rankScaffolds(group: CandidateGroup, tellScaffold: (row: number) => number): Map<number, number> {
  const uses = new Map<number, { requests: number; members: Set<number> }>();
  visitSlice(group, (row, member) => {
    const scaffold = tellScaffold(row);
    const use = uses.get(scaffold) ?? { requests: 0, members: new Set<number>() };
    uses.set(scaffold, use);
    use.requests += 1;
    use.members.add(member);
  });
  const ranked = [...uses]
    .filter(([, { members }]) => members.size >= detection.thresholds["membersMin"].value)
    .sort((a, b) => b[1].requests - a[1].requests || a[0] - b[0]);
  return new Map(ranked.map(([scaffold], rank) => [scaffold, Math.min(rank, FAMILY_CLASSES_MAX - 1)]));
}

/** 0 to 1: how far the accounts have used enough hours each for their mixes to tell a queue from common phrases. */
function weighSessions({ table }: MixQuestion): number {
  let sessions = 0;
  for (let entry = 0; entry < table.counts.length; entry++) sessions += table.counts[entry];
  const mean = sessions / Math.max(1, table.offsets.length - 1);
  return Math.max(0, Math.min(1, (mean - 1) / detection.thresholds["evenSessions"].value));
}

const crowdHoursOf = new WeakMap<Population, number>();
/** Accounts measured for the crowd's own spread of hours; more change the third digit. */
const CROWD_ACCOUNTS_MAX = 3000;

/** How much the hours of day of all accounts differ: what "people" means in this log. Measured once per population. */
function measureCrowdHours(population: Population): number {
  const known = crowdHoursOf.get(population);
  if (known !== undefined) return known;
  const step = Math.max(1, Math.floor(population.accountIds.length / CROWD_ACCOUNTS_MAX));
  const offsets = [0];
  const items: number[] = [];
  const counts: number[] = [];
  const firstHour = Math.floor(population.fromMs / 3_600_000);
  for (let account = 0; account < population.accountIds.length; account += step) {
    const classes = new Uint32Array(24 / HOURS_PER_CLASS);
    let last = -1;
    for (let row = population.requestOffsets[account]; row < population.requestOffsets[account + 1]; row++) {
      const hour = population.requests.hour[row];
      if (hour === last) continue;
      last = hour;
      classes[Math.floor(((firstHour + hour) % 24) / HOURS_PER_CLASS)] += 1;
    }
    classes.forEach((count, item) => {
      if (count === 0) return;
      items.push(item);
      counts.push(count);
    });
    offsets.push(items.length);
  }
  const table = { offsets: Uint32Array.from(offsets), items: Uint32Array.from(items), counts: Uint32Array.from(counts) };
  const dispersion = estimateDispersion({ table, categoryCount: 24 / HOURS_PER_CLASS });
  crowdHoursOf.set(population, dispersion);
  return dispersion;
}

function askHours(group: CandidateGroup, population: Population): MixQuestion {
  const firstHour = Math.floor(population.fromMs / 3_600_000);
  const isNew = rememberHours(population);
  return toQuestion(group, {
    classes: 24 / HOURS_PER_CLASS,
    classify: (row, member) =>
      isNew(row, { member, item: 0 }) ? Math.floor(((firstHour + population.requests.hour[row]) % 24) / HOURS_PER_CLASS) : -1,
  });
}

/**
 * Whether a member's request is the first of its hour for an item: a session of forty requests within an hour is one choice, not forty. Asked member by
 * member and in order of time, as a slice is.
 */
function rememberHours({ requests }: Population): (row: number, of: { member: number; item: number }) => boolean {
  const lastMember = new Int32Array(FAMILY_CLASSES_MAX).fill(-1);
  const lastHour = new Uint32Array(FAMILY_CLASSES_MAX);
  return (row, { member, item }) => {
    if (lastMember[item] === member && lastHour[item] === requests.hour[row]) return false;
    lastMember[item] = member;
    lastHour[item] = requests.hour[row];
    return true;
  };
}

function toQuestion(group: CandidateGroup, options: { classes: number; classify: (row: number, member: number) => number }): MixQuestion {
  const { rows, classes, counts } = tabulateSlice(group, options);
  const offsets = new Uint32Array(rows + 1);
  const items: number[] = [];
  const values: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (let item = 0; item < classes; item++) {
      const count = counts[row * classes + item];
      if (count === 0) continue;
      items.push(item);
      values.push(count);
    }
    offsets[row + 1] = items.length;
  }
  return { table: { offsets, items: Uint32Array.from(items), counts: Uint32Array.from(values) }, categoryCount: classes };
}

/** Log likelihood ratio of even against heavy-tailed volumes, both negative binomial with the group's own mean. */
function compareVolumes(group: CandidateGroup): number {
  const volumes = countSliceEvents(group);
  const mean = volumes.reduce((sum, volume) => sum + volume, 0) / volumes.length;
  const logLikelihood = (variance: number): number => {
    const shape = 1 / variance;
    const success = Math.log(mean / (mean + shape));
    const failure = Math.log(shape / (mean + shape));
    return volumes.reduce((sum, volume) => sum + logGamma(volume + shape) - logGamma(shape) + volume * success + shape * failure, 0);
  };
  // Chance carriers of a phrase send it once or twice each, evenly enough; evenness counts from volumes that people would vary.
  const weight = Math.max(0, Math.min(1, (mean - 2) / detection.thresholds["evenVolume"].value));
  return (
    weight *
    (logLikelihood(detection.thresholds["poolVolumeVariance"].value) - logLikelihood(detection.thresholds["crowdVolumeVariance"].value))
  );
}

function varyVolumes(group: CandidateGroup): number {
  const volumes = countSliceEvents(group);
  const mean = volumes.reduce((sum, volume) => sum + volume, 0) / volumes.length;
  return volumes.reduce((sum, volume) => sum + (volume - mean) ** 2, 0) / volumes.length / mean ** 2;
}

export default detection;
