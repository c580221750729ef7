import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createFeatureExtractor, techniquesOf } from "../../engine/behaviour/features.js";
import { describeRequestDetection } from "../../app/testing/request-detection.js";
import detection from "./detection.js";

describeRequestDetection(detection);

/** Lines of `paraphrases/<file>` under headings such as `# de fake_debugging`; homework has the language alone. */
function readParaphrases(file: string): { language: string; text: string }[] {
  let language = "";
  return readFileSync(join(import.meta.dirname, "paraphrases", file), "utf8")
    .split("\n")
    .flatMap((line) => {
      if (line.startsWith("# ")) language = line.slice(2).split(" ")[0];
      return line === "" || line.startsWith("# ") ? [] : [{ language, text: line }];
    });
}

async function findMissed(file: string): Promise<{ found: number; silent: string[]; heard: string[]; languages: number }> {
  const extract = await createFeatureExtractor([detection]);
  const lines = readParaphrases(file);
  const isFound = ({ text }: { text: string }): boolean => {
    const event = { requestId: "r", atMs: 0, accountId: "a", targetModel: "m", status: 200, inputTokens: 1, outputTokens: 1 };
    return techniquesOf(extract({ ...event, messages: [{ role: "user", content: text }] })?.techniques ?? 0).length > 0;
  };
  const heard = lines.filter(isFound);
  return {
    found: heard.length / lines.length,
    heard: heard.map(({ text }) => text),
    silent: lines.filter((line) => !heard.includes(line)).map(({ text }) => text),
    languages: new Set(lines.map(({ language }) => language)).size,
  };
}

describe("reasoning-elicitation in other words", () => {
  // What each list scored when it was first seen stands on the detection's page; since then the rules have seen all of them.
  it.each([
    ["tuning.txt", 0.98],
    ["held-out-1.txt", 0.98],
    ["held-out-2.txt", 0.9],
    ["held-out-3.txt", 0.95],
  ])("finds the wordings of %s", async (file, share) => {
    const { found, silent, languages } = await findMissed(file);
    expect(found, silent.join("\n")).toBeGreaterThanOrEqual(share);
    expect(languages).toBeGreaterThanOrEqual(9);
  });

  it.each(["homework.txt", "homework-held-out.txt"])("stays silent on %s, whatever the language", async (file) => {
    const { heard } = await findMissed(file);
    expect(heard).toEqual([]);
  });
});
