/** The address of a ClickHouse server as one URL: http://user:password@host:port/database */
import { StillwatchError } from "../vocabulary/errors.js";

const DATABASE_DEFAULT = "stillwatch";

/** Takes a `--store` URL apart; credentials come from the URL or from `STILLWATCH_STORE_PASSWORD`, which process lists do not show. */
export function parseStoreUrl(text: string): { url: string; database: string; username?: string; password?: string } {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new StillwatchError({
      code: "SW1005",
      what: "the store's address is not an http or https URL",
      why: "stillwatch talks to ClickHouse over its HTTP interface.",
      fix: "--store http://127.0.0.1:8123/stillwatch",
    });
  }
  const url = new URL(text);
  const password = url.password !== "" ? decodeURIComponent(url.password) : process.env["STILLWATCH_STORE_PASSWORD"];
  return {
    url: url.origin,
    database: url.pathname.length > 1 ? decodeURIComponent(url.pathname.slice(1)) : DATABASE_DEFAULT,
    ...(url.username !== "" ? { username: decodeURIComponent(url.username) } : {}),
    ...(password !== undefined ? { password } : {}),
  };
}
