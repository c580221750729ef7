import { EventEmitter } from "node:events";
import { expect, it } from "vitest";
import { listenForReloads } from "./serve.js";

it("reads the policy again at each SIGHUP, and once for all that came during the start", () => {
  const signals = new EventEmitter();
  let reloads = 0;
  const listening = listenForReloads(signals);
  signals.emit("SIGHUP");
  signals.emit("SIGHUP");
  listening.follow(async () => void reloads++);
  expect(reloads).toBe(1);
  signals.emit("SIGHUP");
  expect(reloads).toBe(2);
});

it("reads nothing again that nobody asked for", () => {
  let reloads = 0;
  listenForReloads(new EventEmitter()).follow(async () => void reloads++);
  expect(reloads).toBe(0);
});
