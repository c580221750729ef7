/**
 * Fields that no contract names. What a line may add to the store is decided here and not by whoever wrote the line, with or without
 * `--metadata-only`: under a name that we do not know anything may stand, so only what cannot hold a sentence or a key stays, and the rest is named
 * with `(left out)` in its place. What is left out by mistake costs nothing, since nothing is concluded from these fields.
 */

/** Characters of one value as JSON: a few settings. What is longer was nested into the line and is another record. */
const VALUE_CHARS_MAX = 256;
/** Fields of one request: as many as the contract has, and room. */
const FIELDS_MAX = 64;
/** Characters of all values of one request: with names, at most 8 KiB in the store, where a request takes 150 bytes. */
const ALL_CHARS_MAX = 4096;
/** Values of a list: zones, flags. Longer lists of numbers are tokens, characters or vectors, from which text can be made again. */
const LIST_VALUES_MAX = 8;

/** Payment cards have 16 digits, times in milliseconds 13. */
const NUMBER_LIMIT = 1e15;

/** A name as programs give it: up to 64 characters, as column names have. Other names are data, and their fields are only counted. */
const NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/;
/** An identifier or a label: one word of letters, digits and the marks that join them, no longer than a UUID with a prefix. */
const IDENTIFIER = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,39}$/;

/**
 * What names of text have in them, without case and without marks. Interfaces of model providers name it so; as parts of names, because people
 * put something before and after.
 */
const TEXT_NAMES =
  /prompt|content|message|msg|text|body|input|output|completion|response|reply|answer|question|query|instruction|transcript|conversation|dialog|history|document|snippet/;
/** The same for what opens a door. */
const SECRET_NAMES = /key|token|secret|auth|cookie|passw|passphrase|passcode|pwd|credential|session|bearer|jwt|signature|private/;
/** A value that says what it is: `Basic …` has a space, the others need none. */
const SECRET_WORDS = /passw|passphrase|passcode|secret|bearer|token|apikey|credential|privatekey|authorization/;
/**
 * Beginnings that issuers give their keys, so that they are found when they leak: OpenAI, Anthropic, Stripe, GitHub, GitLab, Slack, Hugging Face, npm,
 * AWS, Google, SendGrid, JSON web tokens.
 */
const SECRET_BEGINNING =
  /^(?:(?:sk|pk|rk|whsec|gh[a-z]|github_pat|glpat|xox[a-z]|xapp|hf|npm|pat|key)[-_]|AKIA|ASIA|AIza|ya29\.|SG\.|eyJ)/i;
/** Letters and digits in one run: words and the groups of a UUID are shorter, keys and hashes are longer, and card numbers too. */
const OPAQUE_RUN = /[A-Za-z0-9]{16}/;
/** With small letters, capitals and digits at once a value of this length is as random as a key; `Standard_D4s_v3` is shorter. */
const RANDOM_CHARS_MIN = 18;

/** Under this name stands how many fields were left out whole. */
const REST_NAME = "…";
/** Stands in place of a value that is not kept. */
const LEFT_OUT = "(left out)";

/** What is kept of a request's other fields, ascending by name, so that the order of a line's fields decides nothing. */
export function boundOtherFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const names = Object.keys(fields);
  if (names.length > 1) names.sort();
  const kept = Object.create(null) as Record<string, unknown>;
  let count = 0;
  let chars = 0;
  for (const name of names) {
    if (count === FIELDS_MAX || chars >= ALL_CHARS_MAX || !isName(name)) continue;
    const value = boundValue(name, fields[name]);
    kept[name] = value;
    chars += JSON.stringify(value).length;
    count++;
  }
  if (count < names.length) kept[REST_NAME] = `${names.length - count} more left out`;
  return kept;
}

/** The value of a field of the line: what stays of it, when that is short enough. */
function boundValue(name: string, value: unknown): unknown {
  if (spend(value, VALUE_CHARS_MAX) < 0) return LEFT_OUT;
  const kept = keepNamed(name, value);
  return JSON.stringify(kept).length > VALUE_CHARS_MAX ? LEFT_OUT : kept;
}

function keepNamed(name: string, value: unknown): unknown {
  const letters = foldName(name);
  return TEXT_NAMES.test(letters) || SECRET_NAMES.test(letters) ? LEFT_OUT : keepValue(value);
}

/** Numbers, flags, identifiers, and small lists and objects of them; depth is bounded by `spend`. */
function keepValue(value: unknown): unknown {
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "number") return Math.abs(value) < NUMBER_LIMIT ? value : LEFT_OUT;
  if (typeof value === "string") return isIdentifier(value) ? value : LEFT_OUT;
  if (Array.isArray(value)) return value.length > LIST_VALUES_MAX ? LEFT_OUT : value.map(keepValue);
  return typeof value === "object" ? keepObject(value as Readonly<Record<string, unknown>>) : LEFT_OUT;
}

function keepObject(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept = Object.create(null) as Record<string, unknown>;
  const names = Object.keys(fields);
  const known = names.filter(isName).sort();
  for (const name of known) kept[name] = keepNamed(name, fields[name]);
  if (known.length < names.length) kept[REST_NAME] = `${names.length - known.length} more left out`;
  return kept;
}

function isName(name: string): boolean {
  return NAME.test(name) && !OPAQUE_RUN.test(name) && !SECRET_BEGINNING.test(name);
}

function isIdentifier(text: string): boolean {
  if (!IDENTIFIER.test(text) || SECRET_BEGINNING.test(text) || OPAQUE_RUN.test(text) || SECRET_WORDS.test(foldName(text))) return false;
  const isMixed = /[a-z]/.test(text) && /[A-Z]/.test(text) && /[0-9]/.test(text);
  return !(isMixed && text.length >= RANDOM_CHARS_MIN);
}

/** `API-Key`, `api_key` and `apiKey` are one name. */
function foldName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z]/g, "");
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
