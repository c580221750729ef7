// Writes docs/http.md from the description of the interface. Needs a built tree.
import { writeFileSync } from "node:fs";
import { describeOffline } from "../dist/app/http/description/offline.js";
import { writeInterfacePage } from "../dist/app/http/description/page.js";

writeFileSync(new URL("../docs/http.md", import.meta.url), writeInterfacePage(await describeOffline("")));
