/** Against a real broker: a consumer group whose offsets move only when the records are durable. */
import { Admin, Consumer, Producer, stringSerializers } from "@platformatic/kafka";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { JournalFull } from "../../../store/hand-over/journal.js";
import { findKafkaObstacle, type KafkaBroker, startKafka } from "../../testing/kafka-broker.js";
import { readKafka } from "./kafka.js";
import type { Source, SourceTools } from "./source.js";

const obstacle = findKafkaObstacle();
if (obstacle !== null) console.warn(`NOT CHECKED: reading from Kafka, because ${obstacle}`);

/** Time for the broker to come up, for the group to settle, for a member that was cut off to be missed. */
const SETTLE_MS = 60_000;

describe.skipIf(obstacle !== null)("a Kafka topic", () => {
  let broker: KafkaBroker;
  let producer: Producer<string, string, string, string>;
  let sources: Source[] = [];
  let lines: string[] = [];
  let isFull = false;

  const tools: Omit<SourceTools, "signal"> = {
    intake: {
      async take(_format, text) {
        if (isFull) throw new JournalFull(1);
        lines.push(...text.toString().split("\n").slice(0, -1));
        return { records: 1, isEmpty: false };
      },
    },
    metrics: { count() {} },
    log: { info() {}, warn() {} },
  };
  const start = (topic: string): Source => {
    const one = readKafka({ brokers: [broker.address], topic, group: `group-${topic}`, format: "native", tls: false }, tools);
    sources.push(one);
    return one;
  };
  const produce = async (topic: string, values: readonly string[]): Promise<void> => {
    const messages = values.map((value, index) => ({ topic, partition: index % 3, key: String(index), value }));
    // A busy broker may not lead a topic yet that was just made, which the client meets with an error of its own.
    await producer.send({ messages }).catch(async () => {
      await new Promise((resolve) => setTimeout(resolve, 2000));
      await producer.send({ messages });
    });
  };
  const expectLines = async (expected: readonly string[]): Promise<void> =>
    expect.poll(() => [...new Set(lines)].toSorted(), { timeout: SETTLE_MS, interval: 100 }).toEqual([...expected].toSorted());
  const makeTopic = async (topic: string): Promise<void> => {
    lines = [];
    isFull = false;
    const admin = new Admin({ clientId: "test", bootstrapBrokers: [broker.address], retries: 60, retryDelay: 500 });
    await admin.createTopics({ topics: [topic], partitions: 3, replicas: 1 });
    await admin.close();
  };
  const names = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, index) => `{"n":"${prefix}-${index}"}`);
  const stop = async (): Promise<void> => {
    for (const one of sources) await one.close();
    sources = [];
  };

  beforeAll(async () => {
    broker = await startKafka();
    producer = new Producer({
      clientId: "test",
      bootstrapBrokers: [broker.address],
      serializers: stringSerializers,
      retries: 60,
      retryDelay: 500,
    });
  });
  afterAll(async () => {
    await stop();
    await producer?.close();
    await broker?.close();
  });

  it("is read from its beginning, over all partitions, and on from where it was read", async () => {
    await makeTopic("basic");
    await produce("basic", [...names("a", 30), '{\n"n": "pretty"\n}', '{"n":"b-0"}\n{"n":"b-1"}']);
    const first = start("basic");
    const early = [...names("a", 30), '{"n":"pretty"}', ...names("b", 2)];
    await expectLines(early);
    await first.close();
    await produce("basic", names("c", 9));
    const before = lines.length;
    start("basic");
    await expectLines([...early, ...names("c", 9)]);
    // What was committed is not read again.
    expect(lines.length).toBe(before + 9);
    await stop();
  });

  it("keeps what could not be taken in: offsets stay, and a stop in between loses nothing", async () => {
    await makeTopic("full");
    await produce("full", names("a", 12));
    isFull = true;
    const waiting = start("full");
    await new Promise((resolve) => setTimeout(resolve, 5000));
    expect(lines).toEqual([]);
    await waiting.close();
    isFull = false;
    start("full");
    await expectLines(names("a", 12));
    await stop();
  });

  it("is shared by the members of a group: a member that leaves loses nothing", async () => {
    await makeTopic("shared");
    const one = start("shared");
    start("shared");
    await produce("shared", names("a", 60));
    await expectLines(names("a", 60));
    await one.close();
    await produce("shared", names("b", 60));
    await expectLines([...names("a", 60), ...names("b", 60)]);
    await stop();
  });

  it("commits what is read next, as Kafka's tools mean it, and reads on from where they set it", async () => {
    await makeTopic("turned");
    await produce("turned", names("a", 30));
    const first = start("turned");
    await expectLines(names("a", 30));
    await first.close();
    const tool = new Consumer({ clientId: "tool", groupId: "group-turned", bootstrapBrokers: [broker.address] });
    const partitions = [0, 1, 2];
    const committed = await tool.listCommittedOffsets({ topics: [{ topic: "turned", partitions }] });
    const ends = (await tool.listOffsets({ topics: ["turned"], partitions: { turned: partitions } })).get("turned") ?? [];
    expect(ends).toHaveLength(3);
    expect(committed.get("turned")).toEqual(ends);
    await tool.joinGroup({});
    await tool.commit({
      offsets: partitions.map((partition) => ({ topic: "turned", partition, offset: ends[partition] - 6n, leaderEpoch: -1 })),
    });
    await new Promise<void>((resolve) => tool.close(true, () => resolve()));
    lines = [];
    start("turned");
    // Of ten in each partition the last six: names go round the three.
    await expectLines(names("a", 30).slice(12));
    await stop();
  });
});
