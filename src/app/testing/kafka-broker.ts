/** A real Kafka broker of one node in a temporary folder, from Apache's published jars; for tests. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const KAFKA = { artifact: "kafka_2.13", version: "3.9.1" };
const cache = fileURLToPath(new URL("../../../.cache/kafka", import.meta.url));

/** A running broker. */
export interface KafkaBroker {
  address: string;
  close(): Promise<void>;
}

/** Why there can be no broker here, or null. Fetches the jars once, with Maven. */
export function findKafkaObstacle(): string | null {
  if (spawnSync("java", ["-version"]).status !== 0) return "there is no java";
  if (existsSync(libs)) return null;
  if (spawnSync("mvn", ["-v"]).status !== 0) return "there are no jars and there is no mvn to fetch them";
  mkdirSync(cache, { recursive: true });
  writeFileSync(
    join(cache, "pom.xml"),
    `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version>
<dependencies><dependency><groupId>org.apache.kafka</groupId><artifactId>${KAFKA.artifact}</artifactId><version>${KAFKA.version}</version></dependency></dependencies></project>`,
  );
  const unfinished = `${libs}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  const args = ["-q", "-B", "dependency:copy-dependencies", `-DoutputDirectory=${unfinished}`, "-DincludeScope=runtime"];
  const { status } = spawnSync("mvn", args, { cwd: cache, timeout: 240_000 });
  if (status !== 0) return "Maven could not fetch the jars";
  renameSync(unfinished, libs);
  return null;
}

const libs = join(cache, `libs-${KAFKA.version}`);

/** Starts a broker in KRaft mode on free ports of loopback. */
export async function startKafka(): Promise<KafkaBroker> {
  const folder = mkdtempSync(join(tmpdir(), "stillwatch-kafka-"));
  const [port, controllerPort] = [await findPort(), await findPort()];
  const properties = join(folder, "server.properties");
  const settings = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.quorum.voters": `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    "advertised.listeners": `PLAINTEXT://127.0.0.1:${port}`,
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "log.dirs": join(folder, "logs"),
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
  };
  writeFileSync(
    properties,
    Object.entries(settings)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(""),
  );
  const java = ["-Xmx512m", "-cp", join(libs, "*")];
  const format = spawnSync("java", [...java, "kafka.tools.StorageTool", "format", "-t", "MkU3OEVBNTcwNTJENDM2Qk", "-c", properties]);
  if (format.status !== 0) throw new Error(`Kafka could not format its folder: ${format.stderr.toString()}`);
  const broker = spawn("java", [...java, "kafka.Kafka", properties], { stdio: "ignore" });
  const ended = new Promise<void>((resolve) => void broker.once("close", () => resolve()));
  return {
    address: `127.0.0.1:${port}`,
    async close() {
      broker.kill("SIGKILL");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function findPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => void server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
