/** What the proxy is told at its start. */
import type { CallerHeaders } from "../../sdk/index.js";
import type { OnUnavailable } from "../../engine/decisions/check.js";
import type { Api } from "./dialect.js";

/** What is reported of requests. `metadata` leaves all text out. */
export const REPORTS = ["full", "metadata", "none"] as const;
/** One of {@link REPORTS}. */
export type Report = (typeof REPORTS)[number];

/** What happens to requests that are not understood: they pass, or their account is asked about first. */
export const OTHER_PATHS = ["pass", "check"] as const;
/** One of {@link OTHER_PATHS}. */
export type OtherPaths = (typeof OTHER_PATHS)[number];

/** The settings. Durations in milliseconds. */
export interface ProxySettings {
  listen: { host: string; port: number };
  /** PEM texts; null speaks HTTP. */
  tls: { certificate: string; key: string } | null;
  upstream: { url: URL; api: Api | "auto"; timeoutMs: number };
  stillwatch: {
    url: string;
    /** A key with the scopes `check` and, for reports, `events:write`. */
    key: string;
    integration: string;
    timeoutMs: number;
    onUnavailable: OnUnavailable;
    report: Report;
    /** Folder in which events wait; null keeps them in memory. */
    spool: string | null;
  };
  caller: CallerHeaders & {
    /** Names the request where something trusted in front already did. */
    requestIdHeader: string | undefined;
    /** Holds the client's address, set by something trusted in front. */
    addressHeader: string | undefined;
  };
  otherPaths: OtherPaths;
  verifyAt: string | undefined;
  /** Bodies of understood requests are read whole. */
  bodyBytesMax: number;
}
