import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COMPLETE, findJsonFault, INCOMPLETE } from "./json-fault.js";

describe("the fault in a text that should be JSON", () => {
  it.each([
    ['{"a":1}', COMPLETE],
    ["[]", COMPLETE],
    ["{}", COMPLETE],
    [' {"a":[1,2,{"b":null}],"c":"\\u00e9"} ', COMPLETE],
    ["-0.5e+3", COMPLETE],
    ["", INCOMPLETE],
    ['{"a":1', INCOMPLETE],
    ['{"a":"x', INCOMPLETE],
    ['{"a":tr', INCOMPLETE],
    ['{"a":-', INCOMPLETE],
    ['{"a":"\\u00', INCOMPLETE],
    ["hello", 0],
    ['{"a":1}}', 7],
    ['{"a":1,}', 7],
    ["[1,]", 3],
    ["[1 2]", 3],
    ["{a:1}", 1],
    ["{'a':1}", 1],
    ['{"a" 1}', 5],
    ['{"a":NaN}', 5],
    ['{"a":01}', 6],
    ['{"a":1]', 6],
    ['{"a":"\t"}', 6],
    ['{"a":"\\x"}', 7],
    ['{"a":1}{"b":2}', 7],
    ['{"a":trus}', 8],
  ])("%j → %d", (text, fault) => {
    expect(findJsonFault(text)).toBe(fault);
  });

  it("agrees with JSON.parse on every text, mutated or not", () => {
    const text = fc
      .oneof(fc.json(), fc.string())
      .chain((json) =>
        fc
          .tuple(
            fc.nat(json.length),
            fc.nat(2),
            fc.constantFrom("", "{", "}", "[", "]", '"', ",", ":", "\\", "1", "e", ".", " ", "\n", "x"),
          )
          .map(([at, cut, insert]) => json.slice(0, at) + insert + json.slice(at + cut)),
      );
    fc.assert(
      fc.property(text, (json) => {
        let parses = true;
        try {
          JSON.parse(json);
        } catch {
          parses = false;
        }
        expect(findJsonFault(json) === COMPLETE).toBe(parses);
      }),
      { numRuns: 3000 },
    );
  });

  it("calls every beginning of a JSON text incomplete or complete, never faulty", () => {
    fc.assert(
      fc.property(fc.json(), fc.double({ min: 0, max: 1, noNaN: true }), (json, share) => {
        expect([COMPLETE, INCOMPLETE]).toContain(findJsonFault(json.slice(0, Math.floor(json.length * share))));
      }),
      { numRuns: 2000 },
    );
  });
});
