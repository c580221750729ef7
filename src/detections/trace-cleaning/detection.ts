import {
  collectMoves,
  compareRate,
  formatCount,
  formatShare,
  makeSignal,
  type AccountDetection,
  type CandidateGroup,
  type Moves,
  type OutputReturn,
  type Population,
  type Signal,
} from "../../sdk/index.js";

const detection: AccountDetection = {
  name: "trace-cleaning",
  title: "Trace cleaning",
  maturity: "shadow",
  level: "account",
  group: "possession",
  spoofable: 2,
  looksFor:
    "Answers that the API gave to other accounts come back as blocks inside this account's messages, many different ones: harvested traces are sent in once more to be cleaned, summarised, expanded or graded.",
  innocentTwins: [
    "A conversation that goes on, and a person who quotes an answer in the session it was given in: it never left.",
    "A person who takes an answer into a new chat, and a product that grades or summarises its own answers: they came to the same account.",
    "A person who brings one or two answers that somebody passed on.",
    "Accounts of one organization: they do not claim to be strangers.",
    "A text that was sent in before it was answered, such as a quoted document, or that several accounts were answered word for word: nobody's.",
  ],
  sources: [
    "Anthropic threat report, 10 September 2026: harvested reasoning traces are cleaned and reconstructed with the model that produced them.",
    "Anthropic, Detecting and preventing distillation attacks, 23 February 2026: reconstruction of reasoning traces in a campaign's later phase.",
  ],
  thresholds: {
    capNats: {
      value: 4,
      unit: "nats",
      why: "Below the cap of its group: answers are published and passed on, which handles are not.",
    },
    answersMin: {
      value: 3,
      unit: "distinct answers of other accounts",
      why: "People bring one or two that somebody passed on: of 3,970 benign accounts of the tuning worlds 62 bring one or more, one brings four.",
    },
    requestShare: {
      value: 0.01,
      unit: "share of an account's requests that carry a stranger's answer, at most",
      why: "A guess, three times what simulated people do: of their chats one in 300 begins with an answer that somebody passed on.",
    },
    accountShare: {
      value: 0.02,
      unit: "share of accounts that bring an answer of one other account of their group, at most",
      why: "Of the tuning worlds' benign accounts 1.6 % bring an answer of anybody; one in fifty is above that, and most of these are not of their group.",
    },
  },
  inspect,
  examine,
};

/** Answers of others that accounts brought. */
type Brought = Moves<OutputReturn>;

function inspect(account: number, population: Population): Signal[] {
  const { answersMin, requestShare } = detection.thresholds;
  const brought = collect([account], population);
  if (brought.count < answersMin.value) return [];
  const trials = population.requestOffsets[account + 1] - population.requestOffsets[account];
  // Several answers may come in one request.
  const hits = Math.min(brought.count, trials);
  const nats = compareRate({ hits, trials, expected: Math.max(1, requestShare.value * trials) });
  if (nats <= 0) return [];
  const ownCount = countOwn(account, population);
  const own = ownCount > 0 ? ` Besides, ${formatCount(ownCount)} of its own from other sessions, as many people do.` : "";
  return [
    makeSignal(detection, {
      nats,
      because: `Sent in ${countAnswers(brought)} as blocks of its messages (in ${formatCount(trials)} requests). ${describeFirst(brought, population)}${own}`,
    }),
  ];
}

function examine(group: CandidateGroup, population: Population): Signal | null {
  const members = new Set(group.members);
  const isWithin = (issuer: number): boolean => members.has(issuer);
  const users = group.members.filter((account) => collect([account], population, isWithin).count > 0);
  const brought = collect(users, population, isWithin);
  if (brought.count < detection.thresholds["answersMin"].value) return null;
  const trials = group.members.length;
  const nats = compareRate({ hits: users.length, trials, expected: detection.thresholds["accountShare"].value * trials });
  if (nats <= 0) return null;
  return makeSignal(detection, {
    nats,
    because: `${formatCount(users.length)} of ${formatCount(trials)} accounts (${formatShare(users.length / trials)}) sent in ${countAnswers(brought)} of the same group. ${describeFirst(brought, population)}`,
  });
}

/** Sums up what accounts brought. What one account of a party was answered is the party's own. */
function collect(accounts: Iterable<number>, { returns, parties }: Population, isAsked: (issuer: number) => boolean = () => true): Brought {
  const isStrange = (entry: number, account: number): boolean => parties[returns.issuers[entry]] !== parties[account];
  return collectMoves(returns, { accounts, isCounted: (entry, account) => isStrange(entry, account) && isAsked(returns.issuers[entry]) });
}

/** Answers of the account's own party that came back in other sessions. */
function countOwn(account: number, { returns, parties }: Population): number {
  return collectMoves(returns, { accounts: [account], isCounted: (entry) => parties[returns.issuers[entry]] === parties[account] }).count;
}

function countAnswers({ count, issuers }: Brought): string {
  const from = issuers.size === 1 ? "another account" : `${formatCount(issuers.size)} other accounts`;
  return `${formatCount(count)} different answers that were given to ${from}`;
}

function describeFirst({ first, firstIssuer }: Brought, { accountIds }: Population): string {
  if (!first) return "";
  const given = `given to ${accountIds[firstIssuer]} at ${new Date(first.issuedAtMs).toISOString()} (request ${first.issuedRequest})`;
  return `First: the answer ${given} came back at ${new Date(first.usedAtMs).toISOString()} (request ${first.usedRequest}).`;
}

export default detection;
