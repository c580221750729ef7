/** An action log as a population, so that the engine's own stages can run on it: users are accounts, objects are families of user prompts. */
import type { Incidence, Population, SharedThings } from "../../vocabulary/fingerprint.js";
import type { ActionLog } from "../baselines/action-log.js";

const HOUR_MS = 3_600_000;

/** Things a log of actions does not tell; every user is a party of its own. */
export interface UserFacts {
  /** When each user registered, milliseconds since the Unix epoch; NaN where unknown. All unknown when left out. */
  createdAtMs?: Float64Array;
}

/** Fills the columns. Slots, tokens, models and addresses are unknown, as in a log without text. */
export function buildActionPopulation(log: ActionLog, { createdAtMs }: UserFacts = {}): Population {
  const { userCount, users, objects, timesMs } = log;
  const order = Int32Array.from(users.keys()).sort((a, b) => users[a] - users[b] || timesMs[a] - timesMs[b] || objects[a] - objects[b]);
  const count = order.length;
  const requestOffsets = new Uint32Array(userCount + 1);
  for (const user of users) requestOffsets[user + 1] += 1;
  for (let user = 0; user < userCount; user++) requestOffsets[user + 1] += requestOffsets[user];
  const atMs = Float64Array.from(order, (action) => timesMs[action]);
  const firstMs = atMs.reduce((first, at) => Math.min(first, at), Number.POSITIVE_INFINITY);
  // Hour 0 is the first hour of a day, so that hours of day are hours of day.
  const fromMs = count === 0 ? 0 : Math.floor(firstMs / (24 * HOUR_MS)) * 24 * HOUR_MS;
  const hour = Uint32Array.from(atMs, (at) => Math.floor((at - fromMs) / HOUR_MS));
  const hours = new Float64Array(hour.reduce((last, at) => Math.max(last, at + 1), 0));
  for (const at of hour) hours[at] += 1;
  const digits = String(userCount).length;
  const nothing = listNothing(userCount);
  return {
    accountIds: Array.from({ length: userCount }, (_, user) => `user-${String(user).padStart(digits, "0")}`),
    parties: Int32Array.from({ length: userCount }, (_, user) => user),
    partyCount: userCount,
    organizationIds: Array.from({ length: userCount }, () => ""),
    isAllowlisted: new Uint8Array(userCount),
    createdAtMs: createdAtMs ?? new Float64Array(userCount).fill(Number.NaN),
    facts: new Uint16Array(userCount),
    ...listUnknown(userCount),
    requestOffsets,
    requests: {
      count,
      key: BigUint64Array.from(order, (action) => BigInt(action)),
      atMs,
      hour,
      systemFamily: new Int32Array(count).fill(-1),
      promptFamily: Int32Array.from(order, (action) => objects[action]),
      slot: new Uint32Array(count),
      model: new Uint16Array(count),
      capability: new Uint8Array(count),
      techniques: new Uint32Array(count),
      inputTokens: new Uint32Array(count),
      outputTokens: new Uint32Array(count),
      flags: new Uint16Array(count),
      address: new Int32Array(count).fill(-1),
    },
    families: countObjects(log),
    targetModels: ["unknown"],
    releasedAtMs: Float64Array.of(Number.NaN),
    addresses: nothing.things,
    addressesOf: nothing.incidence,
    instruments: nothing.things,
    instrumentsOf: nothing.incidence,
    enforcement: { account: new Int32Array(0), atMs: new Float64Array(0), measure: [] },
    ...listPossessions(userCount),
    fromMs,
    hours,
  };
}

/** What such a log says nothing about. */
function listUnknown(userCount: number): Pick<Population, "programmes" | "plans" | "keyCounts" | "clientCounts"> {
  const unnamed = Array.from({ length: userCount }, () => "");
  return { programmes: unnamed, plans: unnamed, keyCounts: new Uint32Array(userCount), clientCounts: new Uint32Array(userCount) };
}

function listNothing(userCount: number): { things: SharedThings; incidence: Incidence } {
  return {
    things: { kinds: [], accounts: new Uint32Array(0), parties: new Uint32Array(0) },
    incidence: { offsets: new Uint32Array(userCount + 1), items: new Uint32Array(0) },
  };
}

function countObjects({ userCount, objectCount, users, objects }: ActionLog): Population["families"] {
  const events = new Uint32Array(objectCount);
  const carriers = new Uint32Array(objectCount);
  const edges = Float64Array.from(users, (user, action) => objects[action] * userCount + user).sort();
  edges.forEach((edge, position) => {
    const object = Math.floor(edge / userCount);
    events[object] += 1;
    if (position === 0 || edge !== edges[position - 1]) carriers[object] += 1;
  });
  const digits = String(objectCount).length;
  return {
    ids: Array.from({ length: objectCount }, (_, object) => `object-${String(object).padStart(digits, "0")}`),
    isSystem: new Uint8Array(objectCount),
    events,
    accounts: carriers,
    parties: carriers.slice(),
    kin: Int32Array.from({ length: objectCount }, (_, family) => family),
    slotSharing: new Float32Array(objectCount),
  };
}

/** No log of actions tells what was handed in or came back. */
function listPossessions(userCount: number): Pick<Population, "handles" | "returns"> {
  return {
    handles: {
      issued: 0,
      submitted: 0,
      unknownIssuer: 0,
      shared: 0,
      hasConversations: false,
      users: new Int32Array(0),
      issuers: new Int32Array(0),
      moves: [],
      counts: new Uint32Array(0),
      acts: new Uint32Array(0),
      firsts: [],
      offsets: new Uint32Array(userCount + 1),
    },
    returns: {
      answered: 0,
      withBlocks: 0,
      users: new Int32Array(0),
      issuers: new Int32Array(0),
      moves: [],
      counts: new Uint32Array(0),
      firsts: [],
      offsets: new Uint32Array(userCount + 1),
    },
  };
}
