/** The ordered pass over all stored requests. */
import { takeArrays, takeKeys, takeNumbers, takeStrings } from "../../store/events/column-batch.js";
import type { ColumnBatch, EventStore } from "../../store/events/store.js";
import { createNumberIndex } from "../../statistics/number-index.js";
import { RequestFlag, type RequestColumns } from "../../vocabulary/fingerprint.js";
import type { GistSamples } from "./family-gists.js";
import { selectAnchors, type Region, type Sender, type SignatureIntern } from "./scaffold-signatures.js";

/** One account as its requests show it, ascending by id. */
export interface AccountRow {
  accountId: string;
  accountKey: bigint;
  /** The smallest organization id its requests carry; `""` where they carry none. */
  organizationId: string;
  requests: number;
  /** Distinct keys, and distinct clients (user agent and JA4 together); 0 where the log does not tell. */
  keys: number;
  clients: number;
}

/** What the pass yields besides the columns. */
export interface RequestPass {
  requests: RequestColumns;
  targetModels: string[];
  /** Address values, ascending; positions are the values of `requests.address`. */
  addresses: string[];
}

/** Rows asked for at once, about: the in-process engine hands over a whole answer, so this bounds the memory at about 100 MB. */
const ROWS_PER_PAGE = 500_000;
/** An answer within this share of its cap counts as having reached it. */
const CAP_SHARE = 0.9;

/** Lists the accounts, ascending by id in byte order. */
export async function listAccounts(store: EventStore, eventsSql: string): Promise<AccountRow[]> {
  const accounts: AccountRow[] = [];
  const sql = `
    SELECT account_id, any(account_key) AS key, minIf(organization_id, organization_id != '') AS organization, toUInt32(count()) AS requests,
      toUInt32(uniqExactIf(key_key, key_key != 0)) AS keys,
      toUInt32(uniqExactIf(cityHash64(toString(user_agent), toString(ja4)), user_agent != '' OR ja4 != '')) AS clients
    FROM ${eventsSql} GROUP BY account_id ORDER BY account_id`;
  for await (const batch of store.columns(sql)) {
    const ids = takeStrings(batch, "account_id");
    const accountKeys = takeKeys(batch, "key");
    const organizations = takeStrings(batch, "organization");
    const requests = takeNumbers(batch, "requests");
    const keys = takeNumbers(batch, "keys");
    const clients = takeNumbers(batch, "clients");
    for (let row = 0; row < batch.rows; row++) {
      accounts.push({
        accountId: ids[row],
        accountKey: accountKeys[row],
        organizationId: organizations[row],
        requests: requests[row],
        keys: keys[row],
        clients: clients[row],
      });
    }
  }
  return accounts;
}

/** What requests have beside numbers: models and addresses, ascending. */
export interface RequestThings {
  targetModels: string[];
  /** By the hash of their name. */
  modelOfKey: Map<bigint, string>;
  addresses: string[];
  addressOfHash: AddressOfHash;
}

/** Lists them. */
export async function listThings(store: EventStore, eventsSql: string): Promise<RequestThings> {
  const [modelOfKey, addresses] = await Promise.all([listModels(store, eventsSql), listAddresses(store, eventsSql)]);
  return { targetModels: [...modelOfKey.values()], modelOfKey, ...addresses };
}

interface PassOptions {
  eventsSql: string;
  accounts: readonly AccountRow[];
  things: RequestThings;
  /** Wanted when the first requests are there; the engine finds these and those at the same time. */
  interns: Promise<Record<Region, SignatureIntern>>;
  gists: Record<Region, GistSamples>;
}

/** Reads all requests, account by account, into columns. The family columns hold signature numbers until the families are known. */
export async function readRequests(store: EventStore, { eventsSql, accounts, things, interns, gists }: PassOptions): Promise<RequestPass> {
  const { targetModels, addresses, addressOfHash } = things;
  const requests = allocate(accounts.reduce((sum, account) => sum + account.requests, 0));
  const accountOf = followAccounts(accounts);
  let next = 0;
  for (const page of cutPages(accounts)) {
    const sql = `
      SELECT request_key, toFloat64(at_ms) AS at, toUInt32(slot_hash % 4294967296) AS slot,
        toUInt16(indexOf({models:Array(String)}, toString(target_model)) - 1) AS model, capability, techniques, input_tokens, output_tokens,
        ${FLAGS_SQL} AS flags, if(ip = '', -1, ${ADDRESS_HASH_SQL}) AS address,
        ${selectAnchors("system")} AS system_keys, ${selectAnchors("user")} AS user_keys,
        system_gist, head_gist, tail_gist
      FROM ${eventsSql}
      WHERE account_id >= {first:String} AND account_id <= {last:String}
      ORDER BY account_id, at_ms, request_key`;
    const batches = store.columns(sql, { models: targetModels, first: page.first, last: page.last })[Symbol.asyncIterator]();
    try {
      const [first, ready] = await Promise.all([batches.next(), interns]);
      for (let batch = first; batch.done !== true; batch = await batches.next()) {
        next = takeBatch(batch.value, { requests, interns: ready, gists, addressOfHash, accountOf, start: next });
      }
    } finally {
      await batches.return?.();
    }
  }
  return { requests, targetModels, addresses };
}

/** 52 bits of a hash, which a JavaScript number holds exactly. */
const ADDRESS_HASH_SQL = "toFloat64(bitShiftRight(cityHash64(ip), 12))";

/** Error codes with which OpenAI, Azure and gateways block a request before a model sees it. */
const REFUSAL_CODES_SQL = "'content_policy_violation', 'content_filter', 'content_filtered', 'safety', 'moderation_blocked'";

const FLAGS_SQL = `toUInt16(
  (has_text = 1 AND user_turns <= 1 AND message_count <= 2) * ${RequestFlag.singleTurn}
  + (is_stream = 1) * ${RequestFlag.streamed} + (is_stream >= 0) * ${RequestFlag.streamKnown}
  + (lower(finish_reason) IN ('length', 'max_tokens', 'max_output_tokens') OR (max_output_tokens > 0 AND output_tokens >= ${CAP_SHARE} * max_output_tokens)) * ${RequestFlag.capped}
  + (status >= 400) * ${RequestFlag.failed} + (status = 429) * ${RequestFlag.limited}
  + (is_refusal = 1 OR lower(finish_reason) IN ('refusal', 'content_filter', 'safety') OR lower(error_code) IN (${REFUSAL_CODES_SQL})) * ${RequestFlag.refused}
  + (has_text = 1) * ${RequestFlag.hasText} + (tool_count > 0) * ${RequestFlag.offersTools} + (channel = 'batch') * ${RequestFlag.batch})`;

/** Tells whose each row is; rows come in order. */
function followAccounts(accounts: readonly AccountRow[]): (row: number) => number {
  let account = 0;
  let end = accounts[0]?.requests ?? 0;
  return (row) => {
    while (row >= end) end += accounts[++account].requests;
    return account;
  };
}

interface TakeOptions {
  requests: RequestColumns;
  interns: Record<Region, SignatureIntern>;
  addressOfHash: AddressOfHash;
  gists: Record<Region, GistSamples>;
  accountOf: (row: number) => number;
  start: number;
}

/** Columns that are taken as they come: of the answer, and of the population. */
const PLAIN_COLUMNS = [
  ["at", "atMs"],
  ["slot", "slot"],
  ["model", "model"],
  ["capability", "capability"],
  ["techniques", "techniques"],
  ["input_tokens", "inputTokens"],
  ["output_tokens", "outputTokens"],
  ["flags", "flags"],
] as const;

function takeBatch(batch: ColumnBatch, { requests, interns, gists, addressOfHash, accountOf, start }: TakeOptions): number {
  requests.key.set(takeKeys(batch, "request_key"), start);
  for (const [answer, column] of PLAIN_COLUMNS) requests[column].set(takeNumbers(batch, answer), start);
  const addresses = takeNumbers(batch, "address");
  const system = takeArrays(batch, "system_keys");
  const user = takeArrays(batch, "user_keys");
  const systemAnchors = system.values as Uint32Array;
  const userAnchors = user.values as Uint32Array;
  const systemGists = [takeArrays(batch, "system_gist")];
  const userGists = [takeArrays(batch, "head_gist"), takeArrays(batch, "tail_gist")];
  const sender = { account: 0, atMs: 0 };
  for (let row = 0; row < batch.rows; row++) {
    const hash = addresses[row];
    requests.address[start + row] = hash < 0 ? -1 : addressOfHash(hash);
    sender.account = accountOf(start + row);
    sender.atMs = requests.atMs[start + row];
    const systemSignature = interns.system.intern(systemAnchors, system.offsets[row], system.offsets[row + 1], sender);
    const userSignature = interns.user.intern(userAnchors, user.offsets[row], user.offsets[row + 1], sender);
    requests.systemFamily[start + row] = systemSignature;
    requests.promptFamily[start + row] = userSignature;
    if (gists.system.wants(systemSignature, sender.account))
      sampleGists(gists.system, { signature: systemSignature, sender, row, columns: systemGists });
    if (gists.user.wants(userSignature, sender.account))
      sampleGists(gists.user, { signature: userSignature, sender, row, columns: userGists });
  }
  return start + batch.rows;
}

interface SampleOptions {
  signature: number;
  sender: Sender;
  row: number;
  /** One per region. */
  columns: readonly ReturnType<typeof takeArrays>[];
}

function sampleGists(samples: GistSamples, { signature, sender, row, columns }: SampleOptions): void {
  samples.start(signature, sender.account);
  for (let region = 0; region < columns.length; region++) {
    const { values, offsets } = columns[region];
    samples.add({ signature, region, values: values as Uint32Array, from: offsets[row], to: offsets[row + 1] });
  }
}

function allocate(count: number): RequestColumns {
  return {
    count,
    key: new BigUint64Array(count),
    atMs: new Float64Array(count),
    hour: new Uint32Array(count),
    systemFamily: new Int32Array(count),
    promptFamily: new Int32Array(count),
    slot: new Uint32Array(count),
    model: new Uint16Array(count),
    capability: new Uint8Array(count),
    techniques: new Uint32Array(count),
    inputTokens: new Uint32Array(count),
    outputTokens: new Uint32Array(count),
    flags: new Uint16Array(count),
    address: new Int32Array(count),
  };
}

/** Cuts the accounts into ranges of about equal size, because every page scans the whole table; one account is never cut. */
function cutPages(accounts: readonly AccountRow[]): { first: string; last: string }[] {
  const total = accounts.reduce((sum, account) => sum + account.requests, 0);
  const rowsPerPage = total / Math.max(1, Math.round(total / ROWS_PER_PAGE));
  const pages: { first: string; last: string }[] = [];
  let first = 0;
  let rows = 0;
  accounts.forEach((account, position) => {
    rows += account.requests;
    const isLast = position === accounts.length - 1;
    if (rows >= rowsPerPage || isLast) {
      pages.push({ first: accounts[first].accountId, last: account.accountId });
      first = position + 1;
      rows = 0;
    }
  });
  return pages;
}

/** The target models by the hash of their name, ascending by name. */
async function listModels(store: EventStore, eventsSql: string): Promise<Map<bigint, string>> {
  const models = new Map<bigint, string>();
  const sql = `SELECT DISTINCT CAST(target_model AS String) AS model, xxHash64(model) AS key FROM ${eventsSql} ORDER BY model`;
  for await (const batch of store.columns(sql)) {
    const keys = takeKeys(batch, "key");
    takeStrings(batch, "model").forEach((model, row) => models.set(keys[row], model));
  }
  return models;
}

/** Position of an address by the 52 bits of its hash. */
type AddressOfHash = (hash: number) => number;

/** The addresses, ascending, and the position of each by its hash. */
async function listAddresses(store: EventStore, eventsSql: string): Promise<{ addresses: string[]; addressOfHash: AddressOfHash }> {
  const addresses: string[] = [];
  const places = createNumberIndex();
  const positions: number[] = [];
  const sql = `SELECT ip, ${ADDRESS_HASH_SQL} AS hash FROM (SELECT DISTINCT ip FROM ${eventsSql} WHERE ip != '') ORDER BY ip`;
  for await (const batch of store.columns(sql)) {
    const ips = takeStrings(batch, "ip");
    const hashes = takeNumbers(batch, "hash");
    for (let row = 0; row < batch.rows; row++) {
      positions[places.place(hashes[row])] = addresses.length;
      addresses.push(ips[row]);
    }
  }
  return { addresses, addressOfHash: (hash) => positions[places.place(hash)] ?? -1 };
}
