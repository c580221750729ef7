/** A worker thread that makes large bodies ready. */
import { parentPort } from "node:worker_threads";
import { HttpError } from "../../http/problems.js";
import { nameFault } from "../../fault-place.js";
import { giveWay } from "./give-way.js";
import { createInlineWork, prepareRecords } from "./record-work.js";
import { type GivenBack, listOwned, type RecordAnswer, type RecordQuestion } from "./record-thread.js";

const port = parentPort;
if (port === null) throw new Error("this module runs in a worker thread only");

giveWay();
const work = createInlineWork();

/** Memory that came back, to be filled again: memory that is made anew for every body keeps the collector of the thread that gives verdicts busy. */
const spare: ArrayBuffer[] = [];
/** Bodies that are under way at one time, as a rule. */
const SPARE_MAX = 4;
/** Larger ones are rare, and must not stay in memory. */
const SPARE_BYTES_MAX = 4 * 1024 * 1024;
/** Sizes are rounded up to this, so that what came back fits the next body. */
const STEP_BYTES = 256 * 1024;

function keepSpare(buffer: ArrayBuffer): void {
  if (spare.length < SPARE_MAX && buffer.byteLength <= SPARE_BYTES_MAX) spare.push(buffer);
}

function joinIntoSpare(pieces: readonly Buffer[]): Buffer {
  const bytes = pieces.reduce((sum, { length }) => sum + length, 0);
  const at = spare.findIndex(({ byteLength }) => byteLength >= bytes);
  const [buffer] = at < 0 ? [new ArrayBuffer(Math.ceil(bytes / STEP_BYTES) * STEP_BYTES)] : spare.splice(at, 1);
  const joined = Buffer.from(buffer, 0, bytes);
  let end = 0;
  for (const piece of pieces) {
    joined.set(piece, end);
    end += piece.length;
  }
  return joined;
}

const toBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, byteLength);

async function answer(question: RecordQuestion): Promise<void> {
  const { id } = question;
  try {
    if (question.kind === "prepare") {
      const { format, shape } = question;
      const done = prepareRecords({ format, shape, body: question.body.map(toBuffer) }, joinIntoSpare);
      return send({ id, done }, listOwned(done.lines));
    }
    if (question.kind === "read_call")
      return send({ id, done: { reading: await work.readCall(question.call, question.body.map(toBuffer)) } }, []);
    const body = toBuffer(question.body);
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

port.on("message", (message: RecordQuestion | GivenBack) => {
  if (message.kind === "give_back") keepSpare(message.buffer);
  else void answer(message);
});
