/** The thread that takes part in tracking, see `tracking-helper.ts`. */
import { parentPort } from "node:worker_threads";
import { detections } from "../../detections/index.js";
import { joinKin } from "../../engine/behaviour/kinship.js";
import { examineNiches, openExamination } from "../../engine/campaigns/examine.js";
import type { TestContext } from "../../engine/campaigns/test-candidate.js";
import type { HelperAnswer, HelperTask } from "./tracking-helper.js";

if (parentPort === null) throw new Error("this module runs in a worker thread only");
const port = parentPort;
let context: TestContext | undefined;
const answer = (given: HelperAnswer): void => port.postMessage(given);
port.on("message", (task: HelperTask) => {
  if ("joinKin" in task) answer({ kinship: joinKin(task.joinKin) });
  else if ("prepare" in task) context = openExamination(task.prepare, detections, task.options);
  else if (context === undefined) throw new Error("no population was handed over");
  else answer({ examined: examineNiches(context, task) });
});
