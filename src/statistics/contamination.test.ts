import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logContaminationRatio } from "./contamination.js";
import { createRandom } from "./random.js";

describe("the evidence for a contaminated sample", () => {
  it("is the likelihood ratio of the best mixture, worked out for two observations", () => {
    // Share .4: (.6 + .4 · 5)(.6 + .4 · ½) = 2.6 · .8; .2 gives less.
    expect(logContaminationRatio([5, 0.5])).toBeCloseTo(Math.log(2.6 * 0.8), 12);
  });

  it("is at most 0 when nothing speaks for the target", () => {
    const ratios = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 50 });
    fc.assert(fc.property(ratios, (sample) => logContaminationRatio(sample) <= 0));
  });

  it("rises with every ratio and does not depend on their order", () => {
    const ratios = fc.array(fc.double({ min: 0, max: 1_000, noNaN: true }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(ratios, fc.nat(), (sample, seed) => {
        const raised = sample.map((ratio, i) => (i === seed % sample.length ? ratio * 2 : ratio));
        expect(logContaminationRatio(raised)).toBeGreaterThanOrEqual(logContaminationRatio(sample) - 1e-9);
        expect(logContaminationRatio(sample.toReversed())).toBeCloseTo(logContaminationRatio(sample), 9);
      }),
    );
  });

  it("hardly ever exceeds ln(shares / level) by chance, as a mean of likelihood ratios must not (Ville's inequality)", () => {
    // Target: twice the density on a tenth of the space. Six shares are tried.
    const random = createRandom(4);
    const level = 0.05;
    const alarms = Array.from({ length: 2_000 }, () =>
      logContaminationRatio(Array.from({ length: 100 }, () => (random.next() < 0.1 ? 5 : 5 / 9))),
    ).filter((evidence) => evidence > Math.log(6 / level)).length;
    expect(alarms / 2_000).toBeLessThan(level);
  });

  it("finds a twentieth among 1,500 that a mean of ratios' logarithms drowns", () => {
    const random = createRandom(5);
    const found = Array.from({ length: 50 }, () =>
      Array.from({ length: 1_500 }, (_, i) => (random.next() < (i < 75 ? 0.8 : 0.01) ? 50 : 0.505)),
    ).filter((sample) => logContaminationRatio(sample) > 20).length;
    expect(found).toBe(50);
  });
});
