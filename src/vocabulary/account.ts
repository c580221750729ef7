/** An account: who is billed for requests. Contract §2; everything but the first two fields is optional. */
export interface Account {
  accountId: string;
  createdAtMs: number;
  organizationId?: string;
  plan?: string;
  programme?: "education" | "security_research" | "startup" | "none";
  verification?: "none" | "email" | "phone" | "payment" | "identity" | "organization";
  emailDomain?: string;
  emailHash?: string;
  phoneCountry?: string;
  billingCountry?: string;
  paymentFingerprint?: string;
  paymentKind?: string;
  signupIp?: string;
  signupJa4?: string;
  referrer?: string;
}

/** When a target model became available. */
export interface Release {
  targetModel: string;
  releasedAtMs: number;
}

/** A measure taken against an account, by us or before us. */
export interface Enforcement {
  accountId: string;
  atMs: number;
  measure: "limited" | "suspended" | "banned" | "reinstated";
  reason?: string;
}

/** An account or organization that nothing may touch until `expiresAtMs`. */
export interface AllowlistEntry {
  accountId?: string;
  organizationId?: string;
  reason: string;
  expiresAtMs: number;
}

/** Ground truth of a simulated or labelled world: of an account, or of one request. Read by evaluation only. */
export interface Truth {
  accountId?: string;
  requestId?: string;
  label?: "attack" | "benign";
  campaign: string | null;
  segment?: string;
}

/** Prefix of the account that stands for "the log does not say"; what shares it is no account, and coverage must say so. */
export const UNATTRIBUTED_PREFIX = "unattributed:";

/** Prefix of the account that stands for a whole service whose log names nobody behind it, such as OpenTelemetry's `service.name`. */
export const SERVICE_PREFIX = "service:";

/** Both. */
export const NOBODY_PREFIXES = [UNATTRIBUTED_PREFIX, SERVICE_PREFIX] as const;

/** True for accounts behind which anybody may stand: what they hold or hand in says nothing about a person or a customer. */
export function isUnattributed(accountId: string): boolean {
  return NOBODY_PREFIXES.some((prefix) => accountId.startsWith(prefix));
}
