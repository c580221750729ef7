/** Where a fault of our own happened. The message of an error may quote a request, a query or a path, so it stays inside. */

const FRAME = /^\s+at (?:async )?(?:(?<name>[\w.<>[\] ]+) \()?(?:file:\/\/)?(?<file>[^()]+?):(?<line>\d+):\d+\)?$/;

/** The kind of the error and where it was thrown, such as `TypeError in findFleets (fleets.js:120)`. */
export function nameFault(error: unknown): string {
  if (!(error instanceof Error)) return "something that is no error was thrown";
  for (const line of (error.stack ?? "").split("\n")) {
    const groups = FRAME.exec(line)?.groups;
    if (groups === undefined || groups["file"].startsWith("node:")) continue;
    const place = `${groups["file"].split(/[\\/]/).at(-1)}:${groups["line"]}`;
    return groups["name"] === undefined ? `${error.name} at ${place}` : `${error.name} in ${groups["name"]} (${place})`;
  }
  return error.name;
}
