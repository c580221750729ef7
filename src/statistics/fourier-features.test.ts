import { describe, expect, it } from "vitest";
import { createFourierMap, discrepancyBetween, sumFeatures } from "./fourier-features.js";
import { estimateDiscrepancy, kernelOf } from "./kernel-discrepancy.js";
import { createRandom, type Random } from "./random.js";

const WIDTHS = [0.5, 1, 2, 4];
const drawPoint = (random: Random, shift: number): Float32Array => Float32Array.from({ length: 6 }, () => random.next() + shift);

describe("random Fourier features", () => {
  const random = createRandom(3);
  const map = createFourierMap({ dimension: 6, widths: WIDTHS, frequencies: 2_048, random });

  it("have about the kernel as their inner product", () => {
    for (let round = 0; round < 40; round++) {
      const [a, b] = [drawPoint(random, 0), drawPoint(random, round / 20)];
      const [x, y] = [map(a), map(b)];
      const product = x.reduce((sum, value, i) => sum + value * y[i], 0);
      const distanceSquared = a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0);
      expect(Math.abs(product - kernelOf(distanceSquared, WIDTHS))).toBeLessThan(0.08);
    }
  });

  it.each([0, 0.1, 0.3, 1])("give about the exact discrepancy of two samples %d apart", (shift) => {
    const a = Array.from({ length: 120 }, () => drawPoint(random, 0));
    const b = Array.from({ length: 90 }, () => drawPoint(random, shift));
    const join = (points: readonly Float32Array[]) => ({ dimension: 6, values: Float32Array.from(points.flatMap((point) => [...point])) });
    const exact = estimateDiscrepancy(join(a), join(b), WIDTHS);
    const near = discrepancyBetween(sumFeatures(a.map(map)), sumFeatures(b.map(map)));
    expect(Math.abs(near - exact)).toBeLessThan(0.002 + 0.1 * exact);
  });
});
