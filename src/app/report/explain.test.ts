import { describe, expect, it } from "vitest";
import { detections } from "../../detections/index.js";
import { renderExplanation } from "../cli/explanation-page.js";
import { explainAccount, explainCampaign, explainRequest, type Explanation } from "./explain.js";
import { buildHostileReport } from "./testing/hostile-report.js";
import { buildSampleReport } from "./testing/sample-report.js";

const { report, accounts } = buildSampleReport();
const sources = { report, detections };
const [hydra, successor] = report.campaigns;
const member = accounts.find((line) => line.campaign_id === hydra.id && line.standing === "campaign" && line.signals.length === 3)!;
const watched = accounts.find((line) => line.standing === "watch")!;
const clear = accounts.find((line) => line.standing === "clear")!;

const read = (explanation: Explanation, title: string): string =>
  explanation.sections
    .find((section) => section.title === title)
    ?.items.map((item) => `${item.text} [${item.figures ?? ""}]`)
    .join("\n") ?? "absent";

describe("explaining an account", () => {
  it.each([
    ["standing and probability", "Where it stands", "Campaign"],
    ["its share of the campaign", "Where it stands", "of its requests belong to the campaign; the rest is not counted against it."],
    [
      "strength and how easily it is faked",
      "What speaks for a pool: of this account",
      "registration · strong (about 500 times likelier) · costly to fake",
    ],
    ["counter-evidence", "What speaks against it", "3 accounts passed identity verification."],
    ["links that no signal told", "What else ties its campaign together", "Common rate process"],
    ["innocent twins", "What would change our mind", "innocent twin of shared rare instrument"],
    ["gaps", "What could not be checked", "No request carried reasoning handles"],
  ])("tells %s", (_, title, text) => {
    expect(read(explainAccount(member, sources), title)).toContain(text);
  });

  it("tells the strongest reason first, and what speaks against apart", () => {
    const line = { ...member, signals: [{ ...member.signals[0], strength: -2 }, ...member.signals.slice(1)] };
    const explanation = explainAccount(line, sources);
    expect(read(explanation, "What speaks for a pool: of this account").split("\n")[0]).toContain("Shared rare instrument");
    expect(read(explanation, "What speaks against it")).toContain("less likely");
  });

  it.each([
    ["a watched account", watched, "not enough to act on"],
    ["a clear account", clear, "Nothing stands out"],
  ])("does not accuse %s", (_, line, text) => {
    const explanation = explainAccount({ ...line, campaign_id: null }, sources);
    expect(explanation.headline).toContain(text);
    expect(read(explanation, "What would change our mind")).toContain("two are needed");
  });

  it("keeps apart what the account shows, what its campaign does, what speaks against it and what weighs nothing", () => {
    const signal = member.signals[0];
    const signals = [
      { ...signal, strength: 4, because: "This account is among them: 31 of 71 share a card." },
      { ...signal, strength: 3, because: "Of its group as a whole: paces swing together." },
      { ...signal, strength: 0, because: "Of others in its group, not of this account: 9 of 71 share an address." },
      { ...signal, strength: 0, because: "Its longest quiet stretch has one hour." },
      { ...signal, strength: -1, because: "Of its group as a whole: hours differ." },
    ];
    const explanation = explainAccount({ ...member, signals }, sources);
    const count = (title: string): number => read(explanation, title).split("\n").length;
    expect(read(explanation, "What speaks for a pool: of this account")).toContain("31 of 71");
    expect(count("What speaks for a pool: of this account")).toBe(1);
    expect(read(explanation, "What speaks for a pool: of its campaign")).toMatch(/paces[^]*not of this account: 9 of 71/);
    expect(read(explanation, "What speaks against it")).toContain("hours differ");
    expect(read(explanation, "What speaks against it")).not.toContain("quiet stretch");
    expect(read(explanation, "Noticed, weighs nothing")).toContain("quiet stretch");
  });

  it.each([
    ["its group passed no test", { campaign_id: null }, "did not pass the test for a campaign"],
    ["it stands by", { campaign_events: 0 }, "it has sent none of the campaign's work"],
    ["its place is not sure enough", { campaign_events: 9 }, "not sure enough together"],
  ])("says what a watched account lacks, however likely it is: %s", (_, given, text) => {
    const line = { ...watched, campaign_id: hydra.id, probability: 0.96, ...given };
    expect(explainAccount(line, sources).headline).toContain(text);
  });

  it("says when everything is free to fake", () => {
    expect(read(explainAccount(watched, sources), "What would change our mind")).toContain("All of this is free to fake");
  });
});

describe("explaining a campaign", () => {
  it.each([
    ["why", "Why we say so", "draw 412,345 requests from one queue"],
    ["slots", "What it sends", "⟨slot⟩"],
    ["the shift", "Shifts and lineage", "Moved from aster-4 to aster-5: from 22 Jan 2026, 19:00 UTC on, 48 % of its requests."],
    ["succession", "Shifts and lineage", `Its work went on in ${successor.id}.`],
    ["hypotheses", "Who may run it", "81 in 100 · for: 2 · against: 1"],
  ])("tells %s", (_, title, text) => {
    expect(read(explainCampaign(hydra, sources), title)).toContain(text);
  });

  it("tells the window in which a shift was measured apart from its beginning", () => {
    const shift = {
      at: "2026-03-09T15:28:00Z",
      from: "a",
      to: "b",
      share: 0.57,
      from_at: "2026-03-09T21:00:00Z",
      until_at: "2026-03-10T03:00:00Z",
    };
    expect(read(explainCampaign({ ...hydra, shifts: [shift] }, sources), "Shifts and lineage")).toContain(
      "Moved from a to b: it began at 9 Mar 2026, 15:28 UTC; between 9 Mar 2026, 21:00 UTC and 10 Mar 2026, 03:00 UTC it was 57 % of its requests.",
    );
  });

  it("tells ancestry", () => {
    expect(read(explainCampaign(successor, sources), "Shifts and lineage")).toContain(`It took over from ${hydra.id}.`);
  });
});

describe("explaining a request", () => {
  it("names the campaign whose slice holds it", () => {
    expect(explainRequest("r", hydra).headline).toContain(hydra.id);
  });

  it("shows the fields that no contract names", () => {
    const explanation = explainRequest("r", hydra, { otherFields: { tier: "gold", zone: { id: 3 } } });
    expect(read(explanation, "Fields of its line that no contract names")).toBe('tier: gold []\nzone: {"id":3} []');
  });

  it("tells what the store keeps, where the store was asked", () => {
    const stored = {
      at: "2026-02-14T08:30:00.000Z",
      account_id: "a1",
      target_model: "m",
      status: 200,
      input_tokens: 1,
      output_tokens: 2,
      untold: ["status" as const],
    };
    const explanation = explainRequest("r", null, { stored: { ...stored, other_fields: { tier: "gold" } } });
    expect(read(explanation, "What that means")).toContain("It was read, and it belongs to no campaign.");
    expect(read(explanation, "What the store keeps of it")).toMatch(/a1 asked m.*\n.*does not tell status/);
    expect(read(explanation, "Fields of its line that no contract names")).toContain("tier: gold");
    expect(read(explainRequest("r", null, { stored: null }), "What that means")).toContain("the event store does not hold it");
  });

  it("does not read silence as an all-clear", () => {
    const stored = { at: "2026-02-14T08:30:00.000Z", account_id: "a1", target_model: "m", status: 200, input_tokens: 1, output_tokens: 2 };
    const unknown = explainRequest("r", null, { stored: { ...stored, untold: [], other_fields: {} }, areSlicesUnknown: true });
    expect(unknown.headline).toMatch(/^Whether a campaign's slice holds this request is not known/);
    expect(read(unknown, "What that means")).toContain("silence here is no all-clear");
    expect(read(explainRequest("r", null), "What that means")).toContain("or it was never read");
  });
});

describe("an explanation in a terminal", () => {
  it("holds no control character, whatever the report says", () => {
    const hostile = buildHostileReport();
    const line = hostile.accounts.find((one) => one.standing === "campaign")!;
    const explanations = [
      explainAccount(line, { report: hostile.report, detections }),
      explainCampaign(hostile.report.campaigns[0], { report: hostile.report, detections }),
    ];
    for (const explanation of explanations)
      expect(renderExplanation(explanation, { width: 80, isColour: false })).not.toMatch(/[^\P{C}\n]/u);
  });
});
