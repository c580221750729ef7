/** What people say first and next in a conversation. */
import type { Library } from "../library.js";
import { writePhrase } from "../phrase.js";
import { chance, drawLogNormal, drawZipf, pick, type Random } from "../random.js";
import { writeDiff } from "./benign-scaffolds.js";
import { writeItem, writeSentence } from "./items.js";
import { type Language, USER_PROMPTS } from "./user-prompts.js";
import { varyPrompt } from "./wording.js";
import { TOPICS } from "./words.js";

const FOLLOW_UPS: Record<Language, readonly string[]> = {
  en: [
    "{can you|please} make {it|that} {shorter|longer|simpler|more formal}{?| please}",
    "{no|not quite}, I meant {the second one|for beginners|without the table|something cheaper}",
    "{why|how so}?",
    "thanks, {that works|perfect|great}! {and what about {winter|two people|mac|a bigger file}?|}",
    "{give me|show} an example {with numbers|in code|from real life|}",
    "it {still|} {doesn't work|fails|says undefined|is too long}",
    "{continue|go on|next}",
    "{explain|expand} {point|step} {1|2|3|4}",
    "now {translate it to spanish|turn it into a table|add a title|as an email}",
    "are you sure{?| about that?}",
    "what {else|other options} {should I consider|are there}?",
    "{hmm|ok}, but {what if it rains|my budget is half of that|I only have one hour|she said no}",
  ],
  de: [
    "{kürzer|einfacher|förmlicher} bitte",
    "nein, ich meinte {das zweite|für Anfänger|ohne Tabelle}",
    "und {warum|wie genau}?",
    "danke! {Noch ein Beispiel?|Und im Winter?|}",
    "{weiter|Fahre fort}",
  ],
  fr: [
    "plus {court|simple|formel} s'il te plaît",
    "non, je voulais dire {le deuxième|pour débutants}",
    "{pourquoi|comment ça} ?",
    "merci ! {un exemple ?|et en hiver ?|}",
    "continue",
  ],
  es: [
    "más {corto|simple|formal} por favor",
    "no, me refería {al segundo|a principiantes}",
    "¿{por qué|cómo exactamente}?",
    "¡gracias! {¿otro ejemplo?|}",
    "{sigue|continúa}",
  ],
  pt: [
    "mais {curto|simples|formal} por favor",
    "não, quis dizer {o segundo|para iniciantes}",
    "{por quê|como assim}?",
    "obrigado! {outro exemplo?|}",
    "continue",
  ],
  zh: ["{短一点|简单一些|正式一点}", "不是，我是说{第二个|给初学者的}", "为什么？", "谢谢！{再举个例子|}", "继续"],
  ja: [
    "もう少し{短く|簡単に|丁寧に}してください",
    "いえ、{二つ目|初心者向け}のことです",
    "なぜですか？",
    "ありがとうございます。{別の例も|}",
    "続けて",
  ],
  ru: [
    "{короче|проще|официальнее}, пожалуйста",
    "нет, я имел в виду {второе|для начинающих}",
    "почему?",
    "спасибо! {ещё пример?|}",
    "продолжай",
  ],
};
/** Share of first messages that carry pasted material. */
const PASTE_SHARE = 0.42;
const ITEM_KINDS = ["general", "reasoning", "coding", "data_analysis", "general", "tool_use"] as const;

/** The first message of a conversation, with the follow-ups that a recorded conversation brings along and its recorded answers. */
export interface Opening {
  text: string;
  followUps: readonly string[];
  answers: readonly (string | null)[];
  tools: readonly string[];
}

/** What a person of a language asks, with what they paste. */
export function writeOpening(library: Library | null, language: Language, random: Random): Opening {
  const opening = writeQuestion(library, language, random);
  return chance(random, PASTE_SHARE) ? { ...opening, text: `${opening.text}\n\n${writePaste(random)}` } : opening;
}

function writeQuestion(library: Library | null, language: Language, random: Random): Opening {
  const conversations = library?.conversations ?? [];
  // Recorded conversations are mostly English and Chinese; speakers of other languages use the bundled phrases.
  if (conversations.length > 0 && chance(random, language === "en" || language === "zh" ? 0.7 : 0.2)) {
    const found = conversations[drawZipf(random, conversations.length, 0.4)];
    const first = found?.turns[0];
    if (found && first !== undefined)
      return { text: varyPrompt(first, random), followUps: found.turns.slice(1), answers: found.answers, tools: found.tools };
  }
  if (language === "en" && chance(random, 0.3)) {
    return { text: varyPrompt(writeItem(pick(random, ITEM_KINDS), random), random), followUps: [], answers: [], tools: [] };
  }
  let text = writePhrase(pick(random, USER_PROMPTS[language]), random);
  if (chance(random, 0.3)) text += ` ${writePhrase(pick(random, USER_PROMPTS[language]), random)}`;
  return { text: varyPrompt(text, random), followUps: [], answers: [], tools: [] };
}

/**
 * What people paste below a question: a passage, a table, a diff, a log. Two in five of all first messages carry some; without it the crowd's
 * messages would be shorter than any template, and length alone would give harvests away.
 */
export function writePaste(random: Random): string {
  const u = random();
  if (u < 0.15) return writeItem("data_analysis", random);
  if (u < 0.35) return writeDiff(random);
  if (u < 0.45) return writeItem("agentic_coding", random);
  const chars = Math.min(1800, drawLogNormal(random, 420, 0.7));
  let text = "";
  while (text.length < chars) text += `${writeSentence(random)} `;
  return text.trimEnd();
}

/** What a person says next. */
export function writeFollowUp(language: Language, random: Random): string {
  const text = writePhrase(pick(random, FOLLOW_UPS[language]), random);
  return chance(random, 0.3) ? `${text} (${pick(random, TOPICS)})` : text;
}
