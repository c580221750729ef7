import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runCommandLine } from "../../cli/main.js";
import { type IntakeServer, startIntakeServer } from "../../testing/intake-server.js";
import type { EngineLink } from "../../serve/services.js";

const EVENT = { at: 1_770_000_000_000, account_id: "a", target_model: "m", status: 200, input_tokens: 1, output_tokens: 2 };
const line = (id: string): string => `${JSON.stringify({ request_id: id, ...EVENT })}\n`;
const SET_ASIDE = [
  { code: "SW1201", line: 3 },
  { code: "SW1206", line: 9 },
  { code: "SW1208", line: 1 },
];

let server: IntakeServer;
let folder = "";
beforeEach(async () => {
  const listQuarantine: EngineLink["listQuarantine"] = async ({ limit, cursor }) => {
    const from = Number(cursor ?? 0);
    return { data: SET_ASIDE.slice(from, from + Math.min(limit, 2)), next_cursor: from + 2 < SET_ASIDE.length ? String(from + 2) : null };
  };
  server = await startIntakeServer({ services: { engine: { listQuarantine } as unknown as EngineLink } });
  folder = await mkdtemp(join(tmpdir(), "stillwatch-replay-"));
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const replay = async (body: string): Promise<{ status: number; body: unknown }> => {
  const answer = await fetch(`${server.url}/v1/quarantine/replay`, { method: "POST", body });
  return { status: answer.status, body: await answer.json() };
};
/** Runs a command and collects what it writes. */
const run = async (...args: readonly string[]): Promise<{ status: number; lines: unknown[]; told: string }> => {
  let out = "";
  let told = "";
  const stdout = vi.spyOn(process.stdout, "write").mockImplementation((text) => (out += String(text)) !== "");
  const stderr = vi.spyOn(process.stderr, "write").mockImplementation((text) => (told += String(text)) !== "");
  try {
    const status = await runCommandLine([...args, "--url", server.url]);
    return {
      status,
      told,
      lines: out
        .split("\n")
        .slice(0, -1)
        .map((text) => JSON.parse(text) as unknown),
    };
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
  }
};

describe("POST /v1/quarantine/replay", () => {
  it("takes in what can be read, tells what cannot and why, and keeps none of that", async () => {
    const { status, body } = await replay(`${line("r-1")}{"request_id":"secret-prompt"}\n{broken\n${line("r-2")}`);
    expect(status).toBe(202);
    expect(body).toMatchObject({ records: 2, unreadable_records: 2 });
    expect((body as { unreadable: { code: string; line: number }[] }).unreadable.map((one) => [one.code, one.line])).toEqual([
      ["SW1206", 2],
      ["SW1201", 3],
    ]);
    expect(JSON.stringify(body)).not.toContain("secret-prompt");
    expect(await server.readLines("native")).toEqual([line("r-1").trim(), line("r-2").trim()]);
  });

  it("with nothing readable answers so and takes nothing", async () => {
    expect((await replay("{broken")).body).toMatchObject({ records: 0, unreadable_records: 1 });
    expect(await server.readLines("native")).toEqual([]);
  });
});

describe("stillwatch quarantine", () => {
  it("list goes through the pages up to the limit", async () => {
    expect((await run("quarantine", "list")).lines).toEqual(SET_ASIDE);
    expect((await run("quarantine", "list", "--limit", "1")).lines).toEqual(SET_ASIDE.slice(0, 1));
  });

  it("replay sends files, compressed and pretty-printed ones too, and says file and line of what cannot be read", async () => {
    await writeFile(join(folder, "a.ndjson.gz"), gzipSync(`${line("r-1")}{broken\n`));
    await writeFile(join(folder, "b.json"), JSON.stringify([JSON.parse(line("r-2")), { request_id: "r-3" }], null, 2));
    const { status, lines, told } = await run("quarantine", "replay", folder);
    expect({ status, told }).toEqual({ status: 0, told: "2 taken in, 2 still cannot be read\n" });
    expect(lines).toMatchObject([
      { file: join(folder, "a.ndjson.gz"), line: 2, code: "SW1201" },
      { file: join(folder, "b.json"), line: 11, code: "SW1206" },
    ]);
    expect((await server.readLines("native")).map((text) => (JSON.parse(text) as { request_id: string }).request_id)).toEqual([
      "r-1",
      "r-2",
    ]);
  });

  it("replay names the format that was meant", async () => {
    const { status, told } = await run("quarantine", "replay", folder, "--format", "litelm");
    expect(status).toBe(2);
    expect(told).toContain("litellm");
  });
});
