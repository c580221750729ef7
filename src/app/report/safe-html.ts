/**
 * HTML that cannot be broken out of. `html` escapes every value put into it; only what `html` made is taken as markup, so a forgotten escape
 * is a type error or plain text, never an injection.
 */
import { makeVisible } from "./text.js";

const MARKUP = Symbol("markup");

/** Markup that `html` made. */
export interface SafeHtml {
  readonly [MARKUP]: string;
}

/** What may stand inside `${}`: text is escaped, markup is kept, lists are joined, `null`, `undefined` and `false` vanish. */
export type HtmlValue = SafeHtml | string | number | null | undefined | false | readonly HtmlValue[];

/** Template tag: ``html`<p>${text}</p>` ``. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): SafeHtml {
  let markup = parts[0] ?? "";
  for (const [index, value] of values.entries()) markup += renderValue(value) + (parts[index + 1] ?? "");
  return { [MARKUP]: markup };
}

/** The string to be written to a file. */
export function toMarkup(value: SafeHtml): string {
  return value[MARKUP];
}

/** Markup of our own that stands in a constant, as the style sheet does. Never call it with text that was read. */
export function trustMarkup(markup: string): SafeHtml {
  return { [MARKUP]: markup };
}

/** An identifier that a stranger chose: made visible, isolated from the direction of the text around it, monospaced. */
export function renderId(id: string, charsMax = 80): SafeHtml {
  return html`<bdi class="id">${makeVisible(id, charsMax)}</bdi>`;
}

function renderValue(value: HtmlValue): string {
  if (value === null || value === undefined || value === false) return "";
  if (typeof value === "string") return escapeHtml(makeUnseenVisible(value));
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  if (isList(value)) return value.map(renderValue).join("");
  return value[MARKUP];
}

function isList(value: HtmlValue): value is readonly HtmlValue[] {
  return Array.isArray(value);
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

/** Even a value that nobody called {@link makeVisible} on cannot turn the line around; spaces are left as they are. */
function makeUnseenVisible(text: string): string {
  return text.replace(
    /[^\P{C}\n\t]|[\u2028\u2029]/gu,
    (character) => `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`,
  );
}
