/** Fixtures of the detections that look at how accounts came about and from where they send. */
import { STOPPED_BY_SHEET } from "./behaviour-worlds.mjs";
import { addClass, addCrowd, addFrameworkUsers } from "./people.mjs";
import { nameAccounts } from "./world.mjs";
import { SCAFFOLDS, writeItem } from "./words.mjs";

/** A pool's requests, `each` an account. */
function addPool(world, { accounts, each, fields = () => ({}) }) {
  const names = nameAccounts("pool", accounts);
  names.forEach((account, position) => {
    for (let index = 0; index < each; index++) {
      const prompt = SCAFFOLDS[0](writeItem(position * each + index));
      world.request({ account, atHours: world.draws.between(0, 48), note: "pool", prompt, ...fields(account) });
    }
  });
  return names;
}

const drawAge = (draws) => draws.between(3, 700);

export const registrationBurst = {
  attack(world) {
    const { draws } = world;
    for (const account of addCrowd(world, { accounts: 80, days: 2, median: 1, most: 2 }))
      world.account({ account, daysBefore: drawAge(draws) });
    const pool = addPool(world, { accounts: 14, each: 4 });
    // Two thirds by a script within three hours, the rest aged accounts that were bought.
    pool.forEach((account, index) => world.account({ account, daysBefore: index < 9 ? draws.between(20, 20.12) : drawAge(draws) }));
    world.group("pool with registrations by a script", pool);
  },
  lookalike(world) {
    const { draws } = world;
    const LAUNCH = 40;
    const drawLaunch = () => (draws.next() < 0.6 ? LAUNCH - draws.between(0, 0.8) : drawAge(draws));
    for (const account of addCrowd(world, { accounts: 100, days: 2, median: 1, most: 2 }))
      world.account({ account, daysBefore: drawLaunch() });
    const users = addFrameworkUsers(world, { accounts: 14, days: 2, median: 3, most: 4 });
    for (const account of users) world.account({ account, daysBefore: drawLaunch() });
    world.group("users of one product who came on the launch day like everybody", users);
    const pupils = addClass(world, { pupils: 14, lessons: [9.1, 33.2] });
    for (const account of pupils) world.account({ account, daysBefore: 5 - draws.between(0, 0.05), email_domain: "school.example" });
    world.group("a class that registered in its lesson", pupils, STOPPED_BY_SHEET);
  },
  quiet(world) {
    const names = addCrowd(world, { accounts: 60, days: 2, median: 3, withText: true, note: "ordinary use" });
    for (const account of names) world.account({ account, daysBefore: drawAge(world.draws) });
    world.group("ordinary accounts", names.slice(0, 12));
  },
};

/** Addresses of the documentation ranges (RFC 5737, RFC 3849), by number. */
const homeAddress = (number) => `2001:db8:${(number >> 8).toString(16)}:${(number & 255).toString(16)}::1`;
const exitAddress = (number) => `203.0.113.${number}`;
const poolAddress = (number) => `198.51.100.${number}`;

/** Everybody sends from home. */
function sendFromHome() {
  const homes = new Map();
  return (account) => {
    if (!homes.has(account)) homes.set(account, homeAddress(homes.size + 1));
    return { client: { ip: homes.get(account) } };
  };
}

function addCrowdAtHome(world, { accounts, each = 2, exits = [] }) {
  const atHome = sendFromHome();
  return nameAccounts("crowd", accounts).map((account) => {
    const isVeiled = exits.length > 0 && world.draws.next() < 0.6;
    for (let index = 0; index < each; index++) {
      const fields = isVeiled ? { client: { ip: world.draws.pick(exits) } } : atHome(account);
      world.request({
        account,
        atHours: world.draws.between(0, 48),
        note: isVeiled ? "users of a commercial VPN" : "crowd",
        ...fields,
      });
    }
    return account;
  });
}

export const sharedInfrastructure = {
  attack(world) {
    const { draws } = world;
    addCrowdAtHome(world, { accounts: 260, each: 1 });
    const addresses = Array.from({ length: 8 }, (_, index) => poolAddress(index + 10));
    // Two addresses an account, rented for the purpose: every address serves three accounts.
    const choose = (account) => addresses[(Number(account.slice(-2)) + 3 * draws.below(2)) % addresses.length];
    const pool = addPool(world, { accounts: 12, each: 6, fields: (account) => ({ client: { ip: choose(account) } }) });
    world.group("pool behind eight addresses", pool);
  },
  lookalike(world) {
    const { draws } = world;
    const exits = Array.from({ length: 8 }, (_, index) => exitAddress(index + 1));
    addCrowdAtHome(world, { accounts: 120, exits });
    const users = addFrameworkUsers(world, {
      accounts: 14,
      days: 2,
      median: 2,
      most: 3,
      fields: () => ({ client: { ip: draws.pick(exits) } }),
    });
    world.group("users of one product behind a commercial VPN", users);
    const pupils = addClass(world, { pupils: 14, lessons: [9.1, 33.2], fields: () => ({ client: { ip: "192.0.2.7" } }) });
    world.group("a class behind its school's address", pupils, STOPPED_BY_SHEET);
    const seats = nameAccounts("office", 6);
    for (const account of seats) {
      for (let item = 0; item < 4; item++) {
        const prompt = `Rewrite the clause in plain words for the tenant. Clause: ${writeItem(item + 10 * seats.indexOf(account))}`;
        const fields = { organization_id: "org-office", client: { ip: "192.0.2.33" } };
        world.request({ account, atHours: draws.between(8, 18), note: "office behind one address", prompt, ...fields });
      }
    }
    world.group("an office behind one address", seats);
  },
  quiet(world) {
    const names = addCrowdAtHome(world, { accounts: 60 });
    world.group("ordinary accounts", names.slice(0, 12));
  },
};

export const sharedRareInstrument = {
  attack(world) {
    const { draws } = world;
    addCrowd(world, { accounts: 80, days: 2, median: 1, most: 2 }).forEach((account, index) =>
      world.account({ account, daysBefore: drawAge(draws), payment_fingerprint: `card-${index}`, payment_kind: "card" }),
    );
    const pool = addPool(world, { accounts: 12, each: 4 });
    pool.forEach((account, index) =>
      world.account({ account, daysBefore: drawAge(draws), payment_fingerprint: `card-pool-${index % 4}`, payment_kind: "prepaid" }),
    );
    world.group("pool on four prepaid cards", pool);
  },
  lookalike(world) {
    const { draws } = world;
    addCrowd(world, { accounts: 80, days: 2, median: 1, most: 2 }).forEach((account, index) =>
      world.account({ account, daysBefore: drawAge(draws), payment_fingerprint: `card-${index}`, payment_kind: "card" }),
    );
    const users = addFrameworkUsers(world, { accounts: 14, days: 2, median: 3, most: 5 });
    users.forEach((account, index) =>
      world.account({ account, daysBefore: drawAge(draws), payment_fingerprint: index < 2 ? "card-family" : `card-notes-${index}` }),
    );
    world.group("users of one product, two of them a family with one card", users);
    const teachers = nameAccounts("teacher", 6);
    for (const account of teachers) {
      for (let item = 0; item < 4; item++) {
        const prompt = `Draft a friendly note to the parents about the coming week. Topic: ${writeItem(item + 10 * teachers.indexOf(account))}`;
        world.request({ account, atHours: draws.between(8, 18), note: "school that pays for its people", prompt });
      }
      world.account({ account, daysBefore: 30, organization_id: "org-school", payment_fingerprint: "card-school" });
    }
    world.group("a school that pays for its people", teachers);
  },
  quiet(world) {
    const names = addCrowd(world, { accounts: 60, days: 2, median: 3, withText: true, note: "ordinary use" });
    names.forEach((account, index) => world.account({ account, daysBefore: drawAge(world.draws), payment_fingerprint: `card-${index}` }));
    world.group("ordinary accounts", names.slice(0, 12));
  },
};
