import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { StillwatchError } from "../../vocabulary/errors.js";
import { createProgram, runCommandLine } from "./main.js";

const program = () =>
  createProgram([
    (parent) => {
      parent
        .command("analyze")
        .argument("<input...>")
        .option("--data-dir <folder>")
        .action((inputs: string[]) => {
          if (inputs[0] === "missing")
            throw new StillwatchError({
              code: "SW1101",
              what: "no such file",
              place: { file: "missing", line: 3, column: 2 },
              why: "w.",
              fix: "f.",
            });
          if (inputs[0] === "interrupted") throw new StillwatchError({ code: "SW1009", what: "interrupted", why: "w.", fix: "f." }, 3);
          if (inputs[0] === "broken") throw new TypeError("oops");
        });
      parent.command("explain").command("account").argument("<id>");
    },
  ]);

let errors = "";
let output = "";
beforeEach(() => {
  errors = "";
  output = "";
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    errors += String(text);
    return true;
  });
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    output += String(text);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

describe("the command line", () => {
  it.each([
    ["a misspelt command", ["analyse"], 2, "SW1001 unknown command 'analyse'; did you mean \"analyze\"?\n"],
    ["a command like none", ["xyzzy"], 2, "SW1001 unknown command 'xyzzy'\n"],
    ["a misspelt option", ["analyze", "x", "--data-dr", "d"], 2, "SW1002 unknown option '--data-dr'; did you mean \"--data-dir\"?\n"],
    ["a missing argument", ["analyze"], 2, "SW1003 missing required argument 'input'\n"],
    ["a missing value", ["analyze", "x", "--data-dir"], 2, "SW1003 option '--data-dir <folder>' argument missing\n"],
    ["a misspelt subcommand", ["explain", "acount"], 2, "SW1001 unknown command 'acount'; did you mean \"account\"?\n"],
    ["a group without its subcommand", ["explain"], 2, "SW1004 a command is missing\n"],
    ["a problem", ["analyze", "missing"], 2, "SW1101 no such file\n  missing:3:2\n  why: w.\n  fix: f.\n"],
    ["an interruption", ["analyze", "interrupted"], 3, "SW1009 interrupted\n"],
    ["a fault of ours", ["analyze", "broken"], 1, "SW1000 unexpected failure: oops\n"],
  ])("%s: %j ends with %d", async (_claim, argv, status, says) => {
    expect(await runCommandLine(argv, program())).toBe(status);
    // A group shows its help first.
    expect(errors.slice(errors.indexOf("SW"), errors.indexOf("SW") + says.length)).toBe(says);
    expect(errors).toMatch(/\n {2}why: .+\n {2}fix: .+\n$/);
    expect(output).toBe("");
  });

  it("that runs says nothing of itself", async () => {
    expect(await runCommandLine(["analyze", "file"], program())).toBe(0);
    expect(errors + output).toBe("");
  });

  it.each([["--help"], ["help"]])("%s explains itself on standard output", async (argument) => {
    expect(await runCommandLine([argument], program())).toBe(0);
    expect(output).toContain("analyze");
    expect(errors).toBe("");
  });

  it("alone prints its help", async () => {
    expect(await runCommandLine([], program())).toBe(0);
    expect(output).toContain("Usage: stillwatch");
  });
});
