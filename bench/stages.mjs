// One thread, one stage at a time: lines to events, events to features, features to rows. Prints one line of JSON.
// Usage: node bench/stages.mjs <requests.ndjson> <requests to take>
import { openSync, readSync, statSync } from "node:fs";
import { argv } from "node:process";
import { requestDetections } from "../dist/detections/index.js";
import { createFeatureExtractor } from "../dist/engine/behaviour/features.js";
import { sourceFormats } from "../dist/integrations/index.js";
import { createRequestBlockWriter } from "../dist/store/events/request-block.js";

const [file, wanted] = argv.slice(2);
const native = sourceFormats.find((format) => format.name === "native");

/** The first lines of the file, as bytes of about 1.5 KB each. */
function takeLines(count) {
  const bytes = Buffer.alloc(Math.min(statSync(file).size, count * 1800));
  readSync(openSync(file, "r"), bytes, 0, bytes.length, 0);
  return bytes.toString("utf8", 0, bytes.lastIndexOf(10)).split("\n").slice(0, count);
}

/** Once over a part to warm the compiler up, then once over all, by processor time: other processes on the machine do not count. */
function time(items, work) {
  for (const item of items.slice(0, 5_000)) work(item);
  const start = process.cpuUsage();
  for (const item of items) work(item);
  const { user, system } = process.cpuUsage(start);
  return Math.round((items.length * 1_000_000) / (user + system));
}

const lines = takeLines(Number(wanted));
const extract = await createFeatureExtractor(requestDetections);
const writer = await createRequestBlockWriter();
const read = (line) => native.read(JSON.parse(line))[0].event;
const events = lines.map(read);
const origin = { sourceKey: [0, 0], offset: 0, line: 1 };
const rates = {
  "JSON.parse": time(lines, (line) => JSON.parse(line)),
  "JSON.parse and reading into events": time(lines, read),
  features: time(events, extract),
  rows: time(
    events.map((event) => [event, extract(event)]),
    ([event, features]) => {
      writer.add(event, features, origin);
      if (writer.rows >= 5_000) writer.finish();
    },
  ),
};
console.log(JSON.stringify(rates));
