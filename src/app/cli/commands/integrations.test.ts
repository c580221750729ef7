/** What a probe that was not seen says is most likely wrong. */
import { expect, it } from "vitest";
import { explainProbe, type ProbeResult } from "./integrations.js";

const unseen = (status: number | null): ProbeResult => ({ kind: "streaming", status, isChecked: false, isEvent: false });

it.each<[claim: string, status: number | null, isKeySent: boolean, says: RegExp, not: RegExp]>([
  ["no key was sent", 200, false, /STILLWATCH_PROBE_KEY/, /itself answered/],
  ["the gateway refused", 400, true, /the gateway itself answered 400/, /no key/],
  [
    "it passed, and nobody was asked",
    200,
    true,
    /^compare the gateway's configuration with docs\/integrations\/litellm\.md/,
    /itself answered|no key/,
  ],
  ["the operator sent it", null, true, /^compare/, /itself answered|no key/],
])("%s", (_claim, status, isKeySent, says, not) => {
  const told = explainProbe("litellm", { missing: [unseen(status)], isKeySent });
  expect(told).toMatch(says);
  expect(told).not.toMatch(not);
});
