/** Files of ours that lie beside logs: side files, truths, worlds and reports, told by the fields of their first record. */
import { open, stat } from "node:fs/promises";
import { constants, gunzipSync } from "node:zlib";

/** Bytes that are looked at: the first record of every file of ours is far shorter. */
const HEAD_BYTES = 65_536;
/** Lines that are tried: a damaged first line must not hide what a file is. */
const LINES_MAX = 5;

type Fields = Readonly<Record<string, unknown>>;

const hasOnly = (fields: Fields, allowed: readonly string[]): boolean => Object.keys(fields).every((name) => allowed.includes(name));
const has = (fields: Fields, ...names: readonly string[]): boolean => names.every((name) => fields[name] !== undefined);

/** What each kind is called, and how its records are told from requests, which have an id, a time and an account of their own. */
const KINDS: readonly (readonly [name: string, isOne: (fields: Fields) => boolean])[] = [
  ["truth", (fields) => has(fields, "account_id") && (fields["label"] === "attack" || fields["label"] === "benign")],
  ["truth", (fields) => has(fields, "request_id", "campaign") && hasOnly(fields, ["request_id", "campaign"])],
  [
    "a report's requests",
    (fields) => has(fields, "request_id", "campaign_id") && hasOnly(fields, ["request_id", "campaign_id", "other_fields"]),
  ],
  ["a report's accounts", (fields) => has(fields, "account_id", "standing", "probability", "signals")],
  ["a report's damaged lines", (fields) => has(fields, "what", "why", "fix") && /^SW\d{4}$/.test(String(fields["code"]))],
  ["--releases", (fields) => has(fields, "target_model", "released_at") && !has(fields, "request_id")],
  ["--enforcement", (fields) => has(fields, "account_id", "at", "measure") && !has(fields, "request_id")],
  ["--accounts", (fields) => has(fields, "account_id", "created_at") && !has(fields, "request_id") && !has(fields, "target_model")],
  [
    "--allowlist",
    (fields) =>
      has(fields, "reason") &&
      (has(fields, "account_id") || has(fields, "organization_id")) &&
      hasOnly(fields, ["account_id", "organization_id", "reason", "expires_at"]),
  ],
];

/** Names the kind of a file of ours, an option where it is a side file; null for anything else, and for what cannot be read. */
export async function nameKnownFile(path: string): Promise<string | null> {
  const head = await readHead(path).catch(() => "");
  // What we write as one document says in its first field what it is.
  const schema = /^\s*\{\s*"schema":\s*"stillwatch\.([a-z-]+)\/\d+"/.exec(head)?.[1];
  if (schema !== undefined) return `a ${schema} of stillwatch`;
  for (const line of head.split("\n", LINES_MAX)) {
    const fields = parseFields(line);
    if (fields !== null) return KINDS.find(([, isOne]) => isOne(fields))?.[0] ?? null;
  }
  return null;
}

async function readHead(path: string): Promise<string> {
  // Of a pipe or device nothing may be taken: its reader would miss it.
  if (!(await stat(path)).isFile()) return "";
  const handle = await open(path, "r");
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const head = buffer.subarray(0, bytesRead);
    const isGzip = head[0] === 0x1f && head[1] === 0x8b;
    const plain = isGzip ? gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: HEAD_BYTES * 64 }) : head;
    return plain.toString("utf8");
  } finally {
    await handle.close();
  }
}

function parseFields(line: string): Fields | null {
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? (parsed as Fields) : null;
  } catch {
    return null;
  }
}
