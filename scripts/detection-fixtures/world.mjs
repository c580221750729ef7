/**
 * A small world for one fixture: requests and side files in the shape of docs/contracts.md, from a seed. Nothing here knows what a detection
 * looks at; each fixture says what happens and the files are what a provider would have logged.
 */

/** Tuesday, 10 February 2026, 00:00 UTC: hour 0 of every fixture. */
const START_MS = Date.UTC(2026, 1, 10);

/** Seeded draws (mulberry32 by Tommy Ettinger: small, and good enough for fixtures). */
export function createDraws(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (low, high) => low + (high - low) * next();
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return {
    next,
    between,
    below: (bound) => Math.floor(next() * bound),
    pick: (values) => values[Math.floor(next() * values.length)],
    normal,
    /** A whole number whose logarithm is normal: what people's volumes look like. */
    heavy: (median, spread) => Math.max(1, Math.round(median * Math.exp(spread * normal()))),
  };
}

/** Names the accounts `acct-<group>-01` … */
export function nameAccounts(group, count) {
  return Array.from({ length: count }, (_, index) => `acct-${group}-${String(index + 1).padStart(2, "0")}`);
}

/** An hour of day around a person's own: most requests within three hours of it. */
export function drawOwnHour(draws, centre) {
  return (((centre + 1.6 * draws.normal()) % 24) + 24) % 24;
}

function formatTime(atHours) {
  return new Date(START_MS + Math.round(atHours * 3600) * 1000).toISOString().replace(".000Z", "Z");
}

/** Makes an empty world. */
export function createWorld({ kind, seed }) {
  const requests = [];
  const sides = { accounts: [], releases: [], enforcement: [], groups: [] };
  return {
    draws: createDraws(seed),
    /** One request. `prompt` is the last user message; `turns` are the messages before it. */
    request({ account, atHours, note, prompt, turns = [], system, model = "frontier-1", ...rest }) {
      const messages = prompt === undefined ? undefined : [...turns, { role: "user", content: prompt }];
      requests.push({ account, atHours, note, prompt, messages, system, model, rest });
    },
    /** Registered `daysBefore` days before hour 0. */
    account({ account, daysBefore, ...rest }) {
      sides.accounts.push({ account_id: account, created_at: formatTime(-24 * daysBefore), ...rest });
    },
    release: (model, atHours) => sides.releases.push({ target_model: model, released_at: formatTime(atHours) }),
    enforce: (account, atHours, measure) => sides.enforcement.push({ account_id: account, at: formatTime(atHours), measure }),
    /** Accounts that the detection is asked about. `stoppedBy` where it fires and the whole analysis must not. */
    group: (group, accounts, stoppedBy) => sides.groups.push({ group, accounts, ...(stoppedBy ? { stoppedBy } : {}) }),
    /** File name → text. */
    render() {
      const sorted = requests
        .map((request, position) => ({ ...request, position }))
        .sort((a, b) => a.atHours - b.atHours || a.position - b.position);
      const width = String(sorted.length).length;
      const lines = sorted.map((request, index) => renderRequest(request, `${kind}-${String(index + 1).padStart(width, "0")}`));
      const files = { [`${kind}.ndjson`]: toLines(lines) };
      for (const [name, entries] of Object.entries(sides)) if (entries.length > 0) files[`${kind}.${name}.ndjson`] = toLines(entries);
      return files;
    },
  };
}

function renderRequest({ account, atHours, note, prompt, messages, system, model, rest }, id) {
  const chars = (system?.length ?? 0) + (messages ?? []).reduce((sum, { content }) => sum + content.length, 0);
  return {
    request_id: id,
    at: formatTime(atHours),
    account_id: account,
    target_model: model,
    status: 200,
    // About four characters a token, as in English text.
    input_tokens: prompt === undefined ? 120 : Math.ceil(chars / 4),
    output_tokens: 400,
    ...(system === undefined ? {} : { system }),
    ...(messages === undefined ? {} : { messages }),
    ...rest,
    note,
  };
}

const toLines = (entries) => `${entries.map((entry) => JSON.stringify(entry)).join("\n")}\n`;
