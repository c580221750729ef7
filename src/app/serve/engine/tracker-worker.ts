/** The thread that tracks campaigns. */
import { parentPort } from "node:worker_threads";
import { detections } from "../../../detections/index.js";
import { trackWindow, type WindowInput } from "../../../engine/pipeline.js";
import { nameFault } from "../../fault-place.js";
import { BACKGROUND_NICENESS, giveWay } from "../work/give-way.js";
import type { TrackerAnswer } from "./tracker.js";

const port = parentPort;
if (port === null) throw new Error("this module runs in a worker thread only");
giveWay(BACKGROUND_NICENESS);
port.on("message", (input: WindowInput) => {
  let answer: TrackerAnswer;
  try {
    answer = { findings: trackWindow(input, detections) };
  } catch (error) {
    answer = { failure: nameFault(error) };
  }
  port.postMessage(answer);
});
