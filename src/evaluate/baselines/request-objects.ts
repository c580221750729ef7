/**
 * What a request acts on, for methods that compare users by the objects they touch: the scaffold it is cut from, the address it comes from, the
 * instrument it is paid with.
 */
import { createFeatureExtractor } from "../../engine/behaviour/features.js";
import type { Account } from "../../vocabulary/account.js";
import type { RequestEvent } from "../../vocabulary/request-event.js";
import type { ActionLog } from "./action-log.js";

/** Kinds of objects; each is compared apart, as the papers do. */
export const OBJECT_KINDS = ["scaffold", "address", "instrument"] as const;

/** One of {@link OBJECT_KINDS}. */
export type ObjectKind = (typeof OBJECT_KINDS)[number];

/** Objects of one request by kind; the most telling of a kind first. */
export type RequestObjects = Readonly<Record<ObjectKind, readonly string[]>>;

// The features of a text do not depend on detections, and the extractor is made without waiting for anything.
const extract = await createFeatureExtractor([]);

/**
 * Lists what a request acts on. Scaffolds are the anchors our own families are made of, so that what is compared is the method and not the
 * sketch; without text, the hash of the tool schema.
 */
export function listRequestObjects(event: RequestEvent, account: Account | undefined): RequestObjects {
  const sketch = extract(event)?.sketch;
  const anchors = [
    ...nameAnchors("system", sketch?.systemAnchors),
    ...nameAnchors("head", sketch?.headAnchors),
    ...nameAnchors("tail", sketch?.tailAnchors),
  ];
  return {
    scaffold: event.toolSchemaHash === undefined ? anchors : [...anchors, `tools ${event.toolSchemaHash}`],
    address: event.client?.ip === undefined ? [] : [event.client.ip],
    instrument: [
      ...(account?.paymentFingerprint === undefined ? [] : [`payment ${account.paymentFingerprint}`]),
      ...(account?.emailHash === undefined ? [] : [`email ${account.emailHash}`]),
      ...(account?.signupIp === undefined ? [] : [`signup ${account.signupIp}`]),
    ],
  };
}

function nameAnchors(region: string, anchors: Uint32Array | undefined): string[] {
  return Array.from(anchors ?? [], (anchor) => `${region} ${anchor}`);
}

/** Collects actions in the order they come; objects are numbered as they first appear. */
export interface ActionCollector {
  add(action: { user: number; object: string; timeMs: number }): void;
  finish(userCount: number): ActionLog;
}

/** Grows three columns; 16 bytes an action besides the names of the objects. */
export function createActionCollector(): ActionCollector {
  const numbers = new Map<string, number>();
  let users = new Int32Array(ROWS_MIN);
  let objects = new Int32Array(ROWS_MIN);
  let timesMs = new Float64Array(ROWS_MIN);
  let rows = 0;
  return {
    add({ user, object, timeMs }) {
      if (rows === users.length) {
        users = doubleInteger(users);
        objects = doubleInteger(objects);
        const grown = new Float64Array(2 * rows);
        grown.set(timesMs);
        timesMs = grown;
      }
      let number = numbers.get(object);
      if (number === undefined) numbers.set(object, (number = numbers.size));
      users[rows] = user;
      objects[rows] = number;
      timesMs[rows] = timeMs;
      rows += 1;
    },
    finish: (userCount) => ({
      userCount,
      objectCount: numbers.size,
      users: users.slice(0, rows),
      objects: objects.slice(0, rows),
      timesMs: timesMs.slice(0, rows),
    }),
  };
}

/** Rows at the start; columns double when they are full. */
const ROWS_MIN = 4096;

function doubleInteger(values: Int32Array): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(2 * values.length);
  grown.set(values);
  return grown;
}
