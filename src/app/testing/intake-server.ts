/** A server that takes records in, with a real journal in a temporary folder and everything else left out; for tests. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { pino } from "pino";
import { openJournal, type SegmentJournal } from "../../store/hand-over/journal.js";
import { createServer } from "../http/server.js";
import { createIntakePart, type IntakeLimits } from "../http/intake/routes.js";
import type { HttpPart, Services } from "../serve/services.js";

/** A running server. */
export interface IntakeServer {
  url: string;
  journal: SegmentJournal;
  /** What verdicts were told. */
  handles: Parameters<Services["verdicts"]["noteHandles"]>[0][number][];
  /** Requests that integrations say went unchecked. */
  unchecked: string[];
  counts: Map<string, number>;
  /** All lines of one format that are in the journal. */
  readLines(format: string): Promise<string[]>;
  close(): Promise<void>;
}

/** Starts one on a free port of loopback. */
export async function startIntakeServer(
  wish: { limits?: IntakeLimits; backlogBytesMax?: number; parts?: readonly HttpPart[]; services?: Partial<Services> } = {},
): Promise<IntakeServer> {
  const folder = await mkdtemp(join(tmpdir(), "stillwatch-intake-"));
  const journal = await openJournal({ folder, nowMs: () => Date.now(), backlogBytesMax: wish.backlogBytesMax ?? 1 << 30 });
  const handles: IntakeServer["handles"] = [];
  const unchecked: string[] = [];
  const counts = new Map<string, number>();
  const services = {
    clock: { nowMs: () => Date.now() },
    log: pino({ level: "silent" }),
    journal,
    verdicts: {
      noteHandles: (issued: IntakeServer["handles"]) => void handles.push(...issued),
      noteUnchecked: (integration: string, requestId = "") => void unchecked.push(`${integration} ${requestId}`),
    },
    metrics: {
      count: (name: string, _labels: unknown, by = 1) => void counts.set(name, (counts.get(name) ?? 0) + by),
      observe() {},
      set() {},
    },
    ...wish.services,
  } as unknown as Services;
  const app: FastifyInstance = await createServer(services, {
    settings: { isAuthenticated: false, bodyBytesMax: 16 << 20, requestTimeoutMs: 10_000, version: "test" },
    parts: [createIntakePart(wish.limits), ...(wish.parts ?? [])],
  });
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  return {
    url,
    journal,
    handles,
    unchecked,
    counts,
    async readLines(format) {
      await journal.rotate();
      const texts: string[] = [];
      for (const segment of journal.listClosed()) if (segment.format === format) texts.push(await readFile(segment.path, "utf8"));
      return texts.join("").split("\n").slice(0, -1);
    },
    async close() {
      await app.close();
      await journal.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
