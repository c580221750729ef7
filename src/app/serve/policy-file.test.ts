/** Reading `policy.yaml`. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { formatProblem } from "../../vocabulary/errors.js";
import { loadPolicy, readPolicy } from "./policy-file.js";

const read = (text: string) => readPolicy(text, { file: "policy.yaml" });
const rule = (more: string) => `rules:\n  - name: stop\n    measure: block\n    owner: me\n    reason: Harvesting.\n${more}`;

it("a step-up to a level that is misspelt is refused with its place and the levels there are", () => {
  const misspelt = "rules: [{ name: prove, measure: step_up, owner: me, reason: r, parameters: { verification: idenity } }]\n";
  const [problem] = read(misspelt).problems;
  expect(formatProblem(problem)).toMatch(/identity[\s\S]*policy\.yaml:1:\d+/);
});

describe("the shipped example", () => {
  const { policy, problems } = read(readFileSync("docs/policy.example.yaml", "utf8"));
  it("is a policy", () => expect(problems).toEqual([]));
  it("has every rule in shadow", () => expect(new Set(policy?.rules.map(({ mode }) => mode))).toEqual(new Set(["shadow"])));
  it("shapes nothing", () => expect(policy?.rules.map(({ measure }) => measure)).not.toContain("shape"));
});

describe("a slip is refused where it stands", () => {
  it.each([
    ["a measure that there is not", rule("").replace("block", "ban"), "SW1804", "3:14"],
    ["a rule that says enforced instead of enforce", rule("    mode: enforced\n"), "SW1804", "6:11"],
    ["a condition with a slip", rule("    when: { confidense_min: 0.9 }\n"), "SW1803", "6:13"],
    ["a country", rule("    when: { country: XX }\n"), "SW1803", "6:13"],
    ["no owner", rule("").replace("    owner: me\n", ""), "SW1804", "2:5"],
    ["no end", rule("    expires_after: never\n"), "SW1804", "6:20"],
    ["a match that blocks", rule("    on: match\n"), "SW1804", "3:14"],
    ["two rules of one name", `${rule("")}${rule("").slice("rules:\n".length)}`, "SW1804", "6:11"],
  ])("%s", (_claim, text, code, place) => {
    const { policy, problems } = read(text);
    expect(policy).toBeNull();
    expect([problems[0].code, `${problems[0].place?.line}:${problems[0].place?.column}`]).toEqual([code, place]);
  });

  it("with the page that explains it", () => {
    const wrong = [rule("    mode: enforced\n"), rule("    when: { country: XX }\n"), rule("").replace("    owner: me\n", "")];
    for (const text of wrong) expect(formatProblem(read(text).problems[0])).toContain("docs/policy.md");
  });

  it("and says what was probably meant, and that a country is missing on purpose", () => {
    expect(formatProblem(read(rule("    when: { confidense_min: 0.9 }\n")).problems[0])).toContain('did you mean "confidence_min"?');
    expect(formatProblem(read(rule("    when: { country: XX }\n")).problems[0])).toContain("on purpose");
  });
});

describe("without a file", () => {
  it("nothing is decided", async () => expect((await loadPolicy(undefined)).rules).toEqual([]));
  it("that was named, serve does not start", async () =>
    expect(loadPolicy("/nowhere/policy.yaml")).rejects.toMatchObject({ problem: { code: "SW2003" } }));
});
