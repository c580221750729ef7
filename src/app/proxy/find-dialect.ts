/** Which requests are understood: by method and path, however the path is spelt. */
import { messagesDialect } from "./anthropic-messages.js";
import type { Api, Dialect } from "./dialect.js";
import { chatDialect, completionsDialect } from "./openai-chat.js";
import { responsesDialect } from "./openai-responses.js";

/** What the proxy does with a request. */
export interface Route {
  dialect: Dialect;
  /** `ask`: a model is asked. `fetch`: an answer that was given before is fetched again; it is shaped and no request of its own. */
  kind: "ask" | "fetch";
}

/** Paths end so whatever stands before: versions, deployments, a gateway's own prefix. */
const ROUTES: readonly { method: string; path: RegExp; route: Route }[] = [
  { method: "POST", path: /\/chat\/completions$/, route: { dialect: chatDialect, kind: "ask" } },
  { method: "POST", path: /(^|\/)responses$/, route: { dialect: responsesDialect, kind: "ask" } },
  // Threads have messages too, which are not asked.
  { method: "POST", path: /(^|\/v\d+[a-z0-9]*)\/messages$/, route: { dialect: messagesDialect, kind: "ask" } },
  { method: "POST", path: /(?<!\/chat)\/completions$/, route: { dialect: completionsDialect, kind: "ask" } },
  { method: "GET", path: /\/chat\/completions\/[^/]+$/, route: { dialect: chatDialect, kind: "fetch" } },
  // With the items of a response and of a conversation; a response that is ended early answers what it had.
  { method: "GET", path: /(^|\/)(responses|conversations)\/.+$/, route: { dialect: responsesDialect, kind: "fetch" } },
  { method: "POST", path: /(^|\/)responses\/[^/]+\/cancel$/, route: { dialect: responsesDialect, kind: "fetch" } },
];

/** Null for what passes untouched. */
export function findRoute({ method, url }: { method: string; url: string }, api: Api | "auto"): Route | null {
  const path = normalisePath(url);
  const found = ROUTES.find((candidate) => candidate.method === method && candidate.path.test(path));
  return found === undefined || (api !== "auto" && found.route.dialect.api !== api) ? null : found.route;
}

/** Rounds of decoding: what is encoded more often no server takes for a path. */
const DECODE_ROUNDS = 3;

/** As a lenient server would read it: decoded, in small letters, without doubled slashes, dots and a last slash. The path itself goes on as it came. */
function normalisePath(url: string): string {
  let path = url.split(/[?#]/, 1)[0] ?? "";
  for (let round = 0; round < DECODE_ROUNDS; round += 1) path = decode(path);
  const parts: string[] = [];
  for (const part of path.replaceAll("\\", "/").toLowerCase().split("/")) {
    const name = part.split(";", 1)[0] ?? "";
    if (name === "..") parts.pop();
    else if (name !== "" && name !== ".") parts.push(name);
  }
  return `/${parts.join("/")}`;
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
