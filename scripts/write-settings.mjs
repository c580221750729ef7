// Writes docs/settings.md, docs/stillwatch.example.yaml, docs/stillwatch.schema.json, docs/policy.schema.json, docs/policy.example.yaml and the table of
// fields in docs/policy.md from the schemas of the settings and of the policy. Needs a built tree.
import { readFileSync, writeFileSync } from "node:fs";
import {
  fillPolicyPage,
  writeExample,
  writeJsonSchema,
  writePolicyExample,
  writePolicySchema,
  writeReference,
} from "../dist/app/serve/settings/pages.js";

const docs = new URL("../docs/", import.meta.url);
writeFileSync(new URL("settings.md", docs), writeReference());
writeFileSync(new URL("stillwatch.example.yaml", docs), writeExample());
writeFileSync(new URL("stillwatch.schema.json", docs), writeJsonSchema());
writeFileSync(new URL("policy.schema.json", docs), writePolicySchema());
writeFileSync(new URL("policy.example.yaml", docs), writePolicyExample());
const policyPage = new URL("policy.md", docs);
writeFileSync(policyPage, fillPolicyPage(readFileSync(policyPage, "utf8")));
