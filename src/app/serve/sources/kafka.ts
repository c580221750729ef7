/** Reads Kafka topics as a member of a consumer group; offsets move when the records are on disk here. */
import { once } from "node:events";
import {
  type CallbackWithPromise,
  type CommitOptions,
  Consumer,
  type ListCommitsOptions,
  type Message,
  type MessagesStream,
  type Offsets,
} from "@platformatic/kafka";
import type { RecordOrigin } from "../../../store/hand-over/origins.js";
import { finishLines, splitAny } from "../../http/intake/lines.js";
import { pause, RETRY_MS, type Source, type SourceTools, takePatiently } from "./source.js";

/** A topic to read. */
export interface KafkaSettings {
  /** host:port */
  brokers: readonly string[];
  topic: string;
  group: string;
  /** `auto` or the name of a format. */
  format: string;
  tls: boolean;
  username?: string | undefined;
  password?: string | undefined;
}

/** Bytes of messages that are handed to the journal together. */
const BATCH_BYTES = 1024 * 1024;
/** Messages fetched and not yet durable, in number: bounds memory beside {@link BATCH_BYTES} when messages are small. */
const FETCHED_MAX = 1024;

/** Begins to read, from the beginning of the topic where the group is new. Goes on over lost brokers and rebalances. */
export function readKafka(settings: KafkaSettings, tools: Omit<SourceTools, "signal">): Source {
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = (async () => {
    while (!signal.aborted) {
      try {
        await readUntilTrouble(settings, { ...tools, signal });
      } catch (error) {
        if (signal.aborted) return;
        const reason = error instanceof Error && "code" in error ? error.code : "unknown";
        tools.log.warn({ source: "kafka", topic: settings.topic, reason }, "reading from Kafka failed; it is tried again");
        await pause(RETRY_MS, signal);
      }
    }
  })();
  return {
    async close() {
      stopping.abort();
      await running;
    },
  };
}

async function readUntilTrouble(settings: KafkaSettings, tools: SourceTools): Promise<void> {
  const { brokers, topic, group, tls, username, password } = settings;
  const consumer = new GroupConsumer({
    clientId: "stillwatch",
    groupId: group,
    bootstrapBrokers: [...brokers],
    ...(tls ? { tls: {} } : {}),
    ...(username === undefined ? {} : { sasl: { mechanism: "PLAIN" as const, username, password: password ?? "" } }),
  });
  try {
    const stream = await consumer.consume({
      topics: [topic],
      autocommit: false,
      mode: "committed",
      fallbackMode: "earliest",
      maxBytes: BATCH_BYTES,
      highWaterMark: FETCHED_MAX,
    });
    await readStream(stream, settings, tools);
  } finally {
    await new Promise<void>((resolve) => consumer.close(true, () => resolve()));
  }
}

/**
 * The client commits the offset of the last record that was taken. Kafka means the one that is read next, and so do its tools and every other client:
 * a group that they reset to N, or hand over at N, would lose a record for each partition. Offsets are turned over on their way.
 */
class GroupConsumer extends Consumer {
  override commit(options: CommitOptions, callback: CallbackWithPromise<void>): void;
  override commit(options: CommitOptions): Promise<void>;
  override commit({ offsets }: CommitOptions, callback?: CallbackWithPromise<void>): void | Promise<void> {
    const next = { offsets: offsets.map((each) => ({ ...each, offset: each.offset + 1n })) };
    return callback === undefined ? super.commit(next) : super.commit(next, callback);
  }

  override listCommittedOffsets(options: ListCommitsOptions, callback: CallbackWithPromise<Offsets>): void;
  override listCommittedOffsets(options: ListCommitsOptions): Promise<Offsets>;
  override listCommittedOffsets(options: ListCommitsOptions, callback?: CallbackWithPromise<Offsets>): void | Promise<Offsets> {
    if (callback === undefined) return super.listCommittedOffsets(options).then(turnOver);
    return super.listCommittedOffsets(options, (error, committed) => callback(error, error === null ? turnOver(committed) : committed));
  }
}

/** From the offset that is read next to the last that was taken. Nothing taken yet is −1, as where nothing was committed. */
function turnOver(committed: Offsets): Offsets {
  return new Map([...committed].map(([topic, offsets]) => [topic, offsets.map((next) => (next <= 0n ? -1n : next - 1n))]));
}

async function readStream(
  stream: MessagesStream<Buffer, Buffer, Buffer, Buffer>,
  settings: KafkaSettings,
  tools: SourceTools,
): Promise<void> {
  const { signal } = tools;
  for (;;) {
    const batch = await collectBatch(stream, signal);
    if (batch.length === 0) return;
    const lines = Buffer.concat(batch.map(({ value }) => writeLines(value)));
    if (lines.length > 0) await takePatiently(tools, { lines, format: settings.format, source: "kafka", origin: nameOrigin(batch) });
    // Last of each partition: whatever comes before it is durable as well.
    const last = new Map(batch.map((message) => [message.partition, message]));
    for (const message of last.values()) await message.commit();
  }
}

type KafkaMessage = Message;

/** From where to where the batch was fetched; which message a line was of is not counted, for one may hold several. */
function nameOrigin(batch: readonly KafkaMessage[]): RecordOrigin {
  const [first] = batch;
  const spans = new Map<number, [first: bigint, last: bigint]>();
  for (const { partition, offset } of batch) spans.set(partition, [spans.get(partition)?.[0] ?? offset, offset]);
  const told = [...spans].map(([partition, [from, to]]) => `partition ${partition} offsets ${from} to ${to}`);
  return { from: `kafka topic ${first.topic}, ${told.join(", ")}`, line: null };
}

/** What has been fetched, at least one message; none when the stream ends or the source is closed. */
async function collectBatch(stream: MessagesStream<Buffer, Buffer, Buffer, Buffer>, signal: AbortSignal): Promise<KafkaMessage[]> {
  const batch: KafkaMessage[] = [];
  let bytes = 0;
  while (!signal.aborted && !stream.destroyed && !stream.readableEnded) {
    const message = stream.read() as KafkaMessage | null;
    if (message !== null) {
      batch.push(message);
      bytes += message.value?.length ?? 0;
      if (bytes < BATCH_BYTES) continue;
    }
    if (batch.length > 0) return batch;
    await waitForMore(stream, signal);
  }
  if (stream.errored !== null && stream.errored !== undefined) throw stream.errored;
  return batch;
}

/** Until there is something to read, or nothing more comes. Throws the stream's error. */
async function waitForMore(stream: MessagesStream<Buffer, Buffer, Buffer, Buffer>, signal: AbortSignal): Promise<void> {
  const isOver = new AbortController();
  const options = { signal: AbortSignal.any([signal, isOver.signal]) };
  try {
    await Promise.race(["readable", "end", "close"].map(async (event) => once(stream, event, options)));
  } finally {
    // Takes the other listeners away.
    isOver.abort();
  }
}

/** A message's value as lines: one record, several, or something that will end in quarantine. A deleted key has none. */
function writeLines(value: Buffer | null | undefined): Buffer {
  if (value === null || value === undefined || value.length === 0) return Buffer.alloc(0);
  try {
    return splitAny(value);
  } catch {
    return finishLines(value);
  }
}
