/** A worker thread that turns chunks of logs into rows. */
import { parentPort } from "node:worker_threads";
import { serveChunks } from "../../engine/acquire/index.js";
import { createIngestReader } from "./ingest-reader.js";

if (parentPort === null) throw new Error("this module runs in a worker thread only");
serveChunks(parentPort, createIngestReader());
