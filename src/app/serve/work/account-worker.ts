/** A worker thread that reads and packs the file of accounts, and ends. */
import { parentPort, workerData } from "node:worker_threads";
import { StillwatchError } from "../../../vocabulary/errors.js";
import { nameFault } from "../../fault-place.js";
import { type AccountAnswer, type AccountQuestion, readAccounts } from "./account-thread.js";
import { giveWay } from "./give-way.js";

const port = parentPort;
if (port === null) throw new Error("this module runs in a worker thread only");
giveWay();

const answer = (told: AccountAnswer, owned: readonly ArrayBufferLike[] = []): void =>
  port.postMessage(
    told,
    owned.filter((buffer): buffer is ArrayBuffer => buffer instanceof ArrayBuffer),
  );
try {
  const packed = await readAccounts((workerData as AccountQuestion).file);
  const { table, levels, organizations, names, nameEnds } = packed;
  const pieces = [table.highs, table.lows, table.rows, levels, organizations, names, nameEnds];
  answer(
    { packed },
    pieces.map(({ buffer }) => buffer),
  );
} catch (error) {
  answer(error instanceof StillwatchError ? { refusal: error.problem } : { failure: nameFault(error) });
}
