/** People's answers over HTTP: approve, reject, roll back; one decision, several, or a batch. */
import type { FastifyInstance } from "fastify";
import { MEASURES, type Decision } from "../../../vocabulary/decision.js";
import type { Caller, DecisionBook, Services } from "../../serve/services.js";
import { DECISION } from "../description/examples.js";
import { COUNT, listOf, oneOf, refer, shape, TEXT, told } from "../description/json-schema.js";
import { unclearChoice, unknownDecision, unmovable } from "./decision-problems.js";
import { describeDecision, type LeftLine } from "./describe.js";
import { answerOnce, IDEMPOTENCY_HEADERS } from "./repeatable.js";

/** Decisions that one answer may name; more come as a batch. */
const IDS_MAX = 1_000;

const CHOICE = {
  ids: { type: "array", items: { type: "string" }, minItems: 1, maxItems: IDS_MAX },
  batch_id: { type: "string", description: "All decisions of the batch." },
} as const;

const NOTE = { type: "string", maxLength: 1_000 } as const;

type Answer = "approve" | "reject" | "rollback";

const ANSWERS: Readonly<Record<Answer, { summary: string; body: object }>> = {
  approve: {
    summary: "Say yes to proposals; they come into force when enough different people have",
    body: { type: "object", properties: { ...CHOICE, note: NOTE }, additionalProperties: false },
  },
  reject: {
    summary: "Say no to proposals",
    body: { type: "object", properties: { ...CHOICE, note: NOTE }, additionalProperties: false },
  },
  rollback: {
    summary: "Take back what waits or is in force",
    body: {
      type: "object",
      properties: { ...CHOICE, reason: { ...NOTE, minLength: 1 } },
      required: ["reason"],
      additionalProperties: false,
    },
  },
};

const EXAMPLES: Readonly<Record<Answer, object>> = {
  approve: { batch_id: "bat_0123456789abcdef01234567", note: "looked at five of them" },
  reject: { ids: ["dec_0123456789abcdef01234567"], note: "a benchmark team" },
  rollback: { ids: ["dec_0123456789abcdef01234567"], reason: "the customer called" },
};

const LEFT = shape(
  {
    free: told(COUNT, "Accounts and organizations that nothing acts on any more."),
    standing: told(
      listOf(
        shape({ id: TEXT, measure: oneOf(...MEASURES), scope: shape({ kind: oneOf("account", "organization", "campaign"), id: TEXT }) }),
      ),
      "In force still, about the others: on another campaign, or by a rule of its own.",
    ),
  },
  { description: "With `rollback`. Milder decisions that had made room for those that were taken back do not come back." },
);

const ANSWERED = {
  200: {
    description: "What changed, and what was named and stays as it is.",
    schema: shape(
      {
        data: listOf(refer("Decision")),
        unchanged: listOf(shape({ id: TEXT, state: TEXT })),
        repeated: told(listOf(TEXT), "Of `data`: to which this person said yes before. It counts once; another person has to say it."),
        left: LEFT,
      },
      { optional: ["left"] },
    ),
    example: { data: [DECISION], unchanged: [], repeated: [] },
  },
};

interface AnswerBody {
  ids?: string[];
  batch_id?: string;
  note?: string;
  reason?: string;
}

/** `/v1/decisions/approve`, `/reject`, `/rollback`. */
export function addAnswerRoutes(app: FastifyInstance, { decisions: book, log }: Services): void {
  for (const answer of ["approve", "reject", "rollback"] as const) {
    const { summary, body } = ANSWERS[answer];
    app.post<{ Body: AnswerBody }>(
      `/v1/decisions/${answer}`,
      {
        config: {
          scope: "decisions:write",
          answers: ANSWERED,
          example: EXAMPLES[answer],
          problems: { 400: ["SW2006"], 404: ["SW2004"], 409: ["SW2005", "SW2007"] },
        },
        schema: { summary, tags: ["decisions"], body, headers: IDEMPOTENCY_HEADERS },
      },
      async (request, reply) =>
        answerOnce({ request, reply, book }, async () => {
          const { changed, unchanged, repeated } = await carryOut(book, { answer, body: request.body, caller: request.caller });
          log.info({ answer, changed: changed.length, unchanged: unchanged.length, by: request.caller?.keyId }, "decisions answered");
          return {
            status: 200,
            body: {
              data: changed.map(describeDecision),
              unchanged: unchanged.map(({ id, state }) => ({ id, state })),
              repeated,
              ...(answer === "rollback" ? { left: await describeLeft(book, changed) } : {}),
            },
          };
        }),
    );
  }
}

/** What stands against those about whom something was taken back: decisions in shadow acted on nobody, and leave nothing. */
async function describeLeft(book: DecisionBook, changed: readonly Decision[]): Promise<LeftLine> {
  const { free, standing } = await book.listLeft(changed.filter(({ mode }) => mode === "enforce"));
  return { free, standing: standing.map(({ id, measure, scope }) => ({ id, measure, scope: { kind: scope.kind, id: scope.id } })) };
}

async function carryOut(
  book: DecisionBook,
  { answer, body, caller }: { answer: Answer; body: AnswerBody; caller: Caller | null },
): Promise<{ changed: Decision[]; unchanged: Decision[]; repeated: string[] }> {
  const { ids, batch_id: batchId, note, reason } = body;
  if ((ids === undefined) === (batchId === undefined)) throw unclearChoice();
  const choice = ids === undefined ? { batchId: batchId ?? "" } : { ids };
  const named = await book.select(choice);
  if (named.length === 0 || (ids !== undefined && named.length < new Set(ids).size)) throw unknownDecision();
  const by = caller?.name ?? "anybody";
  const changed =
    answer === "rollback"
      ? await book.rollBack({ ...choice, by, reason: reason ?? "" })
      : await book.approve({ ...choice, by, isApproved: answer === "approve", ...(note === undefined ? {} : { note }) });
  if (changed.length === 0)
    throw unmovable(
      answer,
      named.map(({ state }) => state),
    );
  const moved = new Set(changed.map(({ id }) => id));
  const hasSaidYes = ({ approvals }: Decision): boolean => approvals.some((each) => each.by === by && each.isApproved);
  const repeated = answer === "approve" ? named.filter((each) => moved.has(each.id) && hasSaidYes(each)) : [];
  return { changed, unchanged: named.filter(({ id }) => !moved.has(id)), repeated: repeated.map(({ id }) => id) };
}
