/** The interface as a page of the documentation, from its description. */
import { type Interface, type Operation, TAGS } from "./describe-interface.js";

const HEAD = `# The interface of \`stillwatch serve\`

Written from the description that a running serve gives at \`/openapi.json\` (OpenAPI 3.1, with schemas and examples) by \`node scripts/write-http.mjs\`.

Keys go as \`Authorization: Bearer …\`; where a gateway passes its customer's own on, as \`x-stillwatch-key\`. Lists answer \`{data, next_cursor}\`. Writes of
people take an \`Idempotency-Key\`: sent again they are carried out once. A field or a query that is not known is refused, where the body is not another
product's. Errors are \`application/problem+json\` with a [code](errors.md), the reason and the fix; none of them holds text of the request. 429 and 503 say in
\`Retry-After\` when to come again.
`;

/** Written to docs/http.md. */
export function writeInterfacePage({ paths = {} }: Interface): string {
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  const sections = TAGS.map(({ name, description }) => {
    const rows = groupMethods(all.filter(({ operation: { tags = [] } }) => tags[0] === name)).map(writeRow);
    return `## ${name[0].toUpperCase()}${name.slice(1)}\n\n${description}\n\n| call | key | what | answers | problems of its own |\n| --- | --- | --- | --- | --- |\n${rows.join("\n")}\n`;
  });
  return `${HEAD}\n${sections.join("\n")}`;
}

interface Call {
  method: string;
  path: string;
  operation: Operation;
}

/** Methods that do the same on one path stand in one row. */
function groupMethods(calls: readonly Call[]): Call[] {
  const rows: Call[] = [];
  for (const call of calls) {
    const same = rows.find(({ path, operation: { summary } }) => path === call.path && summary === call.operation.summary);
    if (same === undefined) rows.push({ ...call });
    else same.method = `${same.method}, ${call.method}`;
  }
  return rows;
}

/** Codes that any call may answer with; told on the page of errors. */
const COMMON = new Set(["SW1901", "SW1902", "SW1903", "SW1904", "SW1905", "SW1906", "SW1907", "SW1908"]);

function writeRow({ method, path, operation }: Call): string {
  const { summary = "", description = "", responses } = operation;
  const scope = /scope `([^`]+)`/.exec(description)?.[1];
  const answers = Object.keys(responses).filter((status) => status.startsWith("2"));
  const codes = Object.values(responses).flatMap((answer) =>
    (answer.description.match(/SW\d{4}/g) ?? []).filter((code) => !COMMON.has(code)),
  );
  const cells = [
    `\`${method} ${path}\``,
    scope === undefined ? "none" : `\`${scope}\``,
    summary,
    answers.join(", "),
    [...new Set(codes)].sort().join(", "),
  ];
  return `| ${cells.join(" | ")} |`;
}
