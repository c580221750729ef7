/** The reliability curve: what was said against what came true. On the diagonal a probability means what it says; below it, it is too bold. */
import { scaleLinear, scaleSqrt } from "d3-scale";
import type { Reliability } from "../../../vocabulary/calibration.js";
import { html, type SafeHtml } from "../safe-html.js";

const SIZE = 260;
const MARGIN = { left: 44, top: 12, bottom: 38, right: 12 };
/** Dots by the logarithm of the accounts in them: a dozen must be seen beside twenty thousand. */
const DOT_PX = { min: 3, max: 9 };

/** Draws the curve; the figures stand in a table beside it. */
export function renderReliability({ bins }: Reliability): SafeHtml {
  const x = scaleLinear([0, 1], [MARGIN.left, SIZE - MARGIN.right]);
  const y = scaleLinear([0, 1], [SIZE - MARGIN.bottom, MARGIN.top]);
  const largest = Math.max(2, ...bins.map(({ accounts }) => accounts));
  const radius = scaleSqrt([0, Math.log(largest)], [DOT_PX.min, DOT_PX.max]);
  const at = (value: number): string => value.toFixed(1);
  const ticks = [0, 0.5, 1];
  const line = bins.map(({ said, observed }, index) => `${index === 0 ? "M" : "L"}${at(x(said))} ${at(y(observed))}`).join("");
  return html`<figure><svg class="reliability" viewBox="0 0 ${SIZE} ${SIZE}" role="img" aria-labelledby="reliability-title"><title id="reliability-title">Probability that was said, against the share that came true</title>
<line class="axis" x1="${MARGIN.left}" x2="${SIZE - MARGIN.right}" y1="${SIZE - MARGIN.bottom}" y2="${SIZE - MARGIN.bottom}"/><line class="axis" x1="${MARGIN.left}" x2="${MARGIN.left}" y1="${MARGIN.top}" y2="${SIZE - MARGIN.bottom}"/>
<line class="reliability-ideal" x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}"/><path class="reliability-line" d="${line}"/>${bins.map((bin) => html`<circle class="reliability-dot" cx="${at(x(bin.said))}" cy="${at(y(bin.observed))}" r="${at(radius(Math.log(Math.max(1, bin.accounts))))}"/>`)}
${ticks.map((tick) => html`<text class="tick" x="${at(x(tick))}" y="${SIZE - MARGIN.bottom + 18}" text-anchor="middle">${tick}</text><text class="tick" x="${MARGIN.left - 12}" y="${at(y(tick) + 4)}" text-anchor="end">${tick}</text>`)}
<text class="tick" x="${at(x(0.5))}" y="${SIZE - 6}" text-anchor="middle">probability that was said</text><text class="tick" transform="rotate(-90)" x="${at(-y(0.5))}" y="12" text-anchor="middle">share that came true</text></svg>
<figcaption>On the dashed line a probability means what it says; above it, it is too modest; below, too bold. Larger dots hold more accounts.</figcaption></figure>`;
}
