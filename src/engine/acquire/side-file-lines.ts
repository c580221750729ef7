/** The lines of side files (contract §2), field by field. One declaration per field gives the check and the message. */
import type { Account, AllowlistEntry, Enforcement, Release } from "../../vocabulary/account.js";
import type { Problem } from "../../vocabulary/errors.js";
import { EVENT_TIME_MAX_MS, parseEventTime } from "../../vocabulary/event-time.js";

/** A field of a line. */
interface FieldDeclaration {
  /** As it stands in the file. */
  field: string;
  /** As it stands in the vocabulary. */
  key: string;
  kind: "text" | "time";
  isRequired?: boolean;
  /** The only values allowed. */
  values?: readonly string[];
  /** Of a time: the earliest that is believed, where it may be older than any request. */
  earliestMs?: number;
  /** Of a time: one beyond 2099 means "never" and is read as the end of 2099. */
  mayBeNever?: boolean;
}

/** 1990: companies bring customers whom they registered long before there were language models. */
const REGISTRATION_MIN_MS = 631_152_000_000;

const ACCOUNT_FIELDS: readonly FieldDeclaration[] = [
  { field: "account_id", key: "accountId", kind: "text", isRequired: true },
  { field: "created_at", key: "createdAtMs", kind: "time", isRequired: true, earliestMs: REGISTRATION_MIN_MS },
  { field: "organization_id", key: "organizationId", kind: "text" },
  { field: "plan", key: "plan", kind: "text" },
  { field: "programme", key: "programme", kind: "text", values: ["education", "security_research", "startup", "none"] },
  {
    field: "verification",
    key: "verification",
    kind: "text",
    values: ["none", "email", "phone", "payment", "identity", "organization"],
  },
  { field: "email_domain", key: "emailDomain", kind: "text" },
  { field: "email_hash", key: "emailHash", kind: "text" },
  { field: "phone_country", key: "phoneCountry", kind: "text" },
  { field: "billing_country", key: "billingCountry", kind: "text" },
  { field: "payment_fingerprint", key: "paymentFingerprint", kind: "text" },
  { field: "payment_kind", key: "paymentKind", kind: "text" },
  { field: "signup_ip", key: "signupIp", kind: "text" },
  { field: "signup_ja4", key: "signupJa4", kind: "text" },
  { field: "referrer", key: "referrer", kind: "text" },
];

const RELEASE_FIELDS: readonly FieldDeclaration[] = [
  { field: "target_model", key: "targetModel", kind: "text", isRequired: true },
  { field: "released_at", key: "releasedAtMs", kind: "time", isRequired: true },
];

const ENFORCEMENT_FIELDS: readonly FieldDeclaration[] = [
  { field: "account_id", key: "accountId", kind: "text", isRequired: true },
  { field: "at", key: "atMs", kind: "time", isRequired: true },
  { field: "measure", key: "measure", kind: "text", isRequired: true, values: ["limited", "suspended", "banned", "reinstated"] },
  { field: "reason", key: "reason", kind: "text" },
];

const ALLOWLIST_FIELDS: readonly FieldDeclaration[] = [
  { field: "account_id", key: "accountId", kind: "text" },
  { field: "organization_id", key: "organizationId", kind: "text" },
  { field: "reason", key: "reason", kind: "text", isRequired: true },
  { field: "expires_at", key: "expiresAtMs", kind: "time", isRequired: true, mayBeNever: true },
];

export function readAccount(record: unknown): Account | Problem {
  return readLine(record, ACCOUNT_FIELDS) as Account | Problem;
}

export function readRelease(record: unknown): Release | Problem {
  return readLine(record, RELEASE_FIELDS) as Release | Problem;
}

export function readEnforcement(record: unknown): Enforcement | Problem {
  return readLine(record, ENFORCEMENT_FIELDS) as Enforcement | Problem;
}

export function readAllowlistEntry(record: unknown): AllowlistEntry | Problem {
  const entry = readLine(record, ALLOWLIST_FIELDS);
  if ("code" in entry || entry["accountId"] !== undefined || entry["organizationId"] !== undefined)
    return entry as AllowlistEntry | Problem;
  return {
    code: "SW1305",
    what: "neither account_id nor organization_id is there",
    why: "an allowlist entry must say whom it covers.",
    fix: "write account_id or organization_id.",
  };
}

type Line = Record<string, string | number>;

/** Reads the declared fields; the first that does not fit ends it. Unknown fields are ignored, null counts as absent. */
function readLine(record: unknown, declarations: readonly FieldDeclaration[]): Line | Problem {
  if (typeof record !== "object" || record === null) {
    return {
      code: "SW1303",
      what: "the line is no JSON object",
      why: "there are no fields to read.",
      fix: "write one JSON object a line.",
    };
  }
  const line: Line = {};
  for (const declaration of declarations) {
    const value = (record as Record<string, unknown>)[declaration.field];
    if (value === undefined || value === null || value === "") {
      if (declaration.isRequired === true) return describeMissing(declaration.field);
      continue;
    }
    const read = declaration.kind === "time" ? readTime(declaration, value) : readText(declaration, value);
    if (typeof read === "object") return read;
    line[declaration.key] = read;
  }
  return line;
}

function describeMissing(field: string): Problem {
  return { code: "SW1304", what: `${field} is missing`, why: "the line says nothing without it.", fix: `write ${field} on every line.` };
}

function readText({ field, values }: FieldDeclaration, value: unknown): string | Problem {
  if (typeof value !== "string") {
    return {
      code: "SW1306",
      what: `${field} is no text`,
      why: "a value of another type would compare as unequal to itself.",
      fix: `write ${field} as text.`,
    };
  }
  if (values !== undefined && !values.includes(value)) {
    return {
      code: "SW1307",
      what: `${field} has an unknown value`,
      why: "an unknown value would be read as none.",
      fix: `use one of ${values.join(", ")}.`,
    };
  }
  return value;
}

/** Accounts may be older, and allowlist entries may last longer, than any request; an absurd time is a broken one all the same. */
function readTime({ field, earliestMs, mayBeNever }: FieldDeclaration, value: unknown): number | Problem {
  const at = parseEventTime(value, earliestMs);
  if (typeof at === "number") return at;
  if (at === "too_late" && mayBeNever === true) return EVENT_TIME_MAX_MS;
  return {
    code: "SW1308",
    what: `${field} is no usable time (${at.replaceAll("_", " ")})`,
    why: "the analysis compares it with the times of requests.",
    fix: `write RFC 3339 with an offset, such as 2026-02-14T08:30:00Z, or epoch milliseconds, between ${earliestMs === undefined ? 2015 : 1990} and 2099.`,
  };
}
