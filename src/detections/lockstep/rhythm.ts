/**
 * When accounts send what, hour by hour, and how often two of them meet in an hour by chance.
 *
 * The null keeps whatever is slow and innocent: an account sends a scaffold in as many hours as it does, at its own hours of day, on days drawn as
 * the scaffold's days are. Under it, accounts a and b with n_a and n_b hours meet n_a n_b Σ_h p_a(h) p_b(h) Σ_d q(d)² times on average, h over hours
 * of day and d over days: what the mean over all ways to shuffle whole days gives, without shuffling.
 */
import type { Population } from "../../sdk/index.js";
import { listAccountWindows, SLOTS_PER_HOUR, type AccountWindows, type Grain } from "./account-windows.js";

/** Weight of the population's daily curve in an account's own, in hours of activity: two hours tell hardly anything about a person's day. */
const OWN_DAY_PRIOR_HOURS = 2;
/** Weight of the population's days in a scaffold's own, in account-hours: three a day in a month's log, so that a small pool's own days stay visible. */
const SCAFFOLD_DAYS_PRIOR_HOURS = 100;
const DAY_HOURS = 24;
const WINDOWS_PER_HOUR: Record<Grain, number> = { hour: 1, slot: SLOTS_PER_HOUR };

/** What is known about hours. */
export interface Rhythm {
  days: number;
  /** Probability that two account-hours of the scaffold fall on one day. */
  sameDay: (family: number) => number;
  /** When each account sent each scaffold. */
  windows: AccountWindows;
  /** Windows of an entry to expect per hour of day. */
  dayOf: Record<Grain, (entry: number) => Float64Array>;
}

const rhythms = new WeakMap<Population, Rhythm>();

/** Makes the rhythm of a population, once; accounts meet on scaffolds of at most `carriersMax` accounts. */
export function learnRhythm(population: Population, carriersMax: number): Rhythm {
  let rhythm = rhythms.get(population);
  if (!rhythm) {
    rhythm = makeRhythm(population, carriersMax);
    rhythms.set(population, rhythm);
  }
  return rhythm;
}

/** Meetings of two entries of one scaffold to expect under the null. Within an hour every slot is as likely as another. */
export function expectMeetings({ dayOf, sameDay, windows }: Rhythm, grain: Grain, [a, b]: readonly [number, number]): number {
  const [dayOfA, dayOfB] = [dayOf[grain](a), dayOf[grain](b)];
  let together = 0;
  for (let hour = 0; hour < DAY_HOURS; hour++) together += dayOfA[hour] * dayOfB[hour];
  return (together / WINDOWS_PER_HOUR[grain]) * sameDay(windows.families[a]);
}

/** Windows to expect per hour of day: their number times the account's own day, which is drawn to the population's. Entries come in many pairs each. */
function describeDays(
  grain: Grain,
  { windows, hourShares }: { windows: AccountWindows; hourShares: Float64Array },
): (entry: number) => Float64Array {
  const { offsets, values } = windows[grain];
  // With holes: most entries are never asked for.
  const known = new Array<Float64Array | undefined>(windows.families.length);
  return (entry) => {
    let day = known[entry];
    if (day) return day;
    day = known[entry] = new Float64Array(DAY_HOURS);
    const count = offsets[entry + 1] - offsets[entry];
    for (let at = offsets[entry]; at < offsets[entry + 1]; at++) day[Math.floor(values[at] / WINDOWS_PER_HOUR[grain]) % DAY_HOURS] += 1;
    const scale = count / (count + OWN_DAY_PRIOR_HOURS);
    for (let hour = 0; hour < DAY_HOURS; hour++) day[hour] = scale * (day[hour] + OWN_DAY_PRIOR_HOURS * hourShares[hour]);
    return day;
  };
}

function makeRhythm(population: Population, carriersMax: number): Rhythm {
  const days = Math.ceil(population.hours.length / DAY_HOURS);
  const dayShares = new Float64Array(days);
  const hourShares = new Float64Array(DAY_HOURS);
  const total = Math.max(
    1,
    population.hours.reduce((sum, count) => sum + count, 0),
  );
  population.hours.forEach((count, hour) => {
    dayShares[Math.floor(hour / DAY_HOURS)] += count / total;
    hourShares[hour % DAY_HOURS] += count / total;
  });
  const sameDays = measureSameDays(population, dayShares);
  const windows = listAccountWindows(population, carriersMax);
  return {
    days,
    sameDay: (family) => sameDays[family],
    windows,
    dayOf: { hour: describeDays("hour", { windows, hourShares }), slot: describeDays("slot", { windows, hourShares }) },
  };
}

/** Σ_d q(d)² per family, q from its account-hours per day with a prior of the population's days. */
function measureSameDays({ requests, requestOffsets, families }: Population, dayShares: Float64Array): Float64Array {
  const days = dayShares.length;
  /** Where the days of each family stand; -1 for families of one party, which meets nobody. */
  const starts = new Int32Array(families.ids.length).fill(-1);
  let size = 0;
  families.parties.forEach((parties, family) => {
    if (parties >= 2) starts[family] = size++ * days;
  });
  const counts = new Float64Array(size * days);
  const lastHour = new Int32Array(families.ids.length);
  const lastAccount = new Int32Array(families.ids.length).fill(-1);
  const count = (family: number, { account, hour }: { account: number; hour: number }): void => {
    if (family < 0 || starts[family] < 0 || (lastAccount[family] === account && lastHour[family] === hour)) return;
    lastAccount[family] = account;
    lastHour[family] = hour;
    counts[starts[family] + Math.floor(hour / DAY_HOURS)] += 1;
  };
  for (let account = 0; account + 1 < requestOffsets.length; account++) {
    for (let row = requestOffsets[account]; row < requestOffsets[account + 1]; row++) {
      const sent = { account, hour: requests.hour[row] };
      count(requests.systemFamily[row], sent);
      count(requests.promptFamily[row], sent);
    }
  }
  const sameDays = new Float64Array(families.ids.length);
  starts.forEach((start, family) => {
    if (start < 0) return;
    const ofFamily = counts.subarray(start, start + days);
    const total = ofFamily.reduce((sum, each) => sum + each, 0);
    if (total === 0) return;
    const drawn = total + SCAFFOLD_DAYS_PRIOR_HOURS;
    sameDays[family] = ofFamily.reduce((sum, each, day) => sum + ((each + SCAFFOLD_DAYS_PRIOR_HOURS * dayShares[day]) / drawn) ** 2, 0);
  });
  return sameDays;
}
