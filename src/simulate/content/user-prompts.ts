/** What people ask, in eight languages; phrases with alternatives, so that no two people need to use the same words. Written for this project. */
import { ENGLISH_PROMPTS } from "./user-prompts-english.js";
import { OTHER_PROMPTS } from "./user-prompts-other.js";

/** Language of a prompt, ISO 639-1. */
export type Language = "en" | "de" | "fr" | "es" | "pt" | "zh" | "ja" | "ru";

export const LANGUAGES: readonly Language[] = ["en", "de", "fr", "es", "pt", "zh", "ja", "ru"];
/** Shares of people per language, after the rough mix of public chat logs. */
export const LANGUAGE_WEIGHTS: readonly number[] = [62, 6, 5, 7, 5, 7, 4, 4];

/** Phrases by language. */
export const USER_PROMPTS: Record<Language, readonly string[]> = { en: ENGLISH_PROMPTS, ...OTHER_PROMPTS };
