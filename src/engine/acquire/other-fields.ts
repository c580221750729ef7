/**
 * Fields that no contract names are kept, but within bounds: what a line may add to the store is decided here and not by whoever wrote the
 * line. Text does not stay, and under a name that we do not know text may hide, so what is long or says it is text is replaced by its size.
 */

/** Characters of one value as JSON: an identifier, a label, a few settings. A prompt is longer; so is what was nested into the line. */
const VALUE_CHARS_MAX = 256;
/** Characters of a name; longer ones hold data. */
const NAME_CHARS_MAX = 128;
/** Fields of one request: as many as the contract has, and room. */
const FIELDS_MAX = 64;
/** Characters of all values of one request: with names, at most 12 KiB in the store, where a request takes 150 bytes. */
const ALL_CHARS_MAX = 4096;
/** With `--metadata-only` a value must look like an identifier: no space, no other script, no longer than a hash in hexadecimal with a prefix. */
const IDENTIFIER = /^[\x21-\x5b\x5d-\x7e]{1,80}$/;

/** Names under which the interfaces of model providers carry what people wrote, or a model answered. */
const TEXT_NAMES: ReadonlySet<string> = new Set(
  "prompt prompts completion completions text content contents input inputs output_text outputs response body query question answer instruction instructions transcript".split(
    " ",
  ),
);

/** Under this name stands how many fields were left out whole. */
const REST_NAME = "…";

/**
 * What is kept of a request's other fields, ascending by name, so that the order of a line's fields decides nothing.
 *
 * @param options.isMetadataOnly keeps only what looks like a number, a flag or an identifier.
 */
export function boundOtherFields(
  fields: Readonly<Record<string, unknown>>,
  { isMetadataOnly }: { isMetadataOnly: boolean },
): Record<string, unknown> {
  const names = Object.keys(fields);
  if (names.length > 1) names.sort();
  const kept = Object.create(null) as Record<string, unknown>;
  let count = 0;
  let chars = 0;
  for (const name of names) {
    if (count === FIELDS_MAX || chars >= ALL_CHARS_MAX || name.length > NAME_CHARS_MAX) continue;
    const value = fields[name];
    const text = TEXT_NAMES.has(name.toLowerCase()) ? null : describeValue(value);
    const isKept = text !== null && (!isMetadataOnly || IDENTIFIER.test(text));
    kept[name] = isKept ? value : LEFT_OUT;
    chars += isKept ? text.length : LEFT_OUT.length;
    count++;
  }
  if (count < names.length) kept[REST_NAME] = `${names.length - count} more left out`;
  return kept;
}

/** Stands in place of a value that is not kept. */
const LEFT_OUT = "(left out)";

/** A value as JSON, or null when it is longer than one may be. */
function describeValue(value: unknown): string | null {
  if (spend(value, VALUE_CHARS_MAX) < 0) return null;
  const text = JSON.stringify(value);
  // Escaped characters take up to six.
  return text.length > VALUE_CHARS_MAX ? null : text;
}

/** What is left of `chars` after the least that a value takes as JSON; it stops below 0, so that hostile nesting costs nothing. */
function spend(value: unknown, chars: number): number {
  if (typeof value === "string") return chars - value.length - 2;
  if (typeof value !== "object" || value === null) return chars - 1;
  let left = chars - 2;
  for (const name in value) {
    if (left < 0) return left;
    left = spend((value as Record<string, unknown>)[name], Array.isArray(value) ? left : left - name.length - 3);
  }
  return left;
}
