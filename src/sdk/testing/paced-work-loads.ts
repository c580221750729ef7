/** Work loads whose accounts keep a pace: what a dispatcher's rise and fall leaves in the hours of its accounts. */
import type { TestAccount } from "./population.js";
import { createRandom } from "../../statistics/random.js";

export const DAYS = 12;
export const ACCOUNTS = 12;
const countTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Hours of a dispatcher: it works or pauses, some hours at a time. */
export function drawPace(seed: number): number[] {
  const draws = createRandom(seed);
  const random = (): number => draws.next();
  const pace: number[] = [];
  while (pace.length < DAYS * 24) {
    const level = random() < 0.5 ? 0.02 : 0.4;
    for (let lasts = 2 + Math.floor(random() * 6); lasts > 0; lasts--) pace.push(level);
  }
  return pace.slice(0, DAYS * 24);
}

/** Of people: any hour as likely as another. */
export const FLAT = countTo(DAYS * 24).map(() => 0.15);

/** Accounts of one scaffold, each active in its own hours at the pace. */
export function drawWorkLoad(family: string, { pace, seed }: { pace: readonly number[]; seed: number }): TestAccount[] {
  const draws = createRandom(seed);
  const random = (): number => draws.next();
  return countTo(ACCOUNTS).map(() => ({
    requests: pace.flatMap((level, hour) =>
      random() < level * 0.5 ? [{ atHours: hour, family, item: Math.floor(random() * 1e9) + 1 }] : [],
    ),
  }));
}
