/** The file of regions that an operator does not serve: ISO 3166 codes of two letters, one a line; what stands behind `#` is a comment. */
import { readFile, stat } from "node:fs/promises";
import { StillwatchError } from "../../vocabulary/errors.js";
import { missingInput } from "./problems.js";

/** There are 250 codes; with a comment beside each a file has a tenth of this. */
const REGION_BYTES_MAX = 256 * 1024;
const CODE = /^[a-z]{2}$/i;
/** Codes that name a group of countries or nothing, which the list of names knows all the same. */
const NO_COUNTRIES = new Set(["EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"]);

/**
 * Reads the codes, upper-case, ascending, without repeats.
 *
 * @throws StillwatchError SW1101 when there is no such file; SW1312 (exit 2) at the first line that is no code, and when there is none at all: a
 *   sum over another list than the one that was meant would be told as a fact.
 */
export async function readRegions(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw missingInput(path);
  if (!found.isFile() || found.size > REGION_BYTES_MAX)
    throw refuseRegion({ file: path, what: found.isFile() ? "the file is far longer than a list of countries" : "it is no file" });
  const regions = new Set<string>();
  const lines = (await readFile(path, "utf8")).replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  for (const [index, line] of lines.entries()) {
    const code = line.split("#", 1)[0].trim();
    if (code === "") continue;
    const what = judgeCode(code);
    if (what !== null) throw refuseRegion({ file: path, line: index + 1, ...what });
    regions.add(code.toUpperCase());
  }
  if (regions.size === 0) throw refuseRegion({ file: path, what: "the file lists no region" });
  return [...regions].sort();
}

/** What is wrong with a code; null: nothing. */
function judgeCode(code: string): { what: string; fix?: string } | null {
  if (!CODE.test(code)) return { what: "a line is no code of two letters" };
  const region = code.toUpperCase();
  // An old code or a nickname (UK) has another that stands for it; logs carry that one, so the line would match nothing.
  const current = Intl.getCanonicalLocales(`und-${region}`)[0].split("-").at(-1) ?? region;
  if (current !== region) return { what: `${region} is no current code`, fix: `write ${current}.` };
  const isKnown = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" }).of(region) !== undefined;
  return isKnown && !NO_COUNTRIES.has(region) ? null : { what: `${region} is the code of no country` };
}

function refuseRegion({ file, line, what, fix }: { file: string; line?: number; what: string; fix?: string }): StillwatchError {
  return new StillwatchError({
    code: "SW1312",
    what: `a list of regions cannot be used: ${what}`,
    place: { file, ...(line === undefined ? {} : { line }) },
    why: "a sum over another list than the one that was meant would be told as a fact.",
    fix: fix ?? "write one ISO 3166 code of two letters a line, such as GB; comments begin with #.",
  });
}
