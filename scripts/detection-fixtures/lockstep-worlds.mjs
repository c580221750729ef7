/** Fixtures of the detection that looks at who sends the same scaffold in the same hour. */
import { addClass, addCrowd, sendOrdinary } from "./people.mjs";
import { nameAccounts } from "./world.mjs";
import { KIT_ROLES, SCAFFOLDS, writeItem } from "./words.mjs";

const DAYS = 6;
/** Hours of each day at which the queue is worked on, three hours each; which scaffold is another every time. */
const SHIFTS = [2, 9, 15, 20];

export const lockstep = {
  attack(world) {
    const { draws } = world;
    // So many that the pool is a small part of the world: what a tenth of all carry links nobody.
    addCrowd(world, { accounts: 120, days: DAYS, median: 1, most: 2, withText: true });
    const pool = nameAccounts("pool", 10);
    let item = 0;
    for (let day = 0; day < DAYS; day++) {
      for (const [index, start] of SHIFTS.entries()) {
        const scaffold = SCAFFOLDS[(day + index + draws.below(2)) % SCAFFOLDS.length];
        for (const account of pool) {
          for (let hour = start; hour < start + 3; hour++) {
            if (draws.next() < 0.4)
              world.request({ account, atHours: 24 * day + hour + draws.next(), note: "pool", prompt: scaffold(writeItem(item++)) });
          }
        }
      }
    }
    world.group("pool that is sent scaffold by scaffold", pool);
  },
  lookalike(world) {
    const { draws } = world;
    addCrowd(world, { accounts: 140, days: DAYS, median: 1, most: 2, withText: true });
    let item = 0;
    const kits = nameAccounts("kit", 11);
    for (const account of kits) {
      for (let day = 0; day < DAYS; day++) {
        for (let hour = 8; hour < 18; hour++) {
          if (draws.next() < 0.3) {
            const atHours = 24 * day + hour + draws.next();
            world.request({ account, atHours, note: "kit in working hours", prompt: draws.pick(KIT_ROLES)(writeItem(item++)) });
          }
        }
      }
    }
    world.group("strangers with one kit and the same working hours", kits);
    const readers = nameAccounts("reader", 12);
    for (const account of readers) {
      sendOrdinary(world, { account, days: DAYS, withText: true });
      for (let index = 0; index < 4; index++) {
        // Two prompts of a newsletter: the one on Wednesday, the other on Friday.
        const role = index % 2;
        const atHours = 24 * (1 + 2 * role) + 9 + 10 * draws.next();
        world.request({ account, atHours, note: "reader of a newsletter", prompt: KIT_ROLES[role](writeItem(item++)) });
      }
    }
    world.group("readers who try the prompt of the day", readers);
    const pupils = addClass(world, { pupils: 11, lessons: [9.1, 33.2, 58.1] });
    world.group("a class in its lessons", pupils);
  },
  quiet(world) {
    const names = addCrowd(world, { accounts: 36, days: DAYS, median: 3, withText: true, note: "ordinary use" });
    world.group("ordinary accounts", names.slice(0, 12));
  },
};
