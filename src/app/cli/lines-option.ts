/** Lists that are one JSON object a line for programs, and a table for who looks at them. */
import { Option } from "commander";

/** How a list is printed. */
export type LinesOutput = "human" | "ndjson";

/** `-o`; without it a terminal shows a table, and a pipe or file gets lines. */
export function linesOption(): Option {
  return new Option("-o, --output <kind>", "what to print (default: human in a terminal, else ndjson)").choices(["human", "ndjson"]);
}

/** True where a table is wanted. */
export function isForPeople(output: LinesOutput | undefined): boolean {
  return output === undefined ? process.stdout.isTTY : output === "human";
}
