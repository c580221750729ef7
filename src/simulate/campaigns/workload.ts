/** Work loads: one scaffold with its queue, as a campaign's dispatcher sends it. */
import type { Capability } from "../../vocabulary/feature.js";
import { SCAFFOLDS, type Scaffold } from "../content/scaffolds.js";
import { paraphraseTemplate } from "../content/wording.js";
import type { WorldContext } from "../context.js";
import type { LibraryTemplate } from "../library.js";
import { writePhrase } from "../phrase.js";
import { chance, createRandom, drawInteger, hashText, mix32, pick, type Random } from "../random.js";
import { createQueue, type Queue } from "./queue.js";

/** One scaffold of a campaign and how much of the harvest it carries. */
export interface WorkLoad {
  id: string;
  capability: Capability;
  share: number;
  /** Writes the next request's text. `given` takes the place of the answer that the text speaks of. */
  write(random: Random, given?: string): { system: string | null; text: string; answer: string };
}

/** What a playbook asks for. */
export interface WorkLoadWish {
  capability: Capability;
  share: number;
  /** A bundled scaffold by name, or any of the capability, real templates first. */
  scaffold?: string;
}

/** Wordings that a paraphrasing campaign rotates through; the published example had more than fifty. */
const PARAPHRASES = 80;
/** Share of work loads that use a real harvesting tool's template where the library has some. */
const REAL_TEMPLATE_SHARE = 0.55;

/** Makes the work loads of one campaign. No scaffold is taken twice. */
export function createWorkLoads(context: WorldContext, wishes: readonly WorkLoadWish[], seed: number): WorkLoad[] {
  const random = createRandom(seed, 0x40);
  const taken = new Set<string>();
  return wishes.map((wish, i) => {
    const queue = createQueue(context.options.library, wish.capability, mix32(seed, i + 1));
    const real = (context.options.library?.templates ?? []).filter((each) => each.capability === wish.capability && !taken.has(each.id));
    if (wish.scaffold === undefined && real.length > 0 && chance(random, REAL_TEMPLATE_SHARE)) {
      const template = pick(random, real);
      taken.add(template.id);
      return createRealWorkLoad(context, wish, template, queue, mix32(seed, hashText(template.id)));
    }
    const scaffold = chooseScaffold(wish, taken, random);
    taken.add(scaffold.id);
    return createBundledWorkLoad(context, wish, scaffold, queue, mix32(seed, hashText(scaffold.id)));
  });
}

function chooseScaffold(wish: WorkLoadWish, taken: ReadonlySet<string>, random: Random): Scaffold {
  const named = SCAFFOLDS.find((each) => each.id === wish.scaffold);
  if (named) return named;
  const fitting = SCAFFOLDS.filter((each) => each.capability === wish.capability && each.id !== "language-coercion");
  const free = fitting.filter((each) => !taken.has(each.id));
  return pick(random, free.length > 0 ? free : fitting.length > 0 ? fitting : SCAFFOLDS);
}

function createBundledWorkLoad(context: WorldContext, wish: WorkLoadWish, scaffold: Scaffold, queue: Queue, seed: number): WorkLoad {
  const paraphrases = context.options.knobs.has("paraphrase");
  // Many jobs have one text box and no system prompt.
  const foldsSystem = createRandom(seed, 0x41)() < (paraphrases ? 0.75 : 0.5);
  return {
    id: scaffold.id,
    capability: wish.capability,
    share: wish.share,
    write(random, given) {
      const wording = createRandom(seed, paraphrases ? drawInteger(random, PARAPHRASES) : 0);
      const { text, answer } = queue();
      const system = scaffold.system === undefined ? null : writePhrase(scaffold.system, wording);
      const prompt = fill(writePhrase(scaffold.prompt, wording), text, given ?? answer);
      return system !== null && foldsSystem ? { system: null, text: `${system}\n\n${prompt}`, answer } : { system, text: prompt, answer };
    },
  };
}

function createRealWorkLoad(context: WorldContext, wish: WorkLoadWish, template: LibraryTemplate, queue: Queue, seed: number): WorkLoad {
  const paraphrases = context.options.knobs.has("paraphrase");
  return {
    id: template.id,
    capability: wish.capability,
    share: wish.share,
    write(random, given) {
      const wording = createRandom(seed, drawInteger(random, PARAPHRASES));
      const { text, answer } = queue();
      const frame = paraphrases ? paraphraseTemplate(template.prompt, wording) : template.prompt;
      return { system: template.system, text: fill(frame, text, given ?? answer), answer };
    },
  };
}

/** Puts item and answer into a template; one without a slot gets the item at its end. */
export function fill(template: string, item: string, answer: string): string {
  const filled = template.replaceAll("%ITEM%", () => item).replaceAll("%ANSWER%", () => answer);
  return template.includes("%ITEM%") ? filled : `${filled}\n\n${item}`;
}
