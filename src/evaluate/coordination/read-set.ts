/** Reads the coordination sets: compressed CSV files in the folder `coordination` of a data folder. They are read where they are and never copied. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** Rows of a set by column name; null where the folder does not hold it. The files hold no quoted field. */
export function readSet(dataFolder: string, name: string): { rows: number; column: (name: string) => string[] } | null {
  const path = join(dataFolder, "coordination", `${name}.csv.gz`);
  if (!existsSync(path)) return null;
  const [header, ...lines] = gunzipSync(readFileSync(path)).toString("utf8").trimEnd().split("\n");
  const names = header.trimEnd().split(",");
  const cells = lines.map((line) => line.trimEnd().split(","));
  return {
    rows: cells.length,
    column(wanted) {
      const index = names.indexOf(wanted);
      if (index < 0) throw new RangeError(`${path} has no column ${wanted}`);
      return cells.map((row) => row[index]);
    },
  };
}
