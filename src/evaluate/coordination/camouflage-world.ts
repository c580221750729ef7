/**
 * Worlds of accounts and objects for the camouflage sweep: a pool that works through its scaffolds in shifts, and a crowd with what looks alike.
 * Nothing here was chosen by looking at how a method does on it.
 */
import { createRandom, type Random } from "../../statistics/random.js";
import type { ActionLog } from "../baselines/action-log.js";

const HOUR_MS = 3_600_000;
const DAYS = 14;
/** A small world: the pool is a twentieth of it. */
const CROWD = 900;
const POOL = 50;
const POOL_OBJECTS = 12;
/** Scaffolds and prompts that people use, the k-th with a popularity of 1 / k (Zipf). */
const CROWD_OBJECTS = 600;
/** What one person keeps coming back to, and how often it is that. */
const OWN_OBJECTS = 8;
const OWN_SHARE = 0.7;
/** Requests of one account: median, and the deviation of its logarithm, as in the simulated worlds. */
const REQUESTS = { median: 30, spread: 0.9 };
/** Kits of several scaffolds that strangers share, products with one, classes with a sheet: dense and innocent blocks. */
const KITS = { groups: 3, accounts: 30, objects: 5, share: 0.8 };
const PRODUCTS = { groups: 3, accounts: 40, objects: 1, share: 0.9 };
const CLASSES = { groups: 3, accounts: 25, objects: 6, lessons: 3 };
/** A shift lasts so many hours and works on so many scaffolds. */
const SHIFT = { hoursMin: 2, hoursMax: 9, objects: 3 };

/** A world and who is of the pool. */
export interface CamouflageWorld {
  log: ActionLog;
  /** 1 for accounts of the pool. */
  isPool: Uint8Array;
}

/**
 * Draws a world. The pool sends as much as people do; the share `camouflage` of it is what people send, popular things first, at people's hours: the
 * "biased camouflage" of Hooi et al., at the price of the harvest.
 */
export function drawCamouflageWorld({ camouflage, seed }: { camouflage: number; seed: number }): CamouflageWorld {
  const random = createRandom(seed);
  const rows: { user: number; object: number; atHours: number }[] = [];
  let users = 0;
  let objects = CROWD_OBJECTS;
  const addUser = (send: (count: number, person: Person) => { object: number; atHours: number }[]): void => {
    const person = drawPerson(random);
    const count = Math.max(1, Math.round(REQUESTS.median * Math.exp(REQUESTS.spread * drawNormal(random))));
    for (const { object, atHours } of send(count, person)) rows.push({ user: users, object, atHours });
    users += 1;
  };
  const sendOrdinary = (person: Person) => ({ object: drawOrdinary(person, random), atHours: drawOwnTime(person, random) });
  const repeat = <T>(count: number, one: () => T): T[] => Array.from({ length: count }, one);
  for (let i = 0; i < CROWD; i++) addUser((count, person) => repeat(count, () => sendOrdinary(person)));
  for (const { groups, accounts, objects: own, share } of [KITS, PRODUCTS]) {
    for (let group = 0; group < groups; group++) {
      const first = objects;
      objects += own;
      for (let i = 0; i < accounts; i++) {
        addUser((count, person) =>
          repeat(count, () =>
            random.next() < share ? { object: first + random.below(own), atHours: drawOwnTime(person, random) } : sendOrdinary(person),
          ),
        );
      }
    }
  }
  for (let group = 0; group < CLASSES.groups; group++) {
    const first = objects;
    objects += CLASSES.objects;
    const lessons = repeat(CLASSES.lessons, () => 24 * random.below(DAYS) + 8 + random.below(7));
    for (let i = 0; i < CLASSES.accounts; i++) {
      addUser((count, person) => [
        ...lessons.flatMap((lesson) =>
          repeat(CLASSES.objects, () => 0).map((_, sheet) => ({ object: first + sheet, atHours: lesson + 1.5 * random.next() })),
        ),
        ...repeat(Math.ceil(count / 4), () => sendOrdinary(person)),
      ]);
    }
  }
  const poolFrom = users;
  const shifts = drawShifts(random, objects);
  objects += POOL_OBJECTS;
  for (let i = 0; i < POOL; i++) {
    addUser((count, person) => repeat(count, () => (random.next() < camouflage ? sendOrdinary(person) : drawHarvest(shifts, random))));
  }
  return {
    log: {
      userCount: users,
      objectCount: objects,
      users: Int32Array.from(rows, ({ user }) => user),
      objects: Int32Array.from(rows, ({ object }) => object),
      timesMs: Float64Array.from(rows, ({ atHours }) => Math.floor(atHours * HOUR_MS)),
    },
    isPool: Uint8Array.from({ length: users }, (_, user) => (user >= poolFrom ? 1 : 0)),
  };
}

interface Person {
  centreHour: number;
  own: number[];
}

function drawPerson(random: Random): Person {
  return { centreHour: 24 * random.next(), own: Array.from({ length: OWN_OBJECTS }, () => drawPopular(random)) };
}

/** Zipf by inversion of the logarithm, which is exact in the continuum. */
function drawPopular(random: Random): number {
  return Math.floor((CROWD_OBJECTS + 1) ** random.next()) - 1;
}

function drawOrdinary({ own }: Person, random: Random): number {
  return random.next() < OWN_SHARE ? own[random.below(own.length)] : drawPopular(random);
}

/** Most within three hours of the person's own hour. */
function drawOwnTime({ centreHour }: Person, random: Random): number {
  const hour = (((centreHour + 2.5 * drawNormal(random)) % 24) + 24) % 24;
  return 24 * random.below(DAYS) + hour;
}

function drawNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

interface Shift {
  fromHour: number;
  hours: number;
  objects: number[];
}

/** Work and rest in turn over the whole time. */
function drawShifts(random: Random, firstObject: number): Shift[] {
  const shifts: Shift[] = [];
  const drawHours = (): number => SHIFT.hoursMin + random.below(SHIFT.hoursMax - SHIFT.hoursMin + 1);
  for (let at = drawHours(); at < 24 * DAYS; ) {
    const hours = Math.min(drawHours(), 24 * DAYS - at);
    shifts.push({ fromHour: at, hours, objects: Array.from({ length: SHIFT.objects }, () => firstObject + random.below(POOL_OBJECTS)) });
    at += hours + drawHours();
  }
  return shifts;
}

function drawHarvest(shifts: readonly Shift[], random: Random): { object: number; atHours: number } {
  const shift = shifts[random.below(shifts.length)];
  return { object: shift.objects[random.below(shift.objects.length)], atHours: shift.fromHour + shift.hours * random.next() };
}
