/** Keys of machines and people: made here, shown once, kept as a hash, compared in constant time. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { RecordDatabase } from "../../store/records/database.js";
import { insertKey, listKeys, revokeKey, type ApiKeyRecord } from "../../store/records/keys.js";
import { SCOPES, type ApiKey, type Caller, type Clock, type Keys, type Scope } from "./services.js";

/** What every secret begins with, so that scanners of repositories and logs can find one that leaked. */
const SECRET_PREFIX = "sw_";

/** 256 bits: nobody guesses them, so a fast hash is enough at rest. */
const SECRET_BYTES = 32;

/** How long a key that another process revoked may still be taken, in milliseconds, while the database answers. */
const RELOAD_MS = 5_000;

interface KnownKey {
  key: ApiKey;
  hash: Buffer;
}

/** Keys that are read again from time to time, until they are closed. */
export interface OpenKeys extends Keys {
  close(): void;
}

/**
 * Opens the keys. Who asks is told from memory alone: a database that hangs or is away must not take the verdicts with it, so the keys known last go
 * on meanwhile, and `onFailure` hears of it.
 */
export async function createKeys(options: {
  database: RecordDatabase;
  clock: Clock;
  onFailure?: (error: unknown) => void;
  reloadMs?: number;
}): Promise<OpenKeys> {
  const { database, clock, onFailure = () => {}, reloadMs = RELOAD_MS } = options;
  let known = await readKnown(database);
  let reading: Promise<void> | null = null;
  const reload = async (): Promise<void> => {
    known = await readKnown(database);
  };
  const timer = setInterval(() => {
    reading ??= reload()
      .catch(onFailure)
      .finally(() => (reading = null));
  }, reloadMs).unref();
  return {
    async create({ name, scopes, expiresMs }) {
      const secret = SECRET_PREFIX + randomBytes(SECRET_BYTES).toString("base64url");
      const id = `key_${randomBytes(8).toString("hex")}`;
      const key: ApiKey = { id, name, scopes: [...scopes], createdMs: clock.nowMs(), expiresMs, revokedMs: null };
      await insertKey(database, { key: key as ApiKeyRecord, secretHash: hashSecret(secret).toString("hex") });
      await reload();
      return { key, secret };
    },
    async list() {
      await reload();
      return [...known.values()].map(({ key }) => key);
    },
    async revoke(id) {
      const isRevoked = await revokeKey(database, { id, atMs: clock.nowMs() });
      await reload();
      return isRevoked;
    },
    async authenticate(secret): Promise<Caller | null> {
      const hash = hashSecret(secret);
      const found = known.get(hash.toString("hex"));
      if (found === undefined || !timingSafeEqual(found.hash, hash)) return null;
      const { key } = found;
      if (key.revokedMs !== null || (key.expiresMs !== null && key.expiresMs <= clock.nowMs())) return null;
      return { keyId: key.id, name: key.name, scopes: key.scopes };
    },
    close: () => clearInterval(timer),
  };
}

async function readKnown(database: RecordDatabase): Promise<Map<string, KnownKey>> {
  const rows = await listKeys(database);
  return new Map(
    rows.map(({ key, secretHash }) => [
      secretHash,
      { key: { ...key, scopes: key.scopes.filter(isScope) }, hash: Buffer.from(secretHash, "hex") },
    ]),
  );
}

/** A scope that an older or newer version knew opens nothing here. */
function isScope(scope: string): scope is Scope {
  return (SCOPES as readonly string[]).includes(scope);
}

function hashSecret(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}
