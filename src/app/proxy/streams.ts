/** Answers on their way to the client: read for the event, shaped where a decision says so, never held back. */
import { StringDecoder } from "node:string_decoder";
import { Transform, type TransformCallback } from "node:stream";
import { createParser, type EventSourceMessage } from "eventsource-parser";
import { asFields, asText, type Fields, isFields } from "../../sdk/index.js";
import type { AnswerFacts, Dialect, Shape } from "./dialect.js";
import { shorten } from "./reading.js";

/** Told when an answer could not be shaped although it should have been. */
export type OnUnshaped = () => void;

/** What passes an answer on. */
export interface AnswerFilter {
  stream: Transform;
  /** What was read so far. */
  tell(): AnswerFacts;
}

/** One event of a stream; no model writes more into one, pictures apart. Characters. */
const EVENT_CHARS_MAX = 16 * 1024 * 1024;
/** An answer that is not streamed is looked at up to this size; what is larger holds pictures or sound. Bytes. */
const ANSWER_BYTES_MAX = 32 * 1024 * 1024;

/** Server-sent events. Without a shape the bytes pass as they came. */
export function filterEvents(dialect: Dialect, shape: Shape | null): AnswerFilter {
  const reader = dialect.createStreamReader();
  const shapeMessage = shape === null ? null : dialect.createStreamShaper(shape);
  const decoder = new StringDecoder("utf8");
  let written: string[] = [];
  let isReading = true;
  const note = (line: string): void => {
    if (shapeMessage !== null) written.push(line);
  };
  const parser = createParser({
    maxBufferSize: EVENT_CHARS_MAX,
    onEvent(event) {
      const message = parseMessage(event.data);
      if (message !== null) reader.read(message);
      if (shapeMessage === null) return;
      if (message === null) written.push(writeEvent(event));
      else for (const shaped of shapeMessage(message)) written.push(shaped === message ? writeEvent(event) : rewriteEvent(event, shaped));
    },
    onComment: (comment) => note(`:${comment === "" ? "" : ` ${comment}`}\n\n`),
    onRetry: (retryMs) => note(`retry: ${retryMs}\n\n`),
    onError(error) {
      if (error.type === "max-buffer-size-exceeded") isReading = false;
    },
  });
  const feed = (text: string): void => {
    if (isReading && text !== "") parser.feed(text);
  };
  const take = (chunk: Buffer): Buffer | string => {
    feed(decoder.write(chunk));
    return shapeMessage === null ? chunk : takeWritten();
  };
  const takeWritten = (): string => {
    // What the parser held of it is gone: to go on would be to send something else than the model did.
    if (!isReading) throw new Error("an event is too large to be shaped");
    const shaped = written.join("");
    written = [];
    return shaped;
  };
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      settle(done, () => take(chunk));
    },
    flush(done) {
      // Some servers leave out the empty line behind the last event.
      feed("\n\n");
      settle(done, () => (shapeMessage === null ? null : takeWritten()));
    },
  });
  return { stream, tell: () => reader.tell() };
}

function settle(done: TransformCallback, work: () => Buffer | string | null): void {
  try {
    done(null, work());
  } catch (error) {
    done(error instanceof Error ? error : new Error("unknown"));
  }
}

function parseMessage(data: string): Fields | null {
  if (!data.startsWith("{")) return null;
  try {
    const message: unknown = JSON.parse(data);
    return isFields(message) ? message : null;
  } catch {
    return null;
  }
}

function writeEvent({ event, id, data }: EventSourceMessage): string {
  const lines = data.split("\n").map((line) => `data: ${line}\n`);
  return `${event === undefined ? "" : `event: ${event}\n`}${id === undefined ? "" : `id: ${id}\n`}${lines.join("")}\n`;
}

/** Where events are named, they are named by their type. */
function rewriteEvent({ event, id }: EventSourceMessage, message: Fields): string {
  const name = event === undefined ? undefined : (asText(message["type"]) ?? event);
  return writeEvent({ event: name, id, data: JSON.stringify(message) });
}

/** The API's own code for what went wrong; its words may quote the request. */
function readError(answer: Fields): AnswerFacts {
  const error = asFields(answer["error"]);
  const errorCode = shorten(error["code"]) ?? shorten(error["type"]);
  return errorCode === undefined ? {} : { errorCode };
}

/** A whole answer in JSON. Without a shape it passes at once and is read beside. */
export function filterDocument(dialect: Dialect, { shape, onUnshaped }: { shape: Shape | null; onUnshaped: OnUnshaped }): AnswerFilter {
  let chunks: Buffer[] = [];
  let bytes = 0;
  let isWhole = true;
  let facts: AnswerFacts = {};
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (isWhole && bytes > ANSWER_BYTES_MAX) {
        isWhole = false;
        if (shape !== null) {
          onUnshaped();
          this.push(Buffer.concat(chunks));
        }
        chunks = [];
      }
      if (isWhole) chunks.push(chunk);
      done(null, shape === null || !isWhole ? chunk : undefined);
    },
    flush(done) {
      if (!isWhole) return done();
      const body = Buffer.concat(chunks);
      const answer = parseMessage(body.toString("utf8").trimStart());
      if (answer !== null) facts = { ...dialect.readAnswer(answer), ...readError(answer) };
      if (shape === null) return done();
      if (answer === null) onUnshaped();
      return done(null, answer === null ? body : JSON.stringify(dialect.shapeAnswer(answer, shape)));
    },
  });
  return { stream, tell: () => facts };
}
