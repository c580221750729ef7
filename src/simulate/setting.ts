/** The setting of a world: models and their releases, the frameworks and personas of its time. */
import { writeFrameworkPrompt, writePersona } from "./content/benign-scaffolds.js";
import type { TargetModel, WorldContext } from "./context.js";
import type { WorldOptions } from "./options.js";
import { createPermutation, createRandom, type Random } from "./random.js";
import { createAnswerShelf } from "./answer-shelf.js";
import { nameAccount } from "./registration.js";
import { DAY_MS, HOUR_MS } from "./schedule.js";

const FRAMEWORKS = 8;
const PERSONAS = 40;

/** Builds the setting. */
export function createContext(options: WorldOptions): WorldContext {
  const random = createRandom(options.seed, 0xc0);
  const endAtMs = options.startAtMs + options.days * DAY_MS;
  return {
    options,
    startAtMs: options.startAtMs,
    endAtMs,
    standingOf: createPermutation(options.accounts, options.seed ^ 0x33),
    nameAccount: (index) => nameAccount(options.seed, index),
    models: createModels(options, random),
    frameworks: Array.from({ length: FRAMEWORKS }, () => writeFrameworkPrompt(random)),
    answers: createAnswerShelf(),
    personas: [...(options.library?.personas ?? []), ...Array.from({ length: PERSONAS }, () => writePersona(random))],
  };
}

/** Four models of before and one that is released in the second half of the world, in working hours. */
function createModels(options: WorldOptions, random: Random): TargetModel[] {
  const before = [
    ["aurora-4", 210],
    ["aurora-4-mini", 180],
    ["aurora-4-reason", 95],
    ["aurora-3.5", 420],
  ] as const;
  const models: TargetModel[] = before.map(([name, days]) => ({ name, releasedAtMs: options.startAtMs - days * DAY_MS + 15 * HOUR_MS }));
  const day = Math.floor(options.days * (0.5 + random() * 0.12));
  models.push({ name: "aurora-5", releasedAtMs: options.startAtMs + day * DAY_MS + (14 + Math.floor(random() * 4)) * HOUR_MS });
  return models;
}
