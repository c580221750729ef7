/**
 * Errors. Every error a person can meet has a stable code, a place, a reason and a fix. The catalogue in `error-catalogue.ts` lists them all
 * and is tested against `docs/errors.md`.
 */

/** Where in the input an error stands. `line` and `column` count from 1. */
export interface Place {
  file: string;
  line?: number;
  column?: number;
  /** The text around the place, with secrets and prompt text left out; shown with a caret below it. */
  excerpt?: string;
  /** How many characters of the excerpt are meant, from the column on; 1 when absent. */
  length?: number;
  /** What was probably meant; stands beside the caret. */
  hint?: string;
}

/** The parts of an error message, in the order in which a person reads them. */
export interface Problem {
  /** `SW` and four digits, never reused. */
  code: string;
  /** One line: what is wrong. */
  what: string;
  place?: Place;
  /** Why stillwatch cannot go on, or why it minds. */
  why: string;
  /** What to do about it. */
  fix: string;
}

/** An error that ends the command; quarantined lines are `Problem` values instead and end nothing. */
export class StillwatchError extends Error {
  readonly problem: Problem;
  /** Process exit status: 2 unusable arguments or input, 3 interrupted, 1 our own fault. */
  readonly exitStatus: 1 | 2 | 3;

  constructor(problem: Problem, exitStatus: 1 | 2 | 3 = 2) {
    super(`${problem.code} ${problem.what}`);
    this.name = "StillwatchError";
    this.problem = problem;
    this.exitStatus = exitStatus;
  }
}

/** Renders a problem as the lines a person reads in a terminal. */
export function formatProblem(problem: Problem): string {
  const lines = [`${problem.code} ${problem.what}`];
  const place = problem.place;
  if (place) {
    lines.push(`  ${[place.file, place.line, place.column].filter((part) => part !== undefined).join(":")}`);
    if (place.excerpt !== undefined && place.line !== undefined) {
      const gutter = String(place.line);
      lines.push(`  ${gutter} | ${place.excerpt}`);
      if (place.column !== undefined) {
        const carets = "^".repeat(Math.max(1, place.length ?? 1)) + (place.hint === undefined ? "" : ` ${place.hint}`);
        lines.push(`  ${" ".repeat(gutter.length)} | ${" ".repeat(place.column - 1)}${carets}`);
      }
    }
  }
  lines.push(`  why: ${problem.why}`, `  fix: ${problem.fix}`);
  return lines.join("\n");
}
