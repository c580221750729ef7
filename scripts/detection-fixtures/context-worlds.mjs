/** What a person is shown beside an account, and what weighs nothing: hours, first days, plans, addresses. */
import { addCrowd, sendOrdinary } from "./people.mjs";
import { nameAccounts } from "./world.mjs";

/** So many requests on each of the days, at hours that the function draws. */
function sendDaily(world, { account, days, perDay, hourOf, note, fields = () => ({}) }) {
  for (let day = 0; day < days; day++) {
    const count = typeof perDay === "number" ? perDay : perDay(day);
    for (let index = 0; index < count; index++) world.request({ account, atHours: 24 * day + hourOf(index), note, ...fields(index) });
  }
}

const byDay = (draws) => () => 9 + 8 * draws.next();

export const roundTheClock = {
  attack(world) {
    const { draws } = world;
    addCrowd(world, { accounts: 15, days: 6 });
    sendDaily(world, {
      account: "acct-tireless-01",
      days: 6,
      perDay: 24,
      hourOf: (index) => index + draws.next(),
      note: "harvest without a night",
    });
    world.group("a harvest without a night", ["acct-tireless-01"]);
  },
  lookalike(world) {
    const { draws } = world;
    addCrowd(world, { accounts: 15, days: 8 });
    sendDaily(world, { account: "acct-job-01", days: 8, perDay: 10, hourOf: () => 2 + 2 * draws.next(), note: "job that runs at night" });
    world.group("a job that runs at night", ["acct-job-01"]);
    sendDaily(world, {
      account: "acct-owl-01",
      days: 8,
      perDay: 12,
      hourOf: () => (15 + 13 * draws.next()) % 24,
      note: "night owl, who sleeps from four until three in the afternoon",
    });
    world.group("a night owl", ["acct-owl-01"]);
    sendDaily(world, {
      account: "acct-deadline-01",
      days: 2,
      perDay: 48,
      hourOf: (index) => (index + draws.next()) / 2,
      note: "two nights before a deadline",
    });
    world.group("two nights before a deadline", ["acct-deadline-01"]);
  },
  quiet(world) {
    const { draws } = world;
    addCrowd(world, { accounts: 15, days: 8, note: "ordinary use" });
    sendDaily(world, { account: "acct-heavy-01", days: 8, perDay: 15, hourOf: byDay(draws), note: "heavy use by day" });
    world.group("a heavy user by day", ["acct-heavy-01"]);
  },
};

export const noRamp = {
  attack(world) {
    const { draws } = world;
    addCrowd(world, { accounts: 30, days: 8 });
    world.account({ account: "acct-sudden-01", daysBefore: 0 });
    sendDaily(world, {
      account: "acct-sudden-01",
      days: 7,
      perDay: 30,
      hourOf: byDay(draws),
      note: "harvest at full use from the first day",
    });
    world.group("a harvest at full use from the first day", ["acct-sudden-01"]);
  },
  lookalike(world) {
    const { draws } = world;
    addCrowd(world, { accounts: 30, days: 8 });
    world.account({ account: "acct-developer-01", daysBefore: 0 });
    const growing = (day) => [2, 3, 8, 30, 30, 30, 30][day];
    sendDaily(world, {
      account: "acct-developer-01",
      days: 7,
      perDay: growing,
      hourOf: byDay(draws),
      note: "developer who tries it out first",
    });
    world.group("a developer who tries it out first", ["acct-developer-01"]);
    world.account({ account: "acct-hackathon-01", daysBefore: 0 });
    sendDaily(world, { account: "acct-hackathon-01", days: 1, perDay: 40, hourOf: byDay(draws), note: "one day at a hackathon" });
    world.group("one day at a hackathon", ["acct-hackathon-01"]);
    world.account({ account: "acct-project-01", daysBefore: 200 });
    sendDaily(world, { account: "acct-project-01", days: 7, perDay: 30, hourOf: byDay(draws), note: "old account with a new project" });
    world.group("an old account with a new project", ["acct-project-01"]);
  },
  quiet(world) {
    addCrowd(world, { accounts: 30, days: 8, note: "ordinary use" });
    world.account({ account: "acct-newcomer-01", daysBefore: 0 });
    sendOrdinary(world, { account: "acct-newcomer-01", days: 7, median: 12, least: 12, most: 12, note: "ordinary newcomer" });
    world.group("an ordinary newcomer", ["acct-newcomer-01"]);
  },
};

/** People on one plan, with about so many tokens a request. */
function addPlan(world, { name, accounts, plan, tokens, note }) {
  const { draws } = world;
  const names = nameAccounts(name, accounts);
  for (const account of names) {
    world.account({ account, daysBefore: 100, plan });
    sendOrdinary(world, { account, days: 5, note, fields: () => ({ output_tokens: draws.heavy(tokens, 0.4) }) });
  }
  return names;
}

function addOne(world, { account, plan, tokens, note }) {
  world.account({ account, daysBefore: 100, plan });
  sendDaily(world, { account, days: 5, perDay: 6, hourOf: byDay(world.draws), note, fields: () => ({ output_tokens: tokens }) });
}

export const planOutOfProportion = {
  attack(world) {
    addPlan(world, { name: "crowd", accounts: 40, plan: "starter", tokens: 400, note: "crowd" });
    addOne(world, { account: "acct-glutton-01", plan: "starter", tokens: 60_000, note: "harvest on the smallest plan" });
    world.group("a harvest on the smallest plan", ["acct-glutton-01"]);
  },
  lookalike(world) {
    addPlan(world, { name: "crowd", accounts: 40, plan: "starter", tokens: 400, note: "crowd" });
    addOne(world, { account: "acct-keen-01", plan: "starter", tokens: 400, note: "heavy user: several times the usual" });
    world.group("a heavy user, several times the usual", ["acct-keen-01"]);
    addPlan(world, { name: "company", accounts: 25, plan: "enterprise", tokens: 60_000, note: "companies on their plan" });
    addOne(world, { account: "acct-company-99", plan: "enterprise", tokens: 60_000, note: "large customer on the plan for it" });
    world.group("a large customer on the plan for large customers", ["acct-company-99"]);
    addOne(world, { account: "acct-special-01", plan: "made to measure", tokens: 60_000, note: "plan that nobody else has" });
    world.group("a plan that nobody else has", ["acct-special-01"]);
  },
  quiet(world) {
    const names = addPlan(world, { name: "crowd", accounts: 40, plan: "starter", tokens: 400, note: "ordinary use" });
    world.group("anybody", [names[0]]);
  },
};

const addressOf = (person, place) => `198.51.${person}.${place}`;

/** A person with a key and few places. */
function addPerson(world, { account, person, requests, places, keys = 1, clients = 1, note }) {
  const { draws } = world;
  for (let index = 0; index < requests; index++) {
    const place = index % places;
    world.request({
      account,
      atHours: 12 * index + 4 * draws.next(),
      note,
      key_hash: `key-${account}-${place % keys}`,
      client: {
        ip: addressOf(person, place),
        ja4: `t13d1516h2_${person}`,
        user_agent: `client-${person}/${index % clients}.0`,
      },
    });
  }
}

function addPeople(world, note) {
  nameAccounts("crowd", 30).forEach((account, index) => {
    const { draws } = world;
    addPerson(world, { account, person: index + 1, requests: 8 + draws.below(8), places: 1 + draws.below(2), note });
  });
}

export const manyClients = {
  attack(world) {
    addPeople(world, "crowd");
    addPerson(world, {
      account: "acct-everywhere-01",
      person: 100,
      requests: 15,
      places: 14,
      clients: 9,
      note: "harvest through rented addresses",
    });
    world.group("a harvest through rented addresses", ["acct-everywhere-01"]);
  },
  lookalike(world) {
    addPeople(world, "crowd");
    addPerson(world, {
      account: "acct-agency-01",
      person: 101,
      requests: 15,
      places: 14,
      keys: 7,
      note: "agency with a key for each customer",
    });
    world.group("an agency with a key for each customer", ["acct-agency-01"]);
    addPerson(world, {
      account: "acct-commuter-01",
      person: 102,
      requests: 14,
      places: 5,
      clients: 2,
      note: "commuter with a laptop and a phone",
    });
    world.group("a commuter", ["acct-commuter-01"]);
  },
  quiet(world) {
    addPeople(world, "ordinary use");
    world.group("anybody", ["acct-crowd-01"]);
  },
};
