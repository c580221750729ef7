/** The queue of a harvest: items drawn without replacement; when it runs dry the items come back evolved, as data pipelines do. */
import type { Capability } from "../../vocabulary/feature.js";
import { evolveItem, shiftNumbers } from "../content/wording.js";
import { writeAnswer, writeItem } from "../content/items.js";
import type { Library, LibraryItem } from "../library.js";
import { createPermutation, createRandom, drawBetween } from "../random.js";

/** Hands out the next item. */
export type Queue = () => { text: string; answer: string };

/** Capabilities whose real items can stand in where there are none. */
const KIN: Partial<Record<Capability, readonly Capability[]>> = {
  reasoning: ["reasoning"],
  grading: ["grading", "general", "reasoning"],
  agentic_coding: ["coding"],
  coding: ["coding"],
  tool_use: ["tool_use"],
  task_generation: ["general"],
  general: ["general", "writing", "roleplay"],
  writing: ["writing", "roleplay", "general"],
  translation: ["general"],
};
/** Below this a real list would run dry within one small campaign. */
const REAL_ITEMS_MIN = 200;

/** A queue of one campaign and capability. Several queues of one seed hand out the same items: pass each campaign its own seed. */
export function createQueue(library: Library | null, capability: Capability, seed: number): Queue {
  const real = collectItems(library, capability);
  let position = 0;
  if (real.length < REAL_ITEMS_MIN) {
    return () => {
      const random = createRandom(seed, 0x17, position++);
      const text = writeItem(capability, random);
      return { text, answer: writeAnswer(random, drawBetween(random, 120, 500), text) };
    };
  }
  const order = createPermutation(real.length, seed);
  return () => {
    const round = Math.floor(position / real.length);
    const item = real[order(position % real.length)];
    const random = createRandom(seed, 0x18, position++);
    const text = round === 0 ? item.text : evolveItem(item.text, round, random);
    return {
      text,
      answer:
        item.answer === null
          ? writeAnswer(random, drawBetween(random, 120, 500), text)
          : round === 0
            ? item.answer
            : shiftNumbers(item.answer, random),
    };
  };
}

function collectItems(library: Library | null, capability: Capability): LibraryItem[] {
  if (!library) return [];
  return (KIN[capability] ?? []).flatMap((kin) => library.items[kin] ?? []);
}
