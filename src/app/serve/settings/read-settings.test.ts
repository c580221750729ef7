import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { formatProblem } from "../../../vocabulary/errors.js";
import { loadSections, loadSettings, requireSettings } from "./load-settings.js";
import { readSettings } from "./read-settings.js";
import { settingsSchema } from "./sections.js";

const folder = mkdtempSync(join(tmpdir(), "stillwatch-settings-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(text: string, environment: Record<string, string> = {}): ReturnType<typeof readSettings<typeof settingsSchema>> {
  return readSettings(text, { file: "stillwatch.yaml", schema: settingsSchema, environment, help: "read the page." });
}

async function load(text: string, environment: Record<string, string> = {}): ReturnType<typeof loadSettings> {
  const file = join(folder, "stillwatch.yaml");
  writeFileSync(file, text);
  return loadSettings({ file, environment });
}

describe("what is wrong is told with its place", () => {
  it.each<[claim: string, text: string, code: string, place: string, words: RegExp]>([
    ["a slip in a name", "listen:\n  hots: x\n", "SW1803", "2:3", /did you mean "host"\?/],
    ["a name in the wrong section", "snapshot_age_max: 1s\n", "SW1803", "1:1", /did you mean "verdicts.snapshot_age_max"\?/],
    ["a name that is near nothing", "xyzzy_plugh_quux: 1\n", "SW1803", "1:1", /unknown setting/],
    ["a section that is a text", "listen: 8484\n", "SW1804", "1:9", /listen: expected object/],
    ["a port that is a text", 'listen:\n  port: "8484"\n', "SW1804", "2:9", /expected number/],
    ["a port beyond the last", "listen: { port: 70000 }\n", "SW1804", "1:17", /65535/],
    ["a length of time without a unit", "analysis:\n  interval: 300\n", "SW1804", "2:13", /such as "90s"/],
    ["a window that there is not", "analysis:\n  windows: [1h, 2h]\n", "SW1804", "2:17", /"30d"/],
    ["a missing setting, at its section", "sources:\n  kafka:\n    - topic: t\n", "SW1804", "3:7", /missing: sources.kafka\[0\].brokers/],
    ["an integration without its answer", "verdicts:\n  integrations:\n    litellm: {}\n", "SW1804", "3:5", /missing: verdicts/],
    [
      "an integration with an odd name",
      "verdicts:\n  integrations:\n    Lite LLM: { on_unavailable: allow }\n",
      "SW1804",
      "3:5",
      /small letters/,
    ],
    ["a variable that is not set", "policy: ${POLICY}\n", "SW1805", "1:9", /no POLICY/],
    ["a secret in the file", "alerts:\n  slack:\n    - url: https://hooks.example\n", "SW1806", "3:12", /secret stands in the file/],
    [
      "a secret that is guessed",
      "alerts:\n  webhooks:\n    - { url: https://x.example, secret: '${S}' }\n",
      "SW1804",
      "3:41",
      /at least 16 characters/,
    ],
    ["no YAML", "listen: [1\npolicy: x\n", "SW1802", "2:1", /not readable as YAML/],
    ["a name twice", "policy: a\npolicy: b\n", "SW1802", "2:1", /unique/],
    ["an alias", "policy: &a x\nauth: *a\n", "SW1802", "2:1", /aliases/],
  ])("%s", (_claim, text, code, place, words) => {
    const { value, problems } = read(text, { S: "hunter2" });
    expect(value).toBeNull();
    expect(problems.map((problem) => problem.code)).toEqual([code]);
    expect(`${problems[0].place?.line}:${problems[0].place?.column}`).toBe(place);
    expect(formatProblem(problems[0])).toMatch(words);
  });

  it("the whole message, as a person sees it", () => {
    expect(formatProblem(read("auth: keys\nlisten:\n  prot: 1 # ours\n").problems[0])).toMatchInlineSnapshot(`
      "SW1803 unknown setting in listen
        stillwatch.yaml:3:3
        3 |   prot: * # ours
          |   ^^^^ did you mean "port"?
        why: a slip in a name must never leave a setting on its default.
        fix: read the page."
    `);
  });

  it("every problem at once, in the order of the file", () => {
    const { problems } = read("xx: 1\nlisten:\n  port: x\n  hots: y\nalerts:\n  slack:\n    - url: ${NONE}\n");
    expect(problems.map(({ code, place }) => [code, place?.line])).toEqual([
      ["SW1803", 1],
      ["SW1804", 3],
      ["SW1803", 4],
      ["SW1805", 7],
    ]);
  });
});

describe("no secret reaches a message", () => {
  it.each([
    "alerts:\n  webhooks:\n    - { url: 7, secret: hunter2 }\n",
    "alerts:\n  webhooks:\n    - { url: https://x.example, secrte: hunter2 }\n",
    "alerts:\n  slack:\n    - url: hunter2\n",
    "alerts:\n  slack:\n    - url: hunter2: x\n",
    'sources:\n  kafka:\n    - password: "hunter2\n',
    "password: [hunter2\n",
    "alerts:\n  slack:\n    - url:\n        hunter2\n",
  ])("%j", (text) => {
    const { value, problems } = read(text);
    expect(value).toBeNull();
    expect(problems.map(formatProblem).join("\n")).not.toContain("hunter2");
  });

  it("nor does the value of a variable", () => {
    const { problems } = read("listen:\n  port: ${PORT}\nalerts:\n  link: ${PORT}\n", { PORT: "hunter2" });
    expect(problems).toHaveLength(2);
    expect(problems.map(formatProblem).join("\n")).not.toContain("hunter2");
  });
});

describe("what is right is read", () => {
  it("nothing at all: the defaults", () => {
    expect(read("").value).toMatchObject({ auth: "keys", listen: { host: "127.0.0.1" }, verdicts: { snapshot_age_max: 60_000 } });
  });

  it("sections without content are absent", () => {
    expect(read("listen:\npolicy:\nalerts:\n  slack:\n").value).toEqual(read("").value);
  });

  it("variables: texts, numbers, switches and parts of texts", () => {
    const text = "listen: { port: ${PORT}, behind_proxy: '${PROXY}' }\ndata: { folder: '${HOME_}/x' }\n".replace("${PORT}", "'${PORT}'");
    expect(read(text, { PORT: "9", PROXY: "true", HOME_: "/h" }).value).toMatchObject({
      listen: { port: 9, behind_proxy: true },
      data: { folder: "/h/x" },
    });
  });

  it("any text is answered with a value or with problems, never with an exception", () => {
    const words = fc.constantFrom(
      "listen",
      "port",
      ":",
      " ",
      "\n",
      "  ",
      "- ",
      "{",
      "}",
      "[",
      "]",
      "'",
      '"',
      "&a",
      "*a",
      "1",
      "__proto__",
      "#",
      "?",
      "|",
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 30 }), (parts) => {
        const { value, problems } = read(parts.join(""));
        expect(value === null).toBe(problems.length > 0);
        for (const problem of problems) expect(formatProblem(problem)).toContain(problem.code);
      }),
      { numRuns: 300 },
    );
  });
});

describe("settings that are wrong together", () => {
  const tls = "tls: { certificate: stillwatch.yaml, key: stillwatch.yaml }";
  it.each<[claim: string, text: string, codes: string[]]>([
    ["loopback without keys is for one's own machine", "auth: none\n", []],
    ["every address of 127/8, and IPv6", "auth: none\nlisten: { host: 127.1.2.3 }\n", []],
    ["IPv6", "auth: none\nlisten: { host: '::1' }\n", []],
    ["all addresses without keys", "auth: none\nlisten: { host: 0.0.0.0 }\n", ["SW1807"]],
    ["without keys even behind TLS", `auth: none\nlisten: { host: 0.0.0.0, ${tls} }\n`, ["SW1807"]],
    ["a name that may resolve to anything", "listen: { host: 127.0.0.1.example.org }\n", ["SW1808"]],
    ["keys in clear", "listen: { host: '::' }\n", ["SW1808"]],
    ["keys over TLS", `listen: { host: 0.0.0.0, ${tls} }\n`, []],
    ["behind a proxy", "listen: { host: 0.0.0.0, behind_proxy: true }\n", []],
    ["a certificate that is not there", "listen: { tls: { certificate: no.pem, key: stillwatch.yaml } }\n", ["SW1809"]],
    ["a policy that is not there", "policy: no.yaml\n", ["SW1809"]],
    ["events kept for less than a window looks back", "data: { events_kept: 30d }\n", ["SW1804"]],
    ["for as long as it and what comes late", "data: { events_kept: 31d }\n", []],
    ["for ever, where nothing is said", "auth: none\n", []],
    ["for as long as the only window", "data: { events_kept: 2h }\nanalysis: { windows: [1h] }\n", []],
  ])("%s", async (_claim, text, codes) => {
    const { settings, problems } = await load(text);
    expect(problems.map(({ code }) => code)).toEqual(codes);
    expect(settings === null).toBe(codes.length > 0);
  });

  it.each<[claim: string, text: string, codes: string[]]>([
    [
      "a secret in the file, and a file that is not there",
      "analysis: { accounts: no.ndjson }\nalerts: { slack: [{ url: hunter2 }] }\n",
      ["SW1809", "SW1806"],
    ],
    ["a slip in a name, and keys in clear", "xx: 1\nlisten: { host: '::' }\n", ["SW1803", "SW1808"]],
    ["a variable without a value, and a policy that is not there", "policy: no.yaml\nlisten: { host: '${GONE}' }\n", ["SW1809", "SW1805"]],
    ["a value that cannot be read leaves the rest judged", "listen: { port: x }\npolicy: no.yaml\n", ["SW1804", "SW1809"]],
    ["and what rests on it unjudged", "listen: { host: '::', tls: 7 }\n", ["SW1804"]],
  ])("all at once: %s", async (_claim, text, codes) => {
    expect((await load(text)).problems.map(({ code }) => code)).toEqual(codes);
  });

  it("paths are relative to the file", async () => {
    expect((await load("data: { folder: here }\npolicy: stillwatch.yaml\n")).settings).toMatchObject({
      data: { folder: join(folder, "here") },
      policy: join(folder, "stillwatch.yaml"),
    });
  });

  it("a file that is named must be there", async () => {
    await expect(loadSettings({ file: join(folder, "none.yaml"), environment: {} })).rejects.toThrow(/SW1801/);
  });

  it("an error tells the first problem and how many more there are", async () => {
    const loaded = await load("xx: 1\nyy: 2\nzz: 3\n");
    expect(() => requireSettings(loaded)).toThrow(/SW1803/);
    expect(() => requireSettings(loaded)).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ fix: expect.stringContaining("2 more") }) }),
    );
  });
});

describe("who asks serve, or opens its folder", () => {
  const part = async (text: string, environment = {}): Promise<unknown> => {
    const file = join(folder, "stillwatch.yaml");
    writeFileSync(file, text);
    return (await loadSections(["listen"], { file, environment })).listen;
  };
  it.each<[claim: string, text: string, port: number]>([
    ["needs no secret of it", "listen: { port: 9 }\nalerts: { webhooks: [{ url: https://x.example, secret: '${SECRET}' }] }\n", 9],
    ["nor where it listens by default", "alerts: { slack: [{ url: '${SECRET}' }] }\n", 8484],
    ["nor its files", "analysis: { accounts: gone.ndjson }\nlisten: { port: 9, tls: { certificate: gone, key: gone } }\n", 9],
    ["nor a section that is right", "sources: 7\nxyzzy: 1\nlisten: { port: 9 }\n", 9],
    ["but what it does ask for", "listen: { port: '${PORT}' }\nalerts: { link: '${LINK}' }\n", 7],
  ])("%s", async (_claim, text, port) => expect(await part(text, { PORT: "7" })).toMatchObject({ port }));

  it.each([
    ["listen: { port: '${PORT}' }\n", "SW1805"],
    ["listen: { prot: 1 }\n", "SW1803"],
    ["listen: [\n", "SW1802"],
  ])("is told what is wrong with what it asks for: %j", async (text, code) => {
    await expect(part(text)).rejects.toMatchObject({ problem: { code } });
  });
});
