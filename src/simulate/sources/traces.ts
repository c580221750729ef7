/** Trace files: request rates per client, recorded agentic sessions, output lengths. */
import type { Library } from "../library.js";
import type { Row } from "./read-rows.js";

/** Clients seen in fewer windows than this tell no daily course. */
const WINDOWS_MIN = 48;
const LENGTHS_MAX = 50_000;

/** Adds a file's rows; false when they are of no known trace. */
export function addTraceRows(library: Library, rows: Row[], isKept: (id: string) => boolean): boolean {
  const first = rows[0];
  if (!first) return false;
  if (first["rate_rps"] !== undefined && first["t_s"] !== undefined) addRates(library, rows, isKept);
  else if (Array.isArray(first["requests"])) addSessions(library, rows, isKept);
  else if (Array.isArray(first["windows"])) addQuantiles(library, rows, isKept);
  else if (first["GeneratedTokens"] !== undefined)
    addLengths(
      library,
      rows.map((row) => Number(row["GeneratedTokens"])),
    );
  else if (first["hash_ids"] !== undefined && first["out"] !== undefined)
    addLengths(
      library,
      rows.map((row) => Number(row["out"])),
    );
  else return false;
  return true;
}

/** Relative rate per hour of each client, mean 1 over the trace. */
function addRates(library: Library, rows: Row[], isKept: (id: string) => boolean): void {
  const clients = new Map<string, { hours: number[]; windows: number }>();
  let hoursMax = 0;
  for (const row of rows) {
    const client = String(row["client"]);
    const hour = Math.floor(Number(row["t_s"]) / 3600);
    const rate = Number(row["rate_rps"]);
    if (!Number.isFinite(hour) || hour < 0 || !Number.isFinite(rate)) continue;
    const entry = clients.get(client) ?? { hours: [], windows: 0 };
    clients.set(client, entry);
    entry.hours[hour] = (entry.hours[hour] ?? 0) + rate;
    entry.windows++;
    hoursMax = Math.max(hoursMax, hour + 1);
  }
  // Whole days, so that a trace can be run round and round.
  const length = Math.ceil(hoursMax / 24) * 24;
  for (const [client, { hours, windows }] of clients) {
    if (windows < WINDOWS_MIN || !isKept(`client:${client}:${windows}`)) continue;
    const hourly = new Float32Array(length);
    let total = 0;
    for (let hour = 0; hour < length; hour++) {
      // Square roots tame clients whose one burst would hold their whole traffic.
      hourly[hour] = Math.sqrt(hours[hour] ?? 0);
      total += hourly[hour] ?? 0;
    }
    if (total === 0) continue;
    for (let hour = 0; hour < length; hour++) hourly[hour] = ((hourly[hour] ?? 0) * length) / total;
    library.rates.push({ hourly });
  }
}

function addSessions(library: Library, rows: Row[], isKept: (id: string) => boolean): void {
  for (const row of rows) {
    if (!isKept(`session:${String(row["id"])}`) || !Array.isArray(row["requests"])) continue;
    const steps = row["requests"].flatMap((request: unknown) => {
      if (request === null || typeof request !== "object") return [];
      const { t, out, type } = request as { t?: unknown; out?: unknown; type?: unknown };
      return typeof t === "number" && typeof out === "number" && type !== "subagent" ? [{ atSeconds: t, outputTokens: out }] : [];
    });
    if (steps.length > 0) library.sessions.push({ steps });
  }
}

/** Quantiles of clients' output lengths stand for the lengths themselves. */
function addQuantiles(library: Library, rows: Row[], isKept: (id: string) => boolean): void {
  for (const row of rows) {
    if (!isKept(`client:${String(row["client"])}`) || !Array.isArray(row["windows"])) continue;
    for (const window of row["windows"] as unknown[]) {
      const output = window !== null && typeof window === "object" && "output_tokens" in window ? window.output_tokens : null;
      if (output !== null && typeof output === "object" && "q" in output && Array.isArray(output.q))
        addLengths(library, output.q.map(Number));
    }
  }
}

function addLengths(library: Library, lengths: number[]): void {
  for (const length of lengths)
    if (Number.isFinite(length) && length > 0 && library.outputTokens.length < LENGTHS_MAX) library.outputTokens.push(Math.round(length));
}
