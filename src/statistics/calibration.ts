/** Does a probability mean something? */
import { sumInOrder } from "./log-numbers.js";

/** One bin of a reliability diagram. */
export interface ReliabilityBin {
  /** Probabilities in the bin are in [from, to), the last bin includes 1. */
  from: number;
  to: number;
  count: number;
  /** Mean probability that was said, and share of what came true; NaN for an empty bin. */
  said: number;
  observed: number;
}

/** What {@link measureCalibration} found. */
export interface Calibration {
  /** Mean over cases of |said − observed| of their bin, 0 to 1. Source: Naeini, Cooper, Hauskrecht, AAAI 2015. */
  expectedCalibrationError: number;
  /** Mean squared distance between probability and outcome, 0 to 1. Source: Brier, 1950. */
  brier: number;
  cases: number;
  bins: ReliabilityBin[];
}

/** Adds up cases one at a time, so that millions need no memory. */
export interface CalibrationTally {
  add(probability: number, isTrue: boolean): void;
  finish(): Calibration;
}

/** Starts a tally with equal-width bins; 10 is the number in the literature. */
export function tallyCalibration({ binCount = 10 }: { binCount?: number } = {}): CalibrationTally {
  const counts = new Float64Array(binCount);
  const said = new Float64Array(binCount);
  const came = new Float64Array(binCount);
  let squares = 0;
  return {
    add(probability, isTrue) {
      const bin = Math.min(binCount - 1, Math.floor(probability * binCount));
      counts[bin] += 1;
      said[bin] += probability;
      came[bin] += isTrue ? 1 : 0;
      squares += (probability - (isTrue ? 1 : 0)) ** 2;
    },
    finish() {
      const cases = counts.reduce((sum, count) => sum + count, 0);
      const bins = Array.from(counts, (count, bin) => ({
        from: bin / binCount,
        to: (bin + 1) / binCount,
        count,
        said: said[bin] / count,
        observed: came[bin] / count,
      }));
      const distances = bins.filter((bin) => bin.count > 0).map((bin) => bin.count * Math.abs(bin.said - bin.observed));
      return {
        expectedCalibrationError: cases === 0 ? 0 : sumInOrder(distances) / cases,
        brier: cases === 0 ? 0 : squares / cases,
        cases,
        bins,
      };
    },
  };
}

/** Calibration of a list of probabilities with what came true. */
export function measureCalibration(
  { probabilities, outcomes }: { probabilities: ArrayLike<number>; outcomes: ArrayLike<boolean> },
  options: { binCount?: number } = {},
): Calibration {
  const tally = tallyCalibration(options);
  for (let index = 0; index < probabilities.length; index++) tally.add(probabilities[index], outcomes[index]);
  return tally.finish();
}
