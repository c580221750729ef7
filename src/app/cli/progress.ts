/**
 * Progress on standard error, whatever is printed on standard output: one line that is redrawn on a terminal, one plain line every ten seconds
 * elsewhere.
 */
import { formatCount } from "../report/wording.js";

/** How often a terminal line is redrawn: fast enough to look alive, slow enough to cost nothing. */
const REDRAW_MS = 120;
/** How often a log file gets a line. */
const LOG_LINE_MS = 10_000;
const BAR_CELLS = 24;

/** What a command tells about the work that is under way. `done` and `total` share a unit; only their ratio is shown. */
export interface ProgressUpdate {
  done: number;
  /** Absent when nobody knows how much there is. */
  total?: number;
  /** Things finished so far, for the rate. */
  count?: number;
  /** Anything short that a person may want to see, for example `3 lines quarantined`. */
  note?: string;
}

/** A line of progress that commands feed. */
export interface Progress {
  /** Names the step that begins and what `count` counts, for example `("reading", "requests")`. */
  start(title: string, unit?: string): void;
  update(update: ProgressUpdate): void;
  /** Ends the step and leaves one line that says what it took. */
  finish(note?: string): void;
}

/** Where progress goes and by which clock. */
export interface ProgressOptions {
  stream: { write(text: string): unknown; isTTY?: boolean; columns?: number };
  /** Milliseconds on a clock that never goes back. */
  nowMs: () => number;
}

/** Makes a progress line. */
export function createProgress(options: Partial<ProgressOptions> = {}): Progress {
  const { stream = process.stderr, nowMs = () => performance.now() } = options;
  const isTerminal = stream.isTTY === true;
  let step = { title: "", unit: "", startedMs: 0, shownMs: 0, last: { done: 0 } as ProgressUpdate };

  const show = (text: string): void => {
    if (isTerminal) stream.write(`\r\u001b[K${text.slice(0, Math.max(20, (stream.columns ?? 100) - 1))}`);
    else stream.write(`${text}\n`);
  };
  return {
    start(title, unit = "") {
      const now = nowMs();
      step = { title, unit, startedMs: now, shownMs: isTerminal ? -Infinity : now, last: { done: 0 } };
      if (isTerminal) show(`${title} …`);
    },
    update(update) {
      step.last = update;
      const now = nowMs();
      if (now - step.shownMs < (isTerminal ? REDRAW_MS : LOG_LINE_MS)) return;
      step.shownMs = now;
      show(describeStep(step, now - step.startedMs, isTerminal));
    },
    finish(note) {
      const elapsedMs = nowMs() - step.startedMs;
      const count = step.last.count;
      const parts = [`${step.title}: ${formatDuration(elapsedMs)}`];
      if (count !== undefined) parts.push(`${formatCount(count)} ${step.unit}`.trim(), describeRate(count, elapsedMs));
      const last = note ?? step.last.note;
      if (last !== undefined) parts.push(last);
      show(parts.join(" · "));
      if (isTerminal) stream.write("\n");
    },
  };
}

function describeStep(step: { title: string; unit: string; last: ProgressUpdate }, elapsedMs: number, hasBar: boolean): string {
  const { done, total, count, note } = step.last;
  const parts: string[] = [];
  const share = total === undefined || total <= 0 ? undefined : Math.min(1, done / total);
  if (share === undefined) parts.push(step.title);
  else parts.push(`${step.title} ${hasBar ? `${drawBar(share)} ` : ""}${String(Math.floor(share * 100)).padStart(3)} %`);
  if (count !== undefined) parts.push(`${formatCount(count)} ${step.unit}`.trim(), describeRate(count, elapsedMs));
  // Before two percent the estimate is mostly noise.
  if (share !== undefined && share >= 0.02) parts.push(`${formatDuration((elapsedMs * (1 - share)) / share)} left`);
  if (note !== undefined) parts.push(note);
  return parts.join(" · ");
}

function drawBar(share: number): string {
  const filled = Math.round(share * BAR_CELLS);
  return `[${"█".repeat(filled)}${"░".repeat(BAR_CELLS - filled)}]`;
}

function describeRate(count: number, elapsedMs: number): string {
  return `${formatCount(elapsedMs > 0 ? Math.round((count * 1000) / elapsedMs) : 0)}/s`;
}

/** Writes a duration as a person says it: `0.4 s`, `12 s`, `3 min 05 s`, `2 h 07 min`. */
export function formatDuration(elapsedMs: number): string {
  const seconds = elapsedMs / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, "0")} min`;
}
