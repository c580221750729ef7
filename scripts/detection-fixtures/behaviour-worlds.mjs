/** Fixtures of the detections that look at when and how accounts send. */
import { addClass, addCrowd, addFrameworkUsers, sendOrdinary } from "./people.mjs";
import { drawOwnHour, nameAccounts } from "./world.mjs";
import { FRAMEWORK_SYSTEM, KIT_ROLES, SCAFFOLDS, writeEveryday, writeItem } from "./words.mjs";

/** Why a class that fires is no campaign all the same. */
export const STOPPED_BY_SHEET = "its members send the same exercises as each other, which no queue does.";

const QUIET_HABITS = { days: 4, median: 3, withText: true, note: "ordinary use" };

/** Ordinary people, some of whom are asked as a group. */
function addQuiet(world, { accounts = 36, asked = 12, ...habits } = {}) {
  const names = addCrowd(world, { accounts, ...QUIET_HABITS, ...habits });
  world.group("ordinary accounts", names.slice(0, asked));
}

/** The dispatcher works for three to five hours and rests for about six, so its day is not a day long: hours from, to. */
const DISPATCHER_SHIFTS = [
  [1, 4],
  [10, 14],
  [20, 24],
  [30, 33],
  [40, 45],
  [52, 55],
  [61, 65],
  [72, 76],
  [82, 85],
  [91, 96],
  [104, 107],
  [113, 117],
];

export const commonRateProcess = {
  attack(world) {
    const { draws } = world;
    addCrowd(world, { accounts: 30, days: 5 });
    const pool = nameAccounts("pool", 10);
    let item = 0;
    for (const [start, end] of DISPATCHER_SHIFTS) {
      for (let hour = start; hour < end; hour++) {
        for (const account of pool) {
          if (draws.next() < 0.42)
            world.request({ account, atHours: hour + draws.next(), note: "pool", prompt: SCAFFOLDS[0](writeItem(item++)) });
        }
      }
    }
    world.group("pool behind one dispatcher", pool);
  },
  lookalike(world) {
    const { draws } = world;
    addCrowd(world, { accounts: 20, days: 5 });
    const office = nameAccounts("region", 11);
    for (const account of office) {
      for (let day = 0; day < 5; day++) {
        for (let hour = 8; hour < 18; hour++) {
          const share = hour === 12 ? 0.12 : 0.28;
          if (draws.next() < share) {
            const atHours = 24 * day + hour + draws.next();
            world.request({
              account,
              atHours,
              note: "region in its working hours",
              system: FRAMEWORK_SYSTEM,
              prompt: writeEveryday(draws),
            });
          }
        }
      }
    }
    world.group("a region in its working hours", office);
    const pupils = addClass(world, { pupils: 11, lessons: [9.1, 33.2, 58.1] });
    world.group("a class in its lessons", pupils, STOPPED_BY_SHEET);
  },
  quiet: (world) => addQuiet(world, { asked: 30 }),
};

/** Runs of the kit per account: most people try it, a few live by it. */
const KIT_RUNS = [1, 1, 1, 2, 2, 2, 3, 4, 5, 7, 12, 18];

export const exchangeableMix = {
  attack(world) {
    const { draws } = world;
    addCrowd(world, { accounts: 34, days: 3, most: 4, withText: true });
    const pool = nameAccounts("pool", 10);
    for (let item = 0; item < 100; item++) {
      const share = draws.next();
      const scaffold = SCAFFOLDS[share < 0.5 ? 0 : share < 0.8 ? 1 : 2];
      world.request({ account: draws.pick(pool), atHours: draws.between(0, 72), note: "pool", prompt: scaffold(writeItem(item)) });
    }
    world.group("pool that draws from one queue", pool);
  },
  lookalike(world) {
    const { draws } = world;
    addCrowd(world, { accounts: 34, days: 3, most: 4, withText: true });
    const kits = nameAccounts("kit", 12);
    let item = 0;
    for (const [position, account] of kits.entries()) {
      const centre = draws.between(0, 24);
      const runs = KIT_RUNS[position];
      for (let run = 0; run < runs; run++) {
        const atHours = 24 * draws.below(3) + drawOwnHour(draws, centre);
        // Every run of the kit asks planner, researcher and writer once, so the roles come in the same proportions for everybody.
        KIT_ROLES.forEach((role, step) =>
          world.request({ account, atHours: atHours + step / 60, note: "multi-role agent kit", prompt: role(writeItem(item++)) }),
        );
      }
    }
    world.group("strangers with one agent kit", kits);
    const users = addFrameworkUsers(world, { accounts: 12, days: 3, median: 4, most: 30 });
    world.group("users of one product", users);
  },
  quiet: (world) => addQuiet(world, { asked: 36, most: 8 }),
};

/** A conversation: earlier turns, a reader who waits for the stream, an answer that ends by itself. */
function converse(world) {
  const { draws } = world;
  const isConversation = draws.next() < 0.7;
  const turns = [
    { role: "user", content: writeEveryday(draws) },
    { role: "assistant", content: "Gladly. Which of the two would you like?" },
  ];
  return { ...(isConversation ? { turns } : {}), stream: draws.next() < 0.75, finish_reason: draws.next() < 0.06 ? "length" : "stop" };
}

const harvestFields = (draws) => ({ stream: false, finish_reason: draws.next() < 0.7 ? "length" : "stop", output_tokens: 2048 });

export const harvestShape = {
  attack(world) {
    const { draws } = world;
    addCrowd(world, { accounts: 24, days: 3, median: 5, least: 5, most: 6, withText: true, fields: () => converse(world) });
    const pool = nameAccounts("pool", 8);
    for (let item = 0; item < 56; item++) {
      const account = pool[item % pool.length];
      const atHours = draws.between(0, 72);
      world.request({ account, atHours, note: "pool", prompt: SCAFFOLDS[1](writeItem(item)), ...harvestFields(draws) });
    }
    world.group("pool that harvests", pool);
  },
  lookalike(world) {
    const { draws } = world;
    addCrowd(world, { accounts: 16, days: 3, median: 5, least: 5, most: 6, withText: true, fields: () => converse(world) });
    const seats = nameAccounts("batch", 5);
    for (let item = 0; item < 25; item++) {
      const account = seats[item % seats.length];
      const prompt = `Translate the product text into Portuguese and keep the units as they are. Text: ${writeItem(item)}`;
      const fields = { organization_id: "org-catalogue", ...harvestFields(draws) };
      world.request({ account, atHours: draws.between(1, 4), note: "batch job of one organization", prompt, ...fields });
    }
    world.group("a batch job", seats);
    const users = addFrameworkUsers(world, { accounts: 8, days: 3, median: 5, least: 5, most: 8, fields: () => converse(world) });
    world.group("users of one product", users);
    const scripts = nameAccounts("script", 8);
    for (const account of scripts) {
      sendOrdinary(world, {
        account,
        days: 3,
        least: 5,
        most: 8,
        withText: true,
        note: "scripts of single developers",
        fields: () => harvestFields(draws),
      });
    }
    world.group(
      "scripts of single developers",
      scripts,
      "they share an opening phrase by chance and no work load, and without one there is no campaign.",
    );
  },
  quiet: (world) => addQuiet(world, { accounts: 24, median: 5, least: 5, most: 6, fields: () => converse(world) }),
};

const OLD = "frontier-1";
const NEW = "frontier-2";
const RELEASED_AT = 72;

/** The model of a request at a time, for somebody who gives the new release `share` of the requests after it came out. */
const chooseModel = (draws, { atHours, share }) => ({ model: atHours >= RELEASED_AT && draws.next() < share ? NEW : OLD });

export const releaseShift = {
  attack(world) {
    const { draws } = world;
    world.release(NEW, RELEASED_AT);
    addCrowd(world, { accounts: 50, days: 5, fields: (atHours) => chooseModel(draws, { atHours, share: 0.05 }) });
    const pool = nameAccounts("pool", 8);
    for (let item = 0; item < 150; item++) {
      const atHours = draws.between(0, 120);
      // Nearly half of the traffic moves within a day, as in the published campaign; the dispatcher needs an hour to notice.
      const fields = chooseModel(draws, { atHours: atHours - 1, share: 0.48 });
      world.request({ account: pool[item % pool.length], atHours, note: "pool", prompt: SCAFFOLDS[2](writeItem(item)), ...fields });
    }
    world.group("pool that follows the release", pool);
  },
  lookalike(world) {
    const { draws } = world;
    world.release(NEW, RELEASED_AT);
    addCrowd(world, { accounts: 40, days: 5, fields: (atHours) => chooseModel(draws, { atHours, share: 0.3 }) });
    const fields = (_account, atHours) => chooseModel(draws, { atHours, share: 0.38 });
    const adopters = addFrameworkUsers(world, { accounts: 14, days: 5, median: 7, most: 14, name: "adopter", fields });
    world.group("day-one adopters who use one product", adopters);
    const seats = nameAccounts("alias", 4);
    for (let item = 0; item < 30; item++) {
      const atHours = draws.between(48, 100);
      const prompt = `Summarise the support ticket for the agent on duty. Ticket: ${writeItem(item)}`;
      const organization = { organization_id: "org-helpdesk", ...chooseModel(draws, { atHours, share: 1 }) };
      world.request({ account: seats[item % seats.length], atHours, note: "product that follows an alias", prompt, ...organization });
    }
    world.group("a product that follows an alias", seats);
  },
  quiet(world) {
    const { draws } = world;
    world.release(NEW, RELEASED_AT);
    addQuiet(world, { accounts: 40, asked: 25, days: 5, fields: (atHours) => chooseModel(draws, { atHours, share: 0.05 }) });
  },
};

export const successorPool = {
  attack(world) {
    const { draws } = world;
    addCrowd(world, { accounts: 24, days: 6 });
    const [first, standby] = [nameAccounts("pool", 9), nameAccounts("standby", 8)];
    let item = 0;
    const send = (accounts, from, to) => {
      for (let hour = from; hour < to; hour += 0.7) {
        world.request({
          account: draws.pick(accounts),
          atHours: hour + draws.next() / 2,
          note: "pool",
          prompt: SCAFFOLDS[0](writeItem(item++)),
        });
      }
    };
    send(first, 0, 70);
    for (const account of first) world.enforce(account, 70 + draws.between(0, 2), "banned");
    // Standing by: registered, idle, and at work a few hours after the wave.
    send(standby, 75, 130);
    world.group("pool with a warm standby", [...first, ...standby]);
  },
  lookalike(world) {
    const { draws } = world;
    addCrowd(world, { accounts: 20, days: 6 });
    const users = nameAccounts("notes", 30);
    // One newcomer every four hours, before and after.
    users.forEach((account, index) => {
      for (let day = 0; day < 3; day++) {
        const atHours = Math.min(143, index * 4 + 24 * day * draws.next() + draws.next());
        world.request({ account, atHours, note: "framework users", system: FRAMEWORK_SYSTEM, prompt: writeEveryday(draws) });
      }
    });
    for (const account of users.slice(2, 6)) world.enforce(account, 70 + draws.next(), "suspended");
    world.group("users of one product, some of them banned for something else", users);
    const customer = ["acct-customer-old", "acct-customer-new", "acct-customer-friend"];
    const SIGNATURE = "Answer as my study partner for the notary exam, quote the paragraph and then ask me one question back.";
    customer.forEach((account, index) => {
      for (let time = 0; time < 5; time++) {
        const atHours = index === 1 ? 80 + 10 * time : 8 + 12 * time;
        world.request({
          account,
          atHours: atHours + draws.next(),
          note: "customer who opens a new account",
          prompt: `${SIGNATURE} ${writeEveryday(draws)}`,
        });
      }
    });
    world.enforce(customer[0], 71, "banned");
    world.group("a customer who opens a new account after a ban", customer);
  },
  quiet: (world) => addQuiet(world),
};
