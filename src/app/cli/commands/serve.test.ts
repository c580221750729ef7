import { EventEmitter } from "node:events";
import { expect, it } from "vitest";
import { watchTerminal } from "../terminal.js";
import { listenForReloads } from "./serve.js";

const staying = { isHangUp: () => false, hangUp: () => {} };

it("reads the policy again at each SIGHUP, and once for all that came during the start", () => {
  const signals = new EventEmitter();
  let reloads = 0;
  const listening = listenForReloads(signals, staying);
  signals.emit("SIGHUP");
  signals.emit("SIGHUP");
  listening.follow(async () => void reloads++);
  expect(reloads).toBe(1);
  signals.emit("SIGHUP");
  expect(reloads).toBe(2);
});

it("reads nothing again that nobody asked for", () => {
  let reloads = 0;
  listenForReloads(new EventEmitter(), staying).follow(async () => void reloads++);
  expect(reloads).toBe(0);
});

it("stops at the SIGHUP of a terminal that is closed, and reads nothing again", () => {
  const signals = new EventEmitter();
  const done: string[] = [];
  let open = true;
  const isHangUp = watchTerminal((stream) => stream === 2 && open);
  listenForReloads(signals, { isHangUp, hangUp: () => done.push("stop") }).follow(async () => void done.push("reload"));
  signals.emit("SIGHUP");
  open = false;
  signals.emit("SIGHUP");
  expect(done).toEqual(["reload", "stop"]);
  expect(watchTerminal(() => false)()).toBe(false);
});
