/** A worker thread that makes large bodies ready. */
import { parentPort } from "node:worker_threads";
import { HttpError } from "../../http/problems.js";
import { nameFault } from "../../fault-place.js";
import { giveWay } from "./give-way.js";
import { createInlineWork } from "./record-work.js";
import { listOwned, type RecordAnswer, type RecordQuestion } from "./record-thread.js";

const port = parentPort;
if (port === null) throw new Error("this module runs in a worker thread only");

giveWay();
const work = createInlineWork();

async function answer(question: RecordQuestion): Promise<void> {
  const { id } = question;
  const body = Buffer.from(question.body.buffer, question.body.byteOffset, question.body.byteLength);
  try {
    if (question.kind === "prepare") {
      const { format, shape } = question;
      const done = await work.prepare({ format, shape, body }, { isGiven: true });
      return send({ id, done }, listOwned(done.lines));
    }
    if (question.kind === "unpack") {
      const bytes = await work.unpack(body, question.packing);
      return send({ id, done: { bytes } }, listOwned(bytes));
    }
    const done = await work.readAgain(question.format, body);
    return send({ id, done }, listOwned(done.readable));
  } catch (error) {
    if (!(error instanceof HttpError)) return send({ id, failure: nameFault(error) }, []);
    const { problem, status, retryAfterMs } = error;
    return send({ id, refusal: { problem, status, retryAfterMs } }, []);
  }
}

function send(told: RecordAnswer, owned: readonly ArrayBuffer[]): void {
  port?.postMessage(told, [...owned]);
}

port.on("message", (question: RecordQuestion) => void answer(question));
