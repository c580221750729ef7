/** The kinds of values that settings are made of, each written as a person would write it. */
import { z } from "zod";

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^(\d+)(ms|s|m|h|d)$/;

const HOW_LONG = 'expected a whole number with a unit, such as "90s"; units are ms, s, m, h and d';

/** A length of time such as `90s`; milliseconds once read. */
export const duration = z
  .string({ error: HOW_LONG })
  .regex(DURATION, { error: HOW_LONG })
  .transform((text) => parseDuration(text))
  .meta({ format: "duration" });

function parseDuration(text: string): number {
  const [, amount = "0", unit = "ms"] = DURATION.exec(text) ?? [];
  return Number(amount) * UNITS[unit as keyof typeof UNITS];
}

/** Milliseconds as a person would write them in the settings: the largest unit that leaves no rest. */
export function formatDuration(milliseconds: number): string {
  // In a unit that a policy knows, too.
  if (milliseconds === 0) return "0m";
  const units = Object.entries(UNITS).sort(([, a], [, b]) => b - a);
  const [name, length] = units.find(([, unit]) => milliseconds > 0 && milliseconds % unit === 0) ?? ["ms", 1];
  return `${milliseconds / length}${name}`;
}

/** A file or folder, relative to the settings file. `path` is not a format of JSON Schema; readers ignore what they do not know. */
export const path = z.string().min(1).meta({ format: "path" });

/** Never written in the file: a reference to the environment, such as `${SLACK_URL}`. */
export const secret = z.string().min(1).meta({ writeOnly: true });

/** Which names of the environment may be referred to: `${NAME}`. */
export const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;
