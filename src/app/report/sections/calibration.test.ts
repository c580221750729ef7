import { describe, expect, it } from "vitest";
import type { ReportCalibration } from "../../../vocabulary/calibration.js";
import { toMarkup } from "../safe-html.js";
import { renderCalibration } from "./calibration.js";

const calibration: ReportCalibration = {
  source: "January <b>ours</b>: 20000 accounts",
  metadata_only: false,
  bar: { log_odds: 4.25, probability: 0.95 },
  asked_rate: 1e-3,
  is_promised: true,
  benign: { accounts: 20_000, organizations: 18_000 },
  cost: { log_odds: 4.25, crowds: 1, organizations: 9, accounts: 9, expected: 0.0009, low: 0.00001, high: 0.0025 },
  reliability: {
    expected_calibration_error: 0.0123,
    suspects: { expected_calibration_error: 0.05, cases: 900 },
    cases: 20_000,
    bins: [
      { from: 0, to: 0.1, accounts: 19_000, said: 0.002, observed: 0.004 },
      { from: 0.9, to: 1, accounts: 900, said: 0.99, observed: 1 },
    ],
    source: "20 worlds",
  },
};
const render = (more: Partial<ReportCalibration> = {}): string => {
  const section = renderCalibration({ ...calibration, ...more });
  return section === false ? "" : toMarkup(section);
};

describe("renderCalibration", () => {
  it.each<[claim: string, shown: string | RegExp]>([
    ["the bar", "log odds of 4.25"],
    ["the rate asked for, and that it is kept", /10 in 10,000 was asked for, and benign traffic of this kind keeps it/],
    ["what it cost, in accounts and crowds", /Of 20,000 benign accounts 9, in 1 crowd/],
    ["what to expect, with an interval", "up to 9 in 10,000, 95 % interval 0.1 in 10,000 to 25 in 10,000"],
    ["the error with its cases", "Expected calibration error 0.012 over 20,000 accounts; 0.050 over the 900"],
    ["that this log has no known truth", "The truth of this log nobody knows"],
    ["a dot for every bin", /(<circle[^>]*>[^]*){2}/],
    ["sources as text, never as markup", "&lt;b&gt;ours"],
  ])("shows %s", (_, shown) => {
    expect(render()).toMatch(shown);
  });

  it("says plainly what cannot be promised", () => {
    expect(render({ is_promised: false })).toContain("too small to promise it");
    expect(render({ asked_rate: null, is_promised: null })).toContain("no false-positive rate was asked for");
    expect(render({ reliability: null })).toContain("was not measured");
  });

  it("is left out of reports that tell no calibration", () => {
    expect(renderCalibration(undefined)).toBe(false);
  });
});
