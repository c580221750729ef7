import {
  collectMoves,
  compareRate,
  formatCount,
  formatShare,
  makeSignal,
  type AccountDetection,
  type CandidateGroup,
  type HandleMove,
  type HandleUse,
  type Moves,
  type Population,
  type Signal,
} from "../../sdk/index.js";

const detection: AccountDetection = {
  name: "reasoning-handle-replay",
  title: "Reasoning handle replay",
  maturity: "shadow",
  level: "account",
  group: "possession",
  spoofable: 1,
  looksFor:
    "Opaque references to reasoning that the API issued to one account and another hands in: to have the hidden reasoning written out elsewhere, or because both are fed by one proxy.",
  innocentTwins: [
    "A conversation that goes on: regenerated, branched, retried, on another device or days later, under one session id; its handles are where they belong.",
    "A conversation that is taken up under a new session id, or with another target model: told, and too little to count.",
    "Accounts of one organization that share a conversation: they do not claim to be strangers.",
    "A handle whose issuing lies outside the log, or that the log shows as handed in before it was issued: nobody knows whose it is.",
  ],
  sources: [
    "Anthropic threat report, 10 September 2026: the opaque reasoning reference of one session is expanded in another session or account.",
    "openai/codex issue 17541 and Gentleman-Programming/gentle-ai issue 4595: clients send earlier reasoning to another model after their user switches, which is why a change of model counts for little.",
  ],
  thresholds: {
    capNats: { value: 6, unit: "nats", why: "The cap of its group: no group alone outweighs the prior." },
    firstUseNats: {
      value: 4,
      unit: "nats for the first use",
      why: "Odds of 55 to 1. No benign account of the tuning worlds does it; outside them, one in fifty may carry a conversation from a private account to one at work.",
    },
    ownMoveNats: {
      value: 0.5,
      unit: "nats for another session or model of the same account",
      why: "Below the 1 nat from which a group of evidence counts: people resume under new session ids and switch models, and their clients send everything again.",
    },
    baseShare: {
      value: 0.02,
      unit: "share of accounts that hand in a stranger's handle, at most",
      why: "The one in fifty behind firstUseNats: what a group's share is compared with.",
    },
  },
  inspect,
  examine,
};

/** What accounts handed in by one move; `acts` are the requests that did. */
type Moved = Moves<HandleUse> & { acts: number };

function inspect(account: number, population: Population): Signal[] {
  const { capNats, firstUseNats, ownMoveNats } = detection.thresholds;
  // Most accounts hand in none.
  if (!hasHandles(account, population)) return [];
  const signals: Signal[] = [];
  const foreign = collect([account], population, "account");
  if (foreign.first) {
    const nats = Math.min(capNats.value, firstUseNats.value + Math.log(foreign.acts));
    const from = foreign.issuers.size === 1 ? "another account" : `${formatCount(foreign.issuers.size)} other accounts`;
    const because = `Handed in ${countHandles(foreign)} issued to ${from}. ${describeFirst(foreign, population)}`;
    signals.push(makeSignal(detection, { nats, because }));
  }
  const moves = [
    ["session", "issued to itself in another session", "as people do who resume a conversation under a new id"],
    ["model", "issued to itself by another target model", "as clients do when their user switches models"],
  ] as const;
  for (const [move, where, innocently] of moves) {
    const own = collect([account], population, move);
    if (!own.first) continue;
    const because = `Handed in ${countHandles(own)} ${where}, ${innocently}. ${describeFirst(own, population)}`;
    signals.push(makeSignal(detection, { nats: ownMoveNats.value, because }));
  }
  return signals;
}

function examine(group: CandidateGroup, population: Population): Signal | null {
  const { handles } = population;
  const members = new Set(group.members);
  const users = group.members.filter(
    (account) => hasHandles(account, population) && collect([account], population, "account").first !== null,
  );
  if (users.length === 0) return null;
  const foreign = collect(users, population, "account");
  const isWithin = (entry: number): boolean => members.has(handles.issuers[entry]);
  const within = collect(users, population, "account", isWithin);
  const trials = group.members.length;
  const nats = compareRate({ hits: users.length, trials, expected: detection.thresholds["baseShare"].value * trials });
  if (nats <= 0) return null;
  const inside = within.count === foreign.count ? "all" : formatCount(within.count);
  return makeSignal(detection, {
    nats,
    // Whoever only went on with its own conversations has no part in it.
    shownBy: Int32Array.from(users),
    because: `${formatCount(users.length)} of ${formatCount(trials)} accounts (${formatShare(users.length / trials)}) handed in ${countHandles(foreign)} issued to other accounts, ${inside} of them within the group. ${describeFirst(foreign, population)}`,
  });
}

function hasHandles(account: number, { handles }: Population): boolean {
  return handles.offsets[account] < handles.offsets[account + 1];
}

/** Sums up what accounts handed in by one move. A party's own accounts may share what was issued to one of them. */
function collect(
  accounts: Iterable<number>,
  { handles, parties }: Population,
  move: HandleMove,
  isAsked: (entry: number) => boolean = () => true,
): Moved {
  const isStrange = (entry: number, account: number): boolean => move !== "account" || parties[handles.issuers[entry]] !== parties[account];
  const moves = collectMoves(handles, {
    accounts,
    isCounted: (entry, account) => handles.moves[entry] === move && isStrange(entry, account) && isAsked(entry),
  });
  return { ...moves, acts: moves.entries.reduce((sum, entry) => sum + handles.acts[entry], 0) };
}

function countHandles({ count, acts }: Moved): string {
  const times = acts === 1 ? "in one request" : `in ${formatCount(acts)} requests`;
  return `${count === 1 ? "a reasoning handle" : `${formatCount(count)} reasoning handles`} (${times})`;
}

function describeFirst({ first, firstIssuer }: Moved, { accountIds }: Population): string {
  if (!first) return "";
  const issued = `issued to ${accountIds[firstIssuer]} by ${first.issuedModel} at ${new Date(first.issuedAtMs).toISOString()} (request ${first.issuedRequest})`;
  return `First: handle ${first.handle}, ${issued}, was handed in to ${first.usedModel} at ${new Date(first.usedAtMs).toISOString()} (request ${first.usedRequest}).`;
}

export default detection;
