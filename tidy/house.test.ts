import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { formatOffences } from "./rule.js";
import { RULES } from "./rules/index.js";
import { readTree } from "./tree.js";

const tree = readTree(join(dirname(fileURLToPath(import.meta.url)), ".."));

it.each(RULES)("$name", (rule) => {
  const message = formatOffences(rule, rule.find(tree));
  if (message !== "") expect.fail(message);
});
