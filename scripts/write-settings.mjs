// Writes docs/settings.md, docs/stillwatch.example.yaml, docs/stillwatch.schema.json and docs/policy.schema.json from the schema of the settings. Needs a built tree.
import { writeFileSync } from "node:fs";
import { writeExample, writeJsonSchema, writePolicySchema, writeReference } from "../dist/app/serve/settings/pages.js";

const docs = new URL("../docs/", import.meta.url);
writeFileSync(new URL("settings.md", docs), writeReference());
writeFileSync(new URL("stillwatch.example.yaml", docs), writeExample());
writeFileSync(new URL("stillwatch.schema.json", docs), writeJsonSchema());
writeFileSync(new URL("policy.schema.json", docs), writePolicySchema());
