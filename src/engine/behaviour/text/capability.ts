/** What a request asks the model to do, guessed from a few keywords and the tools offered. See `CAPABILITY_PHRASES`. */
import type { Capability } from "../../../vocabulary/feature.js";
import type { GroupHits } from "./phrase-book.js";

/** Keywords per capability. */
export const CAPABILITY_PHRASES: Readonly<Partial<Record<Capability, readonly string[]>>> = {
  coding: ["python", "javascript", "java program", "sql query", "write code", "function", "algorithm", "代码", "函数"],
  reasoning: ["step by step", "solve", "prove", "calculate"],
};

/** Judges one request; `words` is the length of the last user message. */
export type CapabilityJudge = (tools: readonly string[], words: number) => Capability;

/** Makes the judge; its groups stand in `hits` from `firstGroup` on. */
export function createCapabilityJudge(hits: GroupHits, firstGroup: number): CapabilityJudge {
  const capabilities = Object.keys(CAPABILITY_PHRASES) as Capability[];
  return (tools, words) => {
    let best: Capability = words === 0 ? "unknown" : tools.length > 0 ? "tool_use" : "general";
    let most = 0;
    capabilities.forEach((capability, index) => {
      const count = hits.counts[firstGroup + index]!;
      if (count > most) {
        most = count;
        best = capability;
      }
    });
    return best;
  };
}
