/** How figures become words: the same in the HTML report, the terminal summary and `explain`. English, no locale, no time zone but UTC. */
import { formatCount } from "../../sdk/signals.js";
import type { Shift } from "../../vocabulary/campaign.js";
import type { Spoofability } from "../../vocabulary/signal.js";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

export { formatCount };

/** `1 account`, `180 accounts`. */
export function countNoun(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

/** A share as a percentage with as many digits as it deserves; never rounds to a false 0 % or 100 %. */
export function formatShare(share: number): string {
  if (!Number.isFinite(share)) return "unknown";
  if (share <= 0) return "0 %";
  if (share >= 1) return "100 %";
  if (share < 0.001) return "under 0.1 %";
  if (share > 0.999) return "over 99.9 %";
  const percent = share * 100;
  return percent < 10 || percent > 99 ? `${percent.toFixed(1).replace(/\.0$/, "")} %` : `${percent.toFixed(0)} %`;
}

/** A probability as "98 in 100"; never claims certainty, because no observation of traffic gives it. */
export function formatProbability(probability: number): string {
  if (!Number.isFinite(probability)) return "unknown";
  if (probability >= 0.995) return "over 99 in 100";
  if (probability < 0.005) return "under 1 in 100";
  return `${Math.round(probability * 100)} in 100`;
}

/** Words of estimative probability as analysts' standards fix them (ICD 203, Analytic Standards, 2015, D.6.e). */
export function nameProbability(probability: number): string {
  if (!Number.isFinite(probability)) return "unknown";
  if (probability >= 0.95) return "almost certain";
  if (probability >= 0.8) return "very likely";
  if (probability >= 0.55) return "likely";
  if (probability >= 0.45) return "about even";
  if (probability >= 0.2) return "unlikely";
  if (probability >= 0.05) return "very unlikely";
  return "almost no chance";
}

/** Verbal scale for a natural-log likelihood ratio (ENFSI guideline for evaluative reporting, 2015, table 1). */
export function nameStrength(logLikelihoodRatio: number): string {
  if (!Number.isFinite(logLikelihoodRatio)) return "unknown";
  const size = Math.abs(logLikelihoodRatio);
  const words =
    size < Math.log(2)
      ? "none"
      : size < Math.log(10)
        ? "weak"
        : size < Math.log(100)
          ? "moderate"
          : size < Math.log(10_000)
            ? "strong"
            : "very strong";
  return logLikelihoodRatio <= -Math.log(2) ? `${words}, against` : words;
}

/** A natural-log likelihood ratio as "about 400 times likelier"; three powers are all that a reader needs. */
export function formatOdds(logLikelihoodRatio: number): string {
  if (!Number.isFinite(logLikelihoodRatio)) return "not known";
  // Nobody measured a rate below one in a million here, so larger ratios are not told.
  const isBeyond = Math.abs(logLikelihoodRatio) >= Math.log(1e6);
  const ratio = Math.exp(Math.abs(logLikelihoodRatio));
  if (ratio < 1.05) return "no likelier either way";
  const times = isBeyond
    ? "over a million"
    : ratio >= 10
      ? `about ${formatCount(Number(ratio.toPrecision(1)))}`
      : `about ${ratio.toPrecision(2).replace(/\.0$/, "")}`;
  return `${times} times ${logLikelihoodRatio < 0 ? "less likely" : "likelier"}`;
}

/** What the three grades of spoofability mean. */
export const SPOOFABILITY: Readonly<Record<Spoofability, { word: string; meaning: string }>> = {
  1: { word: "costly to fake", meaning: "faking it costs money and leaves traces, as a payment instrument does" },
  2: { word: "takes effort", meaning: "faking it takes effort on every account" },
  3: { word: "free to fake", meaning: "anyone can change it at no cost, as an address or a name that the caller sends" },
};

/** The grade's word; figures outside the scale are told as they are. */
export function nameSpoofability(spoofable: number): string {
  return spoofable === 1 || spoofable === 2 || spoofable === 3 ? SPOOFABILITY[spoofable].word : `grade ${spoofable}`;
}

/** `3 Feb 2026`, in UTC; the text itself where it is no time. */
export function formatDay(at: string | number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return String(at);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

/** `3 Feb 2026, 14:00 UTC`. */
export function formatMoment(at: string | number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return String(at);
  return `${formatDay(at)}, ${String(date.getUTCHours()).padStart(2, "0")}:${String(date.getUTCMinutes()).padStart(2, "0")} UTC`;
}

/** `3 – 29 Feb 2026`, as short as the two days allow. */
export function formatPeriod(from: string | number | null, to: string | number | null): string {
  if (from === null || to === null) return "no requests";
  const [first, last] = [formatDay(from), formatDay(to)];
  if (first === last) return first;
  const [firstDay, firstMonth, firstYear] = first.split(" ");
  const [, lastMonth, lastYear] = last.split(" ");
  if (firstYear !== lastYear) return `${first} – ${last}`;
  return firstMonth === lastMonth ? `${firstDay} – ${last}` : `${firstDay} ${firstMonth} – ${last}`;
}

/**
 * The sentence about a shift, after its names: `at` is when it began, and the share belongs to the window in which it was measured, which ends later.
 */
export function describeShiftShare({ at, share, from_at: fromAt, until_at: untilAt }: Shift): string {
  return fromAt === undefined || untilAt === undefined
    ? `from ${formatMoment(at)} on, ${formatShare(share)} of its requests`
    : `it began at ${formatMoment(at)}; between ${formatMoment(fromAt)} and ${formatMoment(untilAt)} it was ${formatShare(share)} of its requests`;
}

/** Turns an identifier of ours (`agentic_coding`, `shared-rare-instrument`) into words. */
export function spellOut(identifier: string): string {
  return identifier.replace(/[_-]+/g, " ");
}

/** `a, b and c`. */
export function joinWords(words: readonly string[]): string {
  return words.length <= 1 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** First letter in upper case. */
export function capitalise(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
