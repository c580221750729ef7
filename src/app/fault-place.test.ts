import { describe, expect, it } from "vitest";
import { nameFault } from "./fault-place.js";

describe("the place of a fault", () => {
  it("names the kind, the function and the line, and never the message", () => {
    function readPrompt(): never {
      throw new TypeError("cannot read 'my secret prompt'\n    at home");
    }
    const told = tryIt(readPrompt);
    expect(told).toMatch(/^TypeError in readPrompt \(fault-place\.test\.ts:\d+\)$/);
  });

  it.each([
    ["a string", "my secret prompt", "something that is no error was thrown"],
    ["an error without a stack", Object.assign(new RangeError("my secret prompt"), { stack: undefined }), "RangeError"],
    ["an error from Node", tryCatch(() => void new URL("my secret prompt")), /^TypeError (in|at) [^]*fault-place\.test\.ts:\d+\)?$/],
  ])("says what it can of %s", (_, error, wanted) => {
    expect(nameFault(error)).toMatch(wanted);
    expect(nameFault(error)).not.toContain("secret");
  });
});

function tryIt(work: () => never): string {
  return nameFault(tryCatch(work));
}

function tryCatch(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}
