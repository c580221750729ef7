/** The thread in which PGlite works: a statement keeps its thread for milliseconds, and verdicts must not wait for it. */
import { parentPort, workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import type { ThreadAnswer, ThreadRequest } from "./embedded-thread.js";

const port = parentPort;
if (port === null) throw new Error("embedded-worker is a thread, not a program");
const { folder } = workerData as { folder: string };
const engine = await PGlite.create({ dataDir: folder, relaxedDurability: false });

port.on("message", (request: ThreadRequest) => void carryOut(request).then((answer) => port.postMessage(answer)));
port.postMessage({ id: 0 } satisfies ThreadAnswer);

async function carryOut({ id, statement, parameters }: ThreadRequest): Promise<ThreadAnswer> {
  try {
    if (statement === null) {
      await engine.close();
      return { id };
    }
    const { rows, affectedRows, command } = await engine.query(statement, [...parameters]);
    return { id, result: { rows, affectedRows, command } };
  } catch (error) {
    const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
    return { id, error: { message: error instanceof Error ? error.message : String(error), code } };
  }
}
