// How many verdicts a second `/v1/check` gives, beside an empty handler of the same server, and how long one takes: with a million accounts, 50,000
// decisions and 200 known campaigns in the snapshot. The sender is a process of its own on the same cores. Both are asked in turns, slice by slice,
// and medians are told. Usage: node bench/check.mjs [--seconds N, of a slice] [--rounds N] [--connections N]
import { spawn } from "node:child_process";
import { Agent, request } from "node:http";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { argv, cpuUsage, execPath, stdin, stdout } from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values: flags } = parseArgs({
  args: argv.slice(2),
  options: {
    // Of each slice. As long as it takes the book to change once, so that each holds one change.
    seconds: { type: "string", default: "2" },
    rounds: { type: "string", default: "7" },
    // Enough to keep the server busy; with more, what is measured is how long the sender's own requests stand in line.
    connections: { type: "string", default: "12" },
    "sender-url": { type: "string" },
  },
});

const ACCOUNTS = 1_000_000;
const DECISIONS = 50_000;
/** Of those that ended, as many as a book remembers. */
const ENDED = 100_000;
/** So often a decision of the book changes meanwhile, and what is in force is read anew. */
const CHANGE_MS = 2_000;
const MEASURES = ["watch", "throttle", "step_up", "block"];
/** Known campaigns, each with as many anchors as a dozen scaffolds have, addresses, and accounts that are registered with its instruments. */
const CAMPAIGNS = 200;
const ANCHORS_EACH = 100;
const ADDRESSES_EACH = 100;
const REGISTERED_EACH = 50;
/** One request in so many comes from an address of a known campaign. */
const ADDRESS_EVERY = 20;
/** A question as long as most are. */
const QUESTION =
  "Compare the two proposals below, name what each of them leaves out, and say step by step which one you would choose and why. ".repeat(8);
/** What is promised. */
const THROUGHPUT_SHARE_MIN = 0.7;
const P99_MS_MAX = 5;
/** Of the check itself, with its look-ups. */
const OWN_P99_MS_MAX = 1;

/** What is asked, one slice after the other. Each question stands beside an empty answer of the same time: a host that slows down slows both. */
const SLICES = [
  { name: "empty", path: "/empty", hasText: false },
  { name: "check", path: "/v1/check", hasText: false },
  { name: "emptyWithText", path: "/empty", hasText: true },
  { name: "checkWithText", path: "/v1/check", hasText: true },
];

const seconds = Number(flags.seconds);
if (flags["sender-url"] !== undefined) await sendOnAndOn(flags["sender-url"]);
else await measure();

/** One slice for each line that is read. */
async function sendOnAndOn(url) {
  const agent = new Agent({ keepAlive: true, maxSockets: Number(flags.connections) });
  for await (const line of createInterface({ input: stdin })) {
    const result = await sendSlice(new URL(url), { agent, ...JSON.parse(line) });
    stdout.write(`${JSON.stringify(result)}\n`);
  }
  agent.destroy();
}

/** Keeps every connection busy, and answers how many requests were answered and how long they took. */
async function sendSlice({ hostname, port }, { agent, path, hasText }) {
  const times = [];
  const startedMs = performance.now();
  const endMs = startedMs + seconds * 1000;
  const ask = (account) =>
    new Promise((resolve, reject) => {
      const body = JSON.stringify({
        request_id: `r-${account}-${times.length}`,
        account_id: `account-${account}`,
        target_model: "frontier-1",
        client: {
          ip: nameAddress(account % ADDRESS_EVERY === 0 ? account % (CAMPAIGNS * ADDRESSES_EACH) : 1e9 + account),
          user_agent: "OpenAI/Python 1.66.3",
        },
        ...(hasText ? { messages: [{ role: "user", content: `${QUESTION}${account}` }] } : {}),
      });
      const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body), "x-stillwatch-key": "sw_test_key" };
      const startMs = performance.now();
      const sent = request({ agent, hostname, port, path, method: "POST", headers }, (response) => {
        response.resume();
        response.on("end", () => {
          times.push(performance.now() - startMs);
          resolve(response.statusCode);
        });
      });
      sent.on("error", reject);
      sent.end(body);
    });
  await Promise.all(
    Array.from({ length: Number(flags.connections) }, async (_, lane) => {
      for (let account = lane; performance.now() < endMs; account = (account * 48_271 + 11) % ACCOUNTS) {
        const status = await ask(account);
        if (status !== 200) throw new Error(`answered ${status}`);
      }
    }),
  );
  const tookSeconds = (performance.now() - startedMs) / 1000;
  times.sort((a, b) => a - b);
  return { count: times.length, perSecond: times.length / tookSeconds, p99: at99(times) };
}

function at99(sorted) {
  return sorted[Math.min(sorted.length - 1, Math.floor(0.99 * sorted.length))];
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** By number, the campaigns' first. */
function nameAddress(number) {
  return `2001:db8:${(number >>> 16).toString(16)}:${(number & 65_535).toString(16)}::1`;
}

/** As the engine hands it over. */
async function makeKnown() {
  const { MARK_HASH_BITS, MARK_TAGS } = await import("../dist/vocabulary/known.js");
  const { default: createXxhash } = await import("xxhash-wasm");
  const xxhash = await createXxhash();
  const h64 = (text) => xxhash.h64(text);
  const marks = [];
  const accounts = [];
  for (let campaign = 0; campaign < CAMPAIGNS; campaign++) {
    for (let anchor = 0; anchor < ANCHORS_EACH; anchor++)
      marks.push([(BigInt(anchor % 2) << 32n) | BigInt((campaign * 7_919 + anchor * 104_729) >>> 0), campaign]);
    for (let own = 0; own < ADDRESSES_EACH; own++) {
      const hash = h64(nameAddress(campaign * ADDRESSES_EACH + own)) >> (64n - MARK_HASH_BITS);
      marks.push([hash | (MARK_TAGS.address << MARK_HASH_BITS), campaign]);
    }
    for (let own = 0; own < REGISTERED_EACH; own++) accounts.push([h64(`account-${(campaign * REGISTERED_EACH + own) * 97}`), campaign]);
  }
  const keysOf = (rows) => BigUint64Array.from(rows, ([key]) => key);
  const campaignsOf = (rows) => Uint32Array.from(rows, ([, campaign]) => campaign);
  return {
    watermarkMs: Date.now(),
    accountsLeftOut: 0,
    campaigns: Array.from({ length: CAMPAIGNS }, (_, index) => ({
      id: `campaign--${index}`,
      confidence: 0.99,
      share: 0.001,
      families: [`family--user-${index}`],
      nats: { family: 6, payment: 5, address: 5 },
    })),
    marks: {
      keys: keysOf(marks),
      campaigns: campaignsOf(marks),
      families: new Uint32Array(marks.length).fill(1),
      soleAccounts: new BigUint64Array(marks.length),
    },
    accounts: { keys: keysOf(accounts), campaigns: campaignsOf(accounts), kinds: new Uint8Array(accounts.length).fill(2) },
  };
}

/** Decisions in force, and as many that ended as a book remembers. */
async function makeRecords() {
  const { sampleDecision } = await import("../dist/app/testing/sample-decision.js");
  const endMs = Date.now() + 86_400_000;
  return Array.from({ length: DECISIONS + ENDED }, (_, index) =>
    sampleDecision({
      id: `dec_${index}`,
      scope: { kind: "account", id: `account-${(index % DECISIONS) * 20}` },
      campaignId: `campaign--${index % CAMPAIGNS}`,
      measure: MEASURES[index % MEASURES.length],
      parameters: { requestsPerMinute: 60, verification: "identity" },
      state: index < DECISIONS ? "active" : "expired",
      expiresMs: index < DECISIONS ? endMs : 1,
      approvalsNeeded: 2,
      approvals: ["ann", "bob"].map((by) => ({ by, atMs: 1, isApproved: true })),
    }),
  );
}

/** One decision after the other changes, as requests that came while it stood are counted. */
function changeOnAndOn(records, book, verdicts) {
  let changes = 0;
  return setInterval(() => {
    changes += 1;
    book.keep({ ...records[changes], requestsLatest: changes });
    void verdicts.refresh();
  }, CHANGE_MS);
}

async function openServer(records, took) {
  const { openBook, startVerdictServer } = await import("../dist/app/testing/verdict-server.js");
  const { verdictRoutes } = await import("../dist/app/http/verdicts/routes.js");
  const { createMetrics } = await import("../dist/app/serve/metrics.js");
  const book = openBook(records);
  const accounts = Array.from({ length: ACCOUNTS }, (_, index) => ({
    accountId: `account-${index}`,
    createdAtMs: 0,
    verification: "payment",
  }));
  const emptyPart = (services) => async (app) => {
    const { check } = services.verdicts;
    services.verdicts.check = (...asked) => {
      const startMs = performance.now();
      const verdict = check(...asked);
      took.push(performance.now() - startMs);
      return verdict;
    };
    app.post(
      "/empty",
      { config: { scope: "check" }, schema: { body: { type: "object" } } },
      (_request, reply) => void reply.send({ verdict: "allow" }),
    );
  };
  const server = await startVerdictServer({ listInForce: book.listInForce, accounts, parts: [emptyPart, verdictRoutes] });
  // The test's server counts into a map and keeps all that is logged; what is measured counts and logs as serve does.
  Object.assign(server.services.metrics, createMetrics());
  server.services.log.level = "info";
  return { book, server };
}

async function measure() {
  /** In-process times of the check itself, without the network. */
  const took = [];
  const records = await makeRecords();
  const { book, server } = await openServer(records, took);
  const known = await makeKnown();
  server.verdicts.learnKnown(known);
  const changing = changeOnAndOn(records, book, server.verdicts);
  const sender = startSender(server.url);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  // Whatever is compiled while it runs is by then.
  for (const slice of SLICES) await sender.send(slice);
  const found = Object.fromEntries(SLICES.map(({ name }) => [name, []]));
  for (let round = 0; round < Number(flags.rounds); round++) {
    // Forwards and backwards, so that a drift is nobody's.
    for (const slice of round % 2 === 0 ? SLICES : SLICES.toReversed()) {
      took.length = 0;
      server.checks.length = 0;
      if (slice.name === "check") delay.enable();
      const before = cpuUsage();
      const sent = await sender.send(slice);
      const { user, system } = cpuUsage(before);
      delay.disable();
      found[slice.name].push({ ...sent, cpuMicroseconds: (user + system) / sent.count, ownP99: at99(took.sort((a, b) => a - b)) });
    }
  }
  clearInterval(changing);
  sender.close();
  await server.close();
  stdout.write(writeTable(found, { known, delay }));
}

function writeTable(found, { known, delay }) {
  const of = (name, figure) => median(found[name].map((slice) => slice[figure]));
  const shareOf = (name, floor) => median(found[name].map(({ perSecond }, round) => perSecond / found[floor][round].perSecond));
  const cpuOf = (name, floor) => `${of(name, "cpuMicroseconds").toFixed(0)} beside ${of(floor, "cpuMicroseconds").toFixed(0)} µs`;
  const [share, shareWithText] = [shareOf("check", "empty"), shareOf("checkWithText", "emptyWithText")];
  const [p99, ownP99] = [of("check", "p99"), of("check", "ownP99")];
  const tell = (isMet) => (isMet ? "met" : "**missed**");
  return (
    `| what | measured | promised |\n| --- | --- | --- |\n` +
    `| accounts, decisions in the snapshot; ended ones in the book | ${ACCOUNTS}, ${DECISIONS}; ${ENDED} | |\n` +
    `| the book changes, and what is in force is read anew, every | ${CHANGE_MS / 1000} s | |\n` +
    `| known campaigns; anchors and addresses, accounts of theirs | ${CAMPAIGNS}; ${known.marks.keys.length}, ${known.accounts.keys.length} | |\n` +
    `| slices in turns, medians of which are told | ${flags.rounds} of ${seconds} s each | |\n` +
    `| an empty handler of the same server, ${flags.connections} connections that never rest | ${Math.round(of("empty", "perSecond"))} a second, p99 ${of("empty", "p99").toFixed(1)} ms at the sender: the floor | |\n` +
    `| \`/v1/check\`, the same connections | ${Math.round(of("check", "perSecond"))} a second | |\n` +
    `| share of the empty handler's throughput, slice by slice | ${share.toFixed(2)} | ≥ ${THROUGHPUT_SHARE_MIN}: ${tell(share >= THROUGHPUT_SHARE_MIN)} |\n` +
    `| \`/v1/check\` under that load, p99 at the sender | ${p99.toFixed(1)} ms | ≤ ${P99_MS_MAX} ms: ${tell(p99 <= P99_MS_MAX)} |\n` +
    `| processor time of the server for a request, beside that of the empty handler | ${cpuOf("check", "empty")} | |\n` +
    `| in the check itself, p99 | ${ownP99.toFixed(3)} ms | ≤ ${OWN_P99_MS_MAX} ms: ${tell(ownP99 <= OWN_P99_MS_MAX)} |\n` +
    `| with a question of ${QUESTION.length} characters to look at: throughput, share of the empty handler's with the same body; processor time; in the check itself, p99 | ${Math.round(of("checkWithText", "perSecond"))} a second, ${shareWithText.toFixed(2)}; ${cpuOf("checkWithText", "emptyWithText")}; ${of("checkWithText", "ownP99").toFixed(3)} ms | |\n` +
    `| jitter of the event loop during checks, p99 | ${(delay.percentile(99) / 1e6).toFixed(1)} ms | |\n`
  );
}

/** A process of its own, for as long as all is measured: a new one would be slow at first. */
function startSender(url) {
  const given = [fileURLToPath(import.meta.url), "--sender-url", url, "--seconds", flags.seconds, "--connections", flags.connections];
  const child = spawn(execPath, given, { stdio: ["pipe", "pipe", "inherit"] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async send({ path, hasText }) {
      child.stdin.write(`${JSON.stringify({ path, hasText })}\n`);
      const { value, done } = await answers.next();
      if (done === true) throw new Error("the sender ended");
      return JSON.parse(value);
    },
    close: () => child.stdin.end(),
  };
}
