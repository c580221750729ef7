import { describe, expect, it } from "vitest";
import type { ReportCalibration } from "../../../vocabulary/calibration.js";
import { toMarkup } from "../safe-html.js";
import { SAMPLE_CALIBRATION } from "../testing/sample-campaigns.js";
import { renderCalibration } from "./calibration.js";

const calibration = { ...SAMPLE_CALIBRATION, source: "January <b>ours</b>: 26118 accounts" };
const render = (more: Partial<ReportCalibration> = {}): string => {
  const section = renderCalibration({ ...calibration, ...more });
  return section === false ? "" : toMarkup(section);
};

describe("renderCalibration", () => {
  it.each<[claim: string, shown: string | RegExp]>([
    ["the bar", "log odds of 4.25"],
    ["the rate asked for, and that it is kept", /10 in 10,000 was asked for, and benign traffic of this kind keeps it/],
    ["what it cost, in accounts and crowds", /Of 26,118 benign accounts 9, in 1 crowd/],
    ["what to expect, with an interval", "up to 7.5 in 10,000, 95 % interval 0.1 in 10,000 to 21 in 10,000"],
    ["the error with its cases", "Expected calibration error 0.006 over 40,212 accounts; 0.043 over the 1,250"],
    ["that this log has no known truth", "The truth of this log nobody knows"],
    ["a dot for every bin", /(<circle[^>]*>[^]*){4}/],
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
