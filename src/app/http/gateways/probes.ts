/**
 * Probes: a request that an operator sends through a gateway carries a mark, and stillwatch looks for that mark among the calls that ask for
 * verdicts and among the records that come in. So it is seen, not assumed, that a gateway asks and tells, streaming or not.
 */
import { randomBytes } from "node:crypto";
import type { FastifyInstance } from "fastify";
import type { Clock, HttpPart, Journal } from "../../serve/services.js";
import { refer, shape, TEXT } from "../description/json-schema.js";
import { HttpError } from "../problems.js";

/** What became of one marked request. */
export interface ProbeSight {
  mark: string;
  /** Calls that asked for a verdict, by integration. */
  checks: Record<string, number>;
  /** Records that came in, by source format. */
  events: Record<string, number>;
}

/** The marks that are looked for. */
export interface Probes {
  begin(): string;
  find(mark: string): ProbeSight | null;
  /** Looks for marks in what a gateway sent, parsed or in the pieces in which it came. Costs nothing while nobody probes. */
  noteCheck(integration: string, sent: unknown): void;
  /** Looks for marks in records on their way to the journal. */
  watch(journal: Journal): Journal;
}

/** Operators probe one gateway at a time; more marks are a script gone wrong. */
const MARKS_MAX = 32;
/** So long a mark is looked for: a gateway that logs in batches may take minutes. */
const MARK_LIFE_MS = 900_000;
/** Guessing a mark must not be worth anybody's while: 12 bytes. */
const MARK_BYTES = 12;

/** Nothing is kept but counts: neither the text nor the account of a marked request. */
export function createProbes(clock: Clock): Probes {
  const sights = new Map<string, ProbeSight & { endsMs: number }>();
  const listActive = (): (ProbeSight & { endsMs: number })[] => {
    for (const [mark, { endsMs }] of sights) if (endsMs < clock.nowMs()) sights.delete(mark);
    return [...sights.values()];
  };
  return {
    begin() {
      if (listActive().length >= MARKS_MAX) throw tooManyProbes();
      const mark = `stillwatch-probe-${randomBytes(MARK_BYTES).toString("hex")}`;
      sights.set(mark, { mark, checks: {}, events: {}, endsMs: clock.nowMs() + MARK_LIFE_MS });
      return mark;
    },
    find(mark) {
      listActive();
      const sight = sights.get(mark);
      return sight === undefined ? null : { mark, checks: { ...sight.checks }, events: { ...sight.events } };
    },
    noteCheck(integration, sent) {
      if (sights.size === 0) return;
      const text = isInPieces(sent) ? Buffer.concat(sent) : writeForSearch(sent);
      for (const { mark, checks } of listActive()) if (text.includes(mark)) checks[integration] = (checks[integration] ?? 0) + 1;
    },
    watch: (journal) => ({
      async append(format, lines, origin) {
        await journal.append(format, lines, origin);
        if (sights.size === 0) return;
        for (const { mark, events } of listActive()) if (Buffer.from(lines).includes(mark)) events[format] = (events[format] ?? 0) + 1;
      },
      backlogBytes: () => journal.backlogBytes(),
      close: async () => journal.close(),
    }),
  };
}

function tooManyProbes(): HttpError {
  return new HttpError(
    {
      code: "SW2102",
      what: "too many probes are under way",
      why: "each is looked for in all that comes in.",
      fix: "wait a quarter of an hour: then the oldest have ended.",
    },
    { status: 429, retryAfterMs: MARK_LIFE_MS },
  );
}

const BEGUN_ANSWERS = {
  201: {
    description: "The mark: put it into path, headers or text of a request.",
    schema: shape({ mark: TEXT }),
    example: { mark: "stillwatch-probe-0123456789abcdef01234567" },
  },
};
const FOUND_ANSWERS = {
  200: {
    description: "Where it was seen so far.",
    schema: refer("Probe"),
    example: { mark: "stillwatch-probe-0123456789abcdef01234567", checks: { litellm: 1 }, events: { litellm: 1 } },
  },
};

/** Registers the routes. */
export const probeRoutes: HttpPart = (services) => async (app: FastifyInstance) => {
  const { probes } = services;
  if (probes === undefined) return;
  const tags = ["gateways"];
  app.post(
    "/v1/probes",
    { config: { scope: "read", answers: BEGUN_ANSWERS, problems: { 429: ["SW2102"] } }, schema: { summary: "A mark to look for", tags } },
    async (_request, reply) => reply.status(201).send({ mark: probes.begin() }),
  );
  app.get<{ Params: { mark: string } }>(
    "/v1/probes/:mark",
    {
      config: { scope: "read", answers: FOUND_ANSWERS, problems: { 404: ["SW2103"] } },
      schema: { summary: "Where a mark was seen", tags },
    },
    async ({ params: { mark } }) => {
      const sight = probes.find(mark);
      if (sight !== null) return sight;
      throw new HttpError(
        {
          code: "SW2103",
          what: "there is no such probe",
          why: "it has ended, or serve was started anew since.",
          fix: "begin another with `stillwatch integrations probe`.",
        },
        { status: 404 },
      );
    },
  );
};

/** As large calls come. */
function isInPieces(sent: unknown): sent is readonly Buffer[] {
  return Array.isArray(sent) && sent.length > 0 && sent.every((piece) => Buffer.isBuffer(piece));
}

/** A probe is nested like any honest request; what is too deep to be written is none. */
function writeForSearch(sent: unknown): string {
  try {
    return JSON.stringify(sent) ?? "";
  } catch {
    return "";
  }
}
