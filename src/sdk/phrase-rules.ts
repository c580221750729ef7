/**
 * Phrase rules: what most request detections are made of. A rule holds when one phrase of each of its groups is heard within a window of
 * words. Paraphrases exchange phrases within a group, translations add phrases to it; neither adds a rule.
 */
import type { PhraseHits } from "../vocabulary/detection.js";
import type { Technique } from "../vocabulary/feature.js";

/** One rule of a request detection. */
export interface PhraseRule {
  technique: Technique;
  /** Names of phrase groups; all must be heard, each within `windowWords` of the others. */
  groups: readonly string[];
  windowWords: number;
  /** Groups that must stand closer than that, such as an adjective and its noun. */
  close?: readonly (readonly string[])[];
  /** Groups that speak against: when a phrase of one of them is heard anywhere, the rule does not hold. */
  unless?: readonly string[];
}

/** Words between an adjective and its noun, or a verb and its object, at most. */
const CLOSE_WORDS = 3;

/** The techniques whose rules hold, without repeats, in the order of the rules. */
export function matchRules(heard: PhraseHits, rules: readonly PhraseRule[]): Technique[] {
  const found: Technique[] = [];
  for (const rule of rules) {
    if (found.includes(rule.technique)) continue;
    if (!rule.groups.every((group) => heard.has(group))) continue;
    if (rule.unless?.some((group) => heard.has(group))) continue;
    if (rule.close && !rule.close.every((groups) => heard.near(groups, CLOSE_WORDS))) continue;
    if (rule.groups.length === 1 || heard.near(rule.groups, rule.windowWords)) found.push(rule.technique);
  }
  return found;
}

/** Splits a list of phrases at line breaks and `|`, so that a table of phrases in ten languages stays readable. */
export function listPhrases(table: string): readonly string[] {
  return table
    .split(/[|\n]/)
    .map((phrase) => phrase.trim())
    .filter((phrase) => phrase !== "");
}
