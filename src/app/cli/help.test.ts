/** What every `--help` owes a newcomer, held against all commands at once. */
import type { Command } from "commander";
import { beforeAll, describe, expect, it } from "vitest";
import { COMMAND_NAMES } from "./invocation.js";
import { createProgram, loadCommands } from "./main.js";

let commands: { path: string; command: Command }[] = [];
const list = (command: Command, path: string): { path: string; command: Command }[] => [
  { path, command },
  ...command.commands.flatMap((child) => list(child, `${path} ${child.name()}`)),
];
const find = (isWrong: (command: Command) => string[]): string[] =>
  commands.flatMap(({ path, command }) => isWrong(command).map((what) => `${path}: ${what}`));

beforeAll(async () => {
  const program = createProgram(await loadCommands([]));
  commands = program.commands.flatMap((command) => list(command, command.name()));
});

describe("help", () => {
  it("commands that are told to be typed are told as they can be typed here", () => {
    const known: ReadonlySet<string> = new Set(COMMAND_NAMES);
    expect(commands.filter(({ path }) => !path.includes(" ")).flatMap(({ path }) => (known.has(path) ? [] : [path]))).toEqual([]);
  });

  it("every command and option says what it is for; side files are listed under one sentence", () => {
    const sideFiles = new Set(["--accounts", "--releases", "--enforcement", "--allowlist"]);
    expect(find((command) => (command.summary() === "" || command.description() === "" ? ["says nothing"] : []))).toEqual([]);
    expect(
      find(({ options }) =>
        options.filter(({ description, long }) => !description && !sideFiles.has(long ?? "")).map(({ flags }) => flags),
      ),
    ).toEqual([]);
  });

  it("lengths of time are shown as a person writes them", () => {
    const isRaw = (value: unknown, told: string | undefined): boolean => typeof value === "number" && !/^\d+(ms|s|m|h|d)$/.test(told ?? "");
    expect(
      find(({ options }) =>
        options
          .filter(
            ({ flags, defaultValue, defaultValueDescription }) => flags.endsWith("<time>") && isRaw(defaultValue, defaultValueDescription),
          )
          .map(({ flags }) => flags),
      ),
    ).toEqual([]);
  });

  it("commands that ask a running serve find it alike", () => {
    const defaults = commands.flatMap(({ command: { options } }) => options.filter(({ long }) => long === "--url"));
    expect(defaults.length).toBeGreaterThan(10);
    expect(defaults.map(({ defaultValue }) => defaultValue as unknown).filter((value) => value !== undefined)).toEqual([]);
  });
});
