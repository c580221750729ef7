/** Options that are lengths of time: written and shown as a person writes them, milliseconds once read. */
import { InvalidArgumentError, Option } from "commander";
import { duration } from "../serve/settings/values.js";

/** An option such as `--since <time>`; `otherwise` is its default as a person would write it, such as `7d`. */
export function durationOption(flags: string, { about, otherwise }: { about: string; otherwise: string }): Option {
  const readTime = (text: string): number => {
    const read = duration.safeParse(text);
    if (!read.success || read.data === 0) throw new InvalidArgumentError(`write a whole number with a unit, such as ${otherwise}`);
    return read.data;
  };
  return new Option(flags, about).argParser(readTime).default(readTime(otherwise), otherwise);
}
