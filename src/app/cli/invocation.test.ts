import { describe, expect, it } from "vitest";
import { fillInvocation, nameInvocation } from "./invocation.js";

describe("nameInvocation", () => {
  it.each([
    ["npm run", { script: "/r/dist/app/cli/main.js", environment: { npm_lifecycle_event: "demo" } }, "npx stillwatch"],
    ["npx", { script: "/r/node_modules/.bin/stillwatch", environment: { npm_command: "exec" } }, "npx stillwatch"],
    ["the path", { script: "/usr/local/bin/stillwatch", environment: {} }, "stillwatch"],
    ["the repository", { script: "/r/dist/app/cli/main.js", environment: {} }, "node dist/app/cli/main.js"],
    ["elsewhere", { script: "/other/dist/app/cli/main.js", environment: {} }, "node /other/dist/app/cli/main.js"],
  ])("from %s", (_from, facts, words) => {
    expect(nameInvocation({ folder: "/r", ...facts })).toBe(words);
  });
});

describe("fillInvocation", () => {
  it.each([
    ["  stillwatch analyze logs/ \\", "  npx stillwatch analyze logs/ \\"],
    ["run `stillwatch explain campaign c`", "run `npx stillwatch explain campaign c`"],
    ["Start with `stillwatch demo`, then", "Start with `npx stillwatch demo`, then"],
    ["stillwatch help", "npx stillwatch help"],
    ["what stillwatch looks for", "what stillwatch looks for"],
    ["npx stillwatch detections test", "npx stillwatch detections test"],
    ["http://127.0.0.1:8123/stillwatch demo", "http://127.0.0.1:8123/stillwatch demo"],
  ])("%j becomes %j", (text, filled) => {
    expect(fillInvocation(text, "npx stillwatch")).toBe(filled);
  });
});
