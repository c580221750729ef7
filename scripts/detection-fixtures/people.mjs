/** Who appears in several fixtures: the crowd, a class with its sheet, users of a framework. */
import { drawOwnHour, nameAccounts } from "./world.mjs";
import { drawHabits, FRAMEWORK_SYSTEM, SHEET, writeEveryday } from "./words.mjs";

/** One ordinary person's requests: own hours, own days, own volume. */
export function sendOrdinary(
  world,
  { account, days, median = 3, least = 1, most = 12, note = "crowd", withText = false, fields = () => ({}) },
) {
  const { draws } = world;
  const centre = draws.between(0, 24);
  const habits = drawHabits(draws);
  const count = Math.min(most, Math.max(least, draws.heavy(median, 1.2)));
  for (let index = 0; index < count; index++) {
    const atHours = 24 * draws.below(days) + drawOwnHour(draws, centre);
    world.request({ account, atHours, note, ...(withText ? { prompt: writeEveryday(draws, habits) } : {}), ...fields(atHours) });
  }
}

/** A crowd of people who have nothing to do with each other. */
export function addCrowd(world, { accounts, ...habits }) {
  const names = nameAccounts("crowd", accounts);
  for (const account of names) sendOrdinary(world, { account, ...habits });
  return names;
}

/** A class in its lessons: everybody sends the same exercises within the same hours. */
export function addClass(world, { pupils, lessons, fields = () => ({}) }) {
  const names = nameAccounts("pupil", pupils);
  for (const account of names) {
    SHEET.forEach((prompt, index) => {
      const lesson = lessons[index % lessons.length];
      world.request({
        account,
        atHours: lesson + world.draws.between(0, 1.8),
        note: "class with a homework sheet",
        prompt,
        ...fields(account),
      });
    });
  }
  return names;
}

/** Strangers who use one product: its system prompt, and nothing else in common. */
export function addFrameworkUsers(world, { accounts, days, median = 4, least = 1, most = 16, name = "notes", fields = () => ({}) }) {
  const names = nameAccounts(name, accounts);
  for (const account of names) {
    const usage = { account, days, median, least, most, withText: true, note: "framework users" };
    sendOrdinary(world, { ...usage, fields: (atHours) => ({ system: FRAMEWORK_SYSTEM, ...fields(account, atHours) }) });
  }
  return names;
}
