/** Paces: by how much more or less than usual is sent hour by hour, and which go together. */

import { sumUp } from "./work-loads.js";

/** Variance of a crowd's pace beyond chance, relative to its square, as the detection of common rates has it. */
const CROWD_SHOCK = 0.06;

/** Requests per day of those per hour. */
export function sumByDay(hours: Float64Array): Float64Array {
  const byDay = new Float64Array(Math.ceil(hours.length / 24));
  hours.forEach((count, hour) => {
    byDay[Math.floor(hour / 24)] += count;
  });
  return byDay;
}

/** By how many standard deviations each hour is off the work load's own hours of day on days of such weights. */
export function describePace(active: Float64Array, byDay: Float64Array): Float64Array {
  const expected = expectActive(active, byDay);
  return active.map((count, hour) => {
    const mean = expected[hour];
    return mean > 0 ? (count - mean) / Math.sqrt(mean + CROWD_SHOCK * mean * mean) : 0;
  });
}

/** Members active per hour that its own hours of day lead to expect, on days of such weights. */
export function expectActive(active: Float64Array, byDay: Float64Array): Float64Array {
  const byHour = new Float64Array(24);
  active.forEach((count, hour) => {
    byHour[hour % 24] += count;
  });
  const expected = active.map((_, hour) => byHour[hour % 24] * byDay[Math.floor(hour / 24)]);
  const scale = sumUp(active) / Math.max(Number.MIN_VALUE, sumUp(expected));
  return expected.map((mean) => mean * scale);
}

/** {@link comparePaces} of each pair of paces: the earlier one's position × their number + the later one's. */
export function compareAllPaces(paces: readonly Float64Array[]): Float64Array {
  const deviations = new Float64Array(paces.length * paces.length);
  for (let first = 0; first < paces.length; first++)
    compareWithLater(paces, first, deviations.subarray(first * paces.length, (first + 1) * paces.length));
  return deviations;
}

/** {@link comparePaces} of one pace with each later one: four at a time do not wait for one another, and the sums are those of one alone. */
function compareWithLater(paces: readonly Float64Array[], first: number, deviations: Float64Array): void {
  const pace = paces[first];
  let second = first + 1;
  for (; second + 4 <= paces.length; second += 4) {
    const [b, c, d, e] = [paces[second], paces[second + 1], paces[second + 2], paces[second + 3]];
    let sumOfB = 0;
    let sumOfC = 0;
    let sumOfD = 0;
    let sumOfE = 0;
    let squaresOfB = 0;
    let squaresOfC = 0;
    let squaresOfD = 0;
    let squaresOfE = 0;
    for (let hour = 0; hour < pace.length; hour++) {
      const value = pace[hour];
      const withB = value * b[hour];
      const withC = value * c[hour];
      const withD = value * d[hour];
      const withE = value * e[hour];
      sumOfB += withB;
      sumOfC += withC;
      sumOfD += withD;
      sumOfE += withE;
      squaresOfB += withB * withB;
      squaresOfC += withC * withC;
      squaresOfD += withD * withD;
      squaresOfE += withE * withE;
    }
    deviations[second] = toDeviations(sumOfB, squaresOfB);
    deviations[second + 1] = toDeviations(sumOfC, squaresOfC);
    deviations[second + 2] = toDeviations(sumOfD, squaresOfD);
    deviations[second + 3] = toDeviations(sumOfE, squaresOfE);
  }
  for (; second < paces.length; second++) deviations[second] = comparePaces(pace, paces[second]);
}

/** Standard deviations by which two paces go together, 0 on average for independent ones. */
export function comparePaces(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  let squares = 0;
  for (let hour = 0; hour < a.length; hour++) {
    const product = a[hour] * b[hour];
    sum += product;
    squares += product * product;
  }
  return toDeviations(sum, squares);
}

function toDeviations(sum: number, squares: number): number {
  return squares > 0 ? sum / Math.sqrt(squares) : 0;
}
