import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logBeta, logChoose, logGamma, logIncompleteBeta, logIncompleteGamma, logRisingFactorial } from "./special-functions.js";
import * as tails from "./tails.js";

// Reference values: mpmath 1.2 with 50 digits.

describe("ln Γ and its kin agree with mpmath", () => {
  it.each([
    [1e-8, 18.42068073818021],
    [0.5, 0.5723649429247],
    [1.5, -0.120782237635245],
    [3.25, 0.935801931108725],
    [9.99, 12.7793152143502],
    [10, 12.80182748008147],
    [171.6, 709.6573587630563],
    [1e6, 12815504.5691476],
    [1e12, 26631021115915.652],
  ])("ln Γ(%d)", (x, expected) => expectClose(logGamma(x), expected, 1e-14));

  it.each([
    [0.001, 5, -3.72761882671413],
    [12.5, 3, 7.802566979179168],
    [1e9, 7, 145.062860879625],
    [1e12, 1e6, 27631021.6159279],
    [3, 0.5, 0.507826421787129],
  ])("ln Γ(%d + %d) / Γ keeps its digits", (x, n, expected) => expectClose(logRisingFactorial(x, n), expected, 1e-13));

  it.each([
    [0.5, 0.5, 1.1447298858494],
    [0.01, 1e9, 4.39224721967751],
    [1e6, 2e6, -1909548.290968533],
    [3, 4, -4.0943445622221],
  ])("ln B(%d, %d)", (a, b, expected) => expectClose(logBeta(a, b), expected, 1e-13));

  it("ln of the number of choices follows Pascal's triangle", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 0, max: 300 }), (n, k) => {
        const sum = Math.exp(logChoose(n - 1, k - 1)) + Math.exp(logChoose(n - 1, k));
        expectClose(Math.exp(logChoose(n, k)), sum, 1e-11);
      }),
    );
  });
});

describe("incomplete gamma and beta agree with mpmath on both sides", () => {
  it.each([
    [0.5, 0.1, -1.06340204715453, -0.423546323475966],
    [0.5, 800, 0, -803.9152948331938],
    [3, 1, -2.5219682600314, -0.0837092681258449],
    [3, 50, -2.509303552201057e-19, -42.8291115214875],
    [100, 20, -83.94606805427584, -3.488878669689653e-37],
    [100, 100, -0.666897150585289, -0.720104893025474],
    [100, 900, 0, -585.580743842934],
    [1e4, 1.2e4, 0, -180.702090488001],
    [1e6, 999000, -1.8410218993794, -0.172753731056011],
    [2.5, 1e-10, -58.7656009272696, -3.009011112039771e-26],
  ])("P, Q(%d, %d)", (a, x, lower, upper) => {
    expectClose(logIncompleteGamma(a, x).lower, lower, 1e-12);
    expectClose(logIncompleteGamma(a, x).upper, upper, 1e-12);
  });

  it.each([
    [0.5, 2, 3, -0.374693449441411, -1.16315080980568],
    [1e-6, 20, 5, -267.0391558618002, 0],
    [0.3, 0.5, 0.5, -0.996931211020778, -0.460465453915871],
    [0.01, 500, 1000, -1362.06294977258, 0],
    [0.9, 10, 1000, 0, -2254.11951004466],
    [0.333, 1e4, 2e4, -0.794531517524137, -0.601102038615151],
    [0.999, 1, 0.01, -2.706865415193167, -0.0690775527898214],
  ])("I at %d of (%d, %d)", (x, a, b, lower, upper) => {
    expectClose(logIncompleteBeta(x, a, b).lower, lower, 1e-11);
    expectClose(logIncompleteBeta(x, a, b).upper, upper, 1e-11);
  });

  it("both sides add up to 1 and swap when the distribution is mirrored", () => {
    const positive = fc.double({ min: 0.01, max: 1e5, noNaN: true });
    fc.assert(
      fc.property(positive, positive, fc.integer({ min: 0, max: 1024 }), (a, b, steps) => {
        const x = steps / 1024;
        const { lower, upper } = logIncompleteBeta(x, a, b);
        expectClose(Math.exp(lower) + Math.exp(upper), 1, 1e-12);
        expectClose(Math.exp(logIncompleteBeta(1 - x, b, a).upper), Math.exp(lower), 1e-9);
        const gamma = logIncompleteGamma(a, x * 2 * a);
        expectClose(Math.exp(gamma.lower) + Math.exp(gamma.upper), 1, 1e-12);
      }),
    );
  });
});

describe("tails agree with mpmath", () => {
  it.each([
    [-8, -6.220960574271786e-16],
    [-1, -0.17275377902345],
    [0, -Math.LN2],
    [1.959963984540054, -3.688879454113936],
    [6, -20.7367689499747],
    [40, -804.6084420137538],
  ])("ln P(Z > %d)", (z, expected) => {
    expectClose(tails.logNormalTails(z).upper, expected, 1e-12);
    expectClose(tails.logNormalTails(-z).lower, expected, 1e-12);
  });

  it.each([
    [3, 2, -1.12910164975093, -0.154173309501669],
    [50, 1, -149.457972005059, 0],
    [1, 1e-9, -20.7232658374464, -4.999999996666666e-19],
    [5, 20, -1.69448874938626e-5, -9.540111344906592],
  ])("Poisson: at least and at most %d when %d are expected", (count, mean, atLeast, atMost) => {
    expectClose(tails.logPoissonAtLeast(count, mean), atLeast, 1e-12);
    expectClose(tails.logPoissonAtMost(count, mean), atMost, 1e-12);
  });

  it.each([
    [7, 10, 0.5, -1.7609878105613, -0.0562397183228761],
    [400, 400, 0.001, -2763.10211159285, 0],
    [30, 1000, 0.01, -15.395395080321, -6.419928809215089e-8],
    [2, 1000, 0.01, -0.000479359327905455, -5.922150449537481],
  ])("binomial: at least and at most %d of %d at %d", (count, trials, probability, atLeast, atMost) => {
    expectClose(tails.logBinomialAtLeast(count, { trials, probability }), atLeast, 1e-11);
    expectClose(tails.logBinomialAtMost(count, { trials, probability }), atMost, 1e-11);
  });

  it.each([
    [3, 50, 5, 10, -3.031145936247815, -0.00409188088729766],
    [40, 100_000, 60, 50, -291.1658982203838, 0],
    [1, 20, 12, 15, 0, -Infinity],
    [8, 20, 12, 15, -0.0524345678463905, -1.18253247308807],
    [5, 1000, 500, 30, -2.33612395783233e-5, -8.924934541852155],
  ])("hypergeometric: at least and at most %d of %d, %d marked, %d drawn", (count, population, marked, draws, atLeast, atMost) => {
    expectClose(tails.logHypergeometricAtLeast(count, { population, marked, draws }), atLeast, 1e-11);
    expectClose(tails.logHypergeometricAtMost(count, { population, marked, draws }), atMost, 1e-11);
  });

  it("chi-square of 2 degrees is exponential, and so are the gamma of shape 1 and the beta of (1, 1) what they are", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 5000, noNaN: true }), (x) => {
        expectClose(tails.logChiSquareTails(x, 2).upper, -x / 2, 1e-12);
        expectClose(tails.logGammaTails(x, { shape: 1, scale: 3 }).upper, -x / 3, 1e-12);
        expectClose(tails.logBetaTails(x / 5001, { a: 1, b: 1 }).lower, Math.log(x / 5001), 1e-12);
      }),
    );
  });

  it("at least k and at most k − 1 are everything, for every discrete tail", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 40 }),
        (count, draws, marked) => {
          const binomial = { trials: draws, probability: (marked + 0.5) / 41 };
          const draw = { population: 60, marked, draws };
          const sums = [
            Math.exp(tails.logPoissonAtLeast(count, draws)) + Math.exp(tails.logPoissonAtMost(count - 1, draws)),
            Math.exp(tails.logBinomialAtLeast(count, binomial)) + Math.exp(tails.logBinomialAtMost(count - 1, binomial)),
            Math.exp(tails.logHypergeometricAtLeast(count, draw)) + Math.exp(tails.logHypergeometricAtMost(count - 1, draw)),
          ];
          for (const sum of sums) expectClose(sum, 1, 1e-10);
        },
      ),
    );
  });
});

/** Relative where the figure is large, absolute where it is small. */
function expectClose(actual: number, expected: number, tolerance: number): void {
  if (!Number.isFinite(expected)) expect(actual).toBe(expected);
  else expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected)));
}
