/**
 * Who may run a campaign: hypotheses that compete, each with the measured facts that speak for and against it. A fact says how much more it is
 * to be expected under one hypothesis than under another; what was not measured says nothing. Nationality, language and place are no facts
 * here and never will be.
 */
import type { OperatorHypothesis } from "../../vocabulary/campaign.js";
import { CAPABILITIES } from "../../vocabulary/feature.js";
import { AccountFact, type Population } from "../../vocabulary/fingerprint.js";
import type { Signal } from "../../vocabulary/signal.js";
import type { TrackedCampaign } from "./naming.js";

/** The hypotheses. The first two share the campaign's probability, the others what it leaves: they are innocent. */
const HYPOTHESES = {
  own: "one operator that registers and feeds accounts of its own",
  rented: "a reseller's or proxy's accounts, rented by one customer or by several",
  research: "a research team or an authorised evaluation",
  contractor: "workers of a labelling contractor",
  strangers: "unrelated people who use the same published prompt or tool",
} as const;
type Hypothesis = keyof typeof HYPOTHESES;
const HOSTILE: readonly Hypothesis[] = ["own", "rented"];
const INNOCENT: readonly Hypothesis[] = ["research", "contractor", "strangers"];

/** A measured fact: a sentence with its figure, and by how many nats it speaks for each hypothesis. */
interface Fact {
  sentence: string;
  speaks: Partial<Record<Hypothesis, number>>;
}

/**
 * Nats by which one fact shifts the odds: a clear one three to one, a hint by half of that. Nobody publishes how often operators look how, so
 * no fact may weigh more, and several must agree before one hypothesis stands out.
 */
const CLEAR_NATS = 1;
const HINT_NATS = 0.5;
/** A share below is "hardly any", above "most": thirds, so that a share in between says nothing. */
const FEW_SHARE = 1 / 3;
const MOST_SHARE = 2 / 3;
/** Traffic of others on an account: a pool of one's own carries little, a resold account serves its customers beside. */
const UNRELATED_FEW_SHARE = 0.2;
const UNRELATED_MOST_SHARE = 0.5;
/** Days after which an account is no longer one that was made for the work: longer than any registration burst that was reported. */
const AGED_DAYS = 30;
const DAY_MS = 86_400_000;
/** An aim counts from this share of the requests; smaller ones are mistakes of the reading. */
const AIM_SHARE_MIN = 0.1;
/** Different aims from which a work load is more than one product needs. */
const AIMS_MANY = 3;
/** Hours of a working day with its breaks; a third of the day holds a third of what runs around the clock. */
const WORKDAY_HOURS = 9;
/** Carriers of the families who are outside the campaign, as a share, from which a prompt is known to others. */
const KNOWN_OUTSIDE_SHARE = 0.3;

const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** Weighs the hypotheses; probabilities add up to 1, hostile ones to the campaign's. */
export function weighOperators(campaign: TrackedCampaign, population: Population): OperatorHypothesis[] {
  const facts = [
    ...listSharingFacts(campaign),
    ...listWorkFacts(campaign, population),
    ...listAccountFacts(campaign, population),
    ...listHistoryFacts(campaign),
  ];
  return [
    ...shareOut(HOSTILE, { facts, probability: campaign.probability }),
    ...shareOut(INNOCENT, { facts, probability: 1 - campaign.probability }),
  ];
}

function shareOut(
  hypotheses: readonly Hypothesis[],
  { facts, probability }: { facts: readonly Fact[]; probability: number },
): OperatorHypothesis[] {
  const odds = hypotheses.map((name) => Math.exp(facts.reduce((sum, { speaks }) => sum + (speaks[name] ?? 0), 0)));
  const total = odds.reduce((sum, value) => sum + value, 0);
  return hypotheses.map((name, position) => ({
    hypothesis: HYPOTHESES[name],
    probability: Number(((probability * odds[position]) / total).toFixed(4)),
    for: facts.filter(({ speaks }) => (speaks[name] ?? 0) > 0).map(({ sentence }) => sentence),
    against: facts.filter(({ speaks }) => (speaks[name] ?? 0) < 0).map(({ sentence }) => sentence),
  }));
}

/** What the detections found that accounts of one hand share, and what they looked for and did not find. */
function listSharingFacts({ signals, fusion }: TrackedCampaign): Fact[] {
  const facts: Fact[] = [];
  // What several detections of one group of evidence say is one fact: they look at the same thing.
  const say = (list: readonly Signal[], speaks: Fact["speaks"]): void => {
    const weight = 1 / list.length;
    const each = Object.fromEntries(Object.entries(speaks).map(([name, nats]) => [name, nats * weight]));
    for (const { because } of list) facts.push({ sentence: because, speaks: each });
  };
  const of = (group: Signal["group"]): Signal[] => signals.filter((signal) => signal.group === group);
  const supports = (signal: Signal): boolean => signal.logLikelihoodRatio > 0;
  for (const group of ["registration", "infrastructure"] as const) {
    const measured = of(group);
    const what = group === "registration" ? "how the accounts were registered and paid for" : "the addresses they use";
    const strangers = {
      own: CLEAR_NATS,
      rented: group === "registration" ? -HINT_NATS : 0,
      strangers: -CLEAR_NATS,
    };
    if (fusion.groups[group] > 0) say(measured.filter(supports), strangers);
    else if (measured.length > 0)
      facts.push({
        sentence: `Nothing in ${what} is shared beyond chance.`,
        speaks: { own: -CLEAR_NATS, rented: HINT_NATS, strangers: HINT_NATS },
      });
  }
  say(of("behaviour").filter(supports), { own: HINT_NATS, rented: HINT_NATS, contractor: -CLEAR_NATS, strangers: -CLEAR_NATS });
  say(
    of("behaviour").filter((signal) => !supports(signal) && signal.logLikelihoodRatio < 0),
    { own: -HINT_NATS, contractor: CLEAR_NATS, strangers: CLEAR_NATS },
  );
  const content = of("content");
  say(content.filter(supports), { research: -HINT_NATS, strangers: -CLEAR_NATS });
  say(
    content.filter((signal) => signal.logLikelihoodRatio < 0),
    { research: CLEAR_NATS, strangers: HINT_NATS },
  );
  return facts;
}

/** What is asked for, when, and whether others know the prompt. */
function listWorkFacts({ group }: TrackedCampaign, population: Population): Fact[] {
  const facts: Fact[] = [];
  const sent = group.members.reduce((sum, account) => sum + population.requestOffsets[account + 1] - population.requestOffsets[account], 0);
  const unrelated = 1 - group.slice.length / Math.max(1, sent);
  const beside = `${percent(unrelated)} of what the accounts send has nothing to do with the work load.`;
  if (unrelated >= UNRELATED_MOST_SHARE)
    facts.push({ sentence: beside, speaks: { own: -CLEAR_NATS, rented: CLEAR_NATS, strangers: HINT_NATS } });
  else if (unrelated <= UNRELATED_FEW_SHARE)
    facts.push({ sentence: beside, speaks: { own: CLEAR_NATS, rented: -HINT_NATS, strangers: -HINT_NATS } });

  const counts = new Float64Array(CAPABILITIES.length);
  for (const row of group.slice) counts[population.requests.capability[row]] += 1;
  const aims = CAPABILITIES.filter((name, position) => name !== "unknown" && counts[position] >= AIM_SHARE_MIN * group.slice.length);
  if (aims.length >= AIMS_MANY)
    facts.push({
      sentence: `The same accounts serve ${aims.length} different aims: ${aims.map((aim) => aim.replaceAll("_", " ")).join(", ")}.`,
      speaks: { rented: HINT_NATS, contractor: -HINT_NATS, strangers: -HINT_NATS },
    });

  const busiest = measureWorkday(group.slice, population);
  const day = `The busiest ${WORKDAY_HOURS} hours of the day hold ${percent(busiest)} of the requests.`;
  if (busiest >= MOST_SHARE) facts.push({ sentence: day, speaks: { contractor: CLEAR_NATS, research: HINT_NATS, own: -HINT_NATS } });
  else if (busiest < (FEW_SHARE + MOST_SHARE) / 2) facts.push({ sentence: day, speaks: { contractor: -CLEAR_NATS, research: -HINT_NATS } });

  const { outside, all } = countCarriers(group, population);
  const known = all === 0 ? 0 : outside / all;
  if (known >= KNOWN_OUTSIDE_SHARE)
    facts.push({
      sentence: `${percent(known)} of those who carry its prompts are not in it.`,
      speaks: { strangers: CLEAR_NATS, own: -HINT_NATS },
    });
  else
    facts.push({
      sentence: `Hardly anybody else carries its prompts (${percent(known)} of the carriers).`,
      speaks: { strangers: -CLEAR_NATS },
    });
  return facts;
}

/** What the side file says about the accounts. */
function listAccountFacts({ group }: TrackedCampaign, population: Population): Fact[] {
  const { members } = group;
  const facts: Fact[] = [];
  const known = [...members.keys()].filter((member) => (population.facts[members[member]] & AccountFact.known) !== 0);
  if (known.length === 0) return [];
  const shareOf = (holds: (account: number, member: number) => boolean): number =>
    known.filter((member) => holds(members[member], member)).length / known.length;

  const atWork = known.filter((member) => group.sliceOffsets[member + 1] > group.sliceOffsets[member]);
  const isAged = (member: number): boolean => {
    const first = group.slice[group.sliceOffsets[member]];
    return population.requests.atMs[first] - population.createdAtMs[members[member]] > AGED_DAYS * DAY_MS;
  };
  const aged = atWork.filter(isAged).length / Math.max(1, atWork.length);
  const ages = `${percent(aged)} of the accounts were older than ${AGED_DAYS} days when they took the work up.`;
  if (aged >= MOST_SHARE) facts.push({ sentence: ages, speaks: { own: -CLEAR_NATS, rented: CLEAR_NATS, strangers: HINT_NATS } });
  else if (aged <= FEW_SHARE) facts.push({ sentence: ages, speaks: { own: CLEAR_NATS, rented: -HINT_NATS, strangers: -HINT_NATS } });

  const verified = shareOf((account) => (population.facts[account] & AccountFact.verifiedStrongly) !== 0);
  const proven = `${percent(verified)} of the accounts proved an identity or an organization.`;
  if (verified >= MOST_SHARE) facts.push({ sentence: proven, speaks: { research: CLEAR_NATS, contractor: HINT_NATS, own: -HINT_NATS } });
  else if (verified <= FEW_SHARE) facts.push({ sentence: proven, speaks: { research: -CLEAR_NATS, contractor: -HINT_NATS } });

  const enrolled = shareOf((account) => !["", "none"].includes(population.programmes[account]));
  if (enrolled >= FEW_SHARE)
    facts.push({ sentence: `${percent(enrolled)} of the accounts are in an access programme.`, speaks: { research: CLEAR_NATS } });

  const named = shareOf((account) => population.organizationIds[account] !== "");
  if (named >= MOST_SHARE)
    facts.push({
      sentence: `${percent(named)} of the accounts belong to organizations that answer for them.`,
      speaks: { research: HINT_NATS, contractor: HINT_NATS, own: -HINT_NATS },
    });
  return facts;
}

/** What it did over time. */
function listHistoryFacts({ successorOf, signals }: TrackedCampaign): Fact[] {
  const facts: Fact[] = [];
  if (successorOf !== null)
    facts.push({
      sentence: `Its accounts took the work up when those of ${successorOf} had been acted against.`,
      speaks: { own: HINT_NATS, rented: HINT_NATS, research: -CLEAR_NATS, contractor: -CLEAR_NATS, strangers: -CLEAR_NATS },
    });
  const division = signals.find((signal) => signal.division);
  if (division) facts.push({ sentence: division.because, speaks: { rented: CLEAR_NATS, own: -HINT_NATS } });
  return facts;
}

/** Share of the requests in the busiest run of working hours, round midnight too. */
function measureWorkday(slice: Uint32Array, { requests }: Population): number {
  const hours = new Float64Array(24);
  for (const row of slice) hours[new Date(requests.atMs[row]).getUTCHours()] += 1;
  let most = 0;
  for (let first = 0; first < 24; first++) {
    let sum = 0;
    for (let hour = 0; hour < WORKDAY_HOURS; hour++) sum += hours[(first + hour) % 24];
    most = Math.max(most, sum);
  }
  return most / Math.max(1, slice.length);
}

/** Carriers of the campaign's families, each family counted for itself: how many there are and how many stand outside. */
function countCarriers(
  { families, members, slice, sliceOffsets }: TrackedCampaign["group"],
  population: Population,
): { outside: number; all: number } {
  let inside = 0;
  const isOwn = new Set(families);
  members.forEach((_, member) => {
    const carried = new Set<number>();
    for (let entry = sliceOffsets[member]; entry < sliceOffsets[member + 1]; entry++) {
      for (const family of [population.requests.systemFamily[slice[entry]], population.requests.promptFamily[slice[entry]]])
        if (isOwn.has(family)) carried.add(family);
    }
    inside += carried.size;
  });
  const all = families.reduce((sum, family) => sum + population.families.accounts[family], 0);
  return { outside: Math.max(0, all - inside), all };
}
