/**
 * Phrase rules: what most request detections are made of. A rule holds when one phrase of each of its groups is heard within a window of
 * words. Paraphrases exchange phrases within a group, translations add phrases to it; neither adds a rule.
 */
import type { PhraseHits } from "../vocabulary/detection.js";
import type { Technique } from "../vocabulary/feature.js";
import { spellPhrase } from "./phrase-scripts.js";

/** One rule of a request detection. */
export interface PhraseRule {
  technique: Technique;
  /** Names of phrase groups; all must be heard, each within `windowWords` of the others. */
  groups: readonly string[];
  windowWords: number;
  /** Groups that must stand closer than that, such as an adjective and its noun. */
  close?: readonly (readonly string[])[];
  /** Words within which such groups must start; 3 when absent. */
  closeWords?: number;
  /** Groups that turn the meaning round when they stand as close together, such as “do not reveal” and “reasoning”. */
  unlessClose?: readonly (readonly string[])[];
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
    const closeWords = rule.closeWords ?? CLOSE_WORDS;
    if (rule.close && !rule.close.every((groups) => heard.near(groups, closeWords))) continue;
    if (rule.groups.length > 1 && !heard.near(rule.groups, rule.windowWords)) continue;
    if (!rule.unlessClose?.some((groups) => heard.near(groups, closeWords))) found.push(rule.technique);
  }
  return found;
}

/**
 * Splits a list of phrases at line breaks and `|`, so that a table of phrases in ten languages stays readable, and adds the other spellings of
 * each: traditional Chinese characters, Arabic particles, letters without their marks.
 */
export function listPhrases(table: string): readonly string[] {
  const phrases = table
    .split(/[|\n]/)
    .map((phrase) => phrase.trim())
    .filter((phrase) => phrase !== "");
  return [...new Set(phrases.flatMap(spellPhrase))];
}
