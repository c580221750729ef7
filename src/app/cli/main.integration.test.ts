/** Which commands the built tree loads: from sources all of them together would take most of the unit tests' time. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";

const MAIN = join(import.meta.dirname, "../../../dist/app/cli/main.js");

describe("loadCommands", () => {
  it("loads all commands unless one is named, and then that one by its name", async () => {
    const { createProgram, loadCommands } = (await import(pathToFileURL(MAIN).href)) as typeof import("./main.js");
    const nameLoaded = async (...argv: string[]): Promise<string[]> =>
      createProgram(await loadCommands(argv)).commands.map((command) => command.name());
    const all = await nameLoaded();
    expect(all).toEqual(expect.arrayContaining(["demo", "analyze", "explain", "keys"]));
    expect(await nameLoaded("--help")).toEqual(all);
    expect(await nameLoaded("constructor")).toEqual(all);
    for (const name of all) expect(await nameLoaded(name, "analyze")).toEqual([name]);
  });
});
