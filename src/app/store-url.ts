/** The address of a ClickHouse server as one URL: http://user:password@host:port/database */
import { StillwatchError } from "../vocabulary/errors.js";

const DATABASE_DEFAULT = "stillwatch";

/** Takes a `--store` URL apart; credentials come from the URL or from `STILLWATCH_STORE_PASSWORD`, which process lists do not show. */
export function parseStoreUrl(text: string): { url: string; database: string; username?: string; password?: string } {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) throw unusableAddress("is not an http or https URL");
  const url = new URL(text);
  const password = url.password !== "" ? decodePart(url.password) : process.env["STILLWATCH_STORE_PASSWORD"];
  return {
    url: url.origin,
    database: url.pathname.length > 1 ? decodePart(url.pathname.slice(1)) : DATABASE_DEFAULT,
    ...(url.username !== "" ? { username: decodePart(url.username) } : {}),
    ...(password !== undefined ? { password } : {}),
  };
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw unusableAddress("holds a % that stands for no character; write %25 for the character itself");
  }
}

/** Says nothing of what was typed: it may hold a password. */
function unusableAddress(reason: string): StillwatchError {
  return new StillwatchError({
    code: "SW1005",
    what: `the store's address ${reason}`,
    why: "stillwatch talks to ClickHouse over its HTTP interface.",
    fix: "--store http://127.0.0.1:8123/stillwatch",
  });
}
