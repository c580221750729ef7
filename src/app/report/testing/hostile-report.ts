/** Reports that want to hurt the reader: hostile text in every place that a stranger chooses, and more of everything than a page can hold. */
import type { Campaign } from "../../../vocabulary/campaign.js";
import type { AccountLine, CampaignPictures } from "../../../vocabulary/report.js";
import { buildSampleReport, type SampleReport } from "./sample-report.js";

/** Text that breaks out of markup, attributes, style and script, out of a terminal, and out of the direction of a line. */
export const HOSTILE_TEXT =
  "</title></style></script><script>document.title='owned'</script><img src=x onerror=document.title='owned'>\" onload='x' \u001b[2J\u001b]0;owned\u0007\u202eltr\u2066\u200b\u0000\ud800 ⟨slot⟩ ${x}";

/** The sample with hostile text wherever callers, file names or detections put words. */
export function buildHostileReport(text: string = HOSTILE_TEXT): SampleReport {
  const sample = buildSampleReport({ crowd: 40 });
  const [hydra] = sample.report.campaigns;
  const pictures = sample.pictures.campaigns[hydra.id];
  Object.assign(hydra, makeHostile(hydra, text));
  sample.pictures.campaigns = { [text]: { ...pictures, ...makeHostilePictures(pictures, text) } };
  sample.pictures.releases = [
    { target_model: text, at: "2026-01-22T17:00:00.000Z" },
    { target_model: text, at: text },
  ];
  sample.pictures.leftAlone = [{ description: text, accounts: 3, because: text }];
  sample.report.coverage = { [text]: text };
  sample.accounts = sample.accounts.map((line): AccountLine => {
    const campaign_id = line.standing === "campaign" ? text : line.campaign_id;
    return {
      ...line,
      account_id: `${text}${line.account_id}`,
      campaign_id,
      signals: line.signals.map((signal) => ({ ...signal, detection: text, because: text })),
    };
  });
  sample.quarantine = sample.quarantine.map((problem) => ({
    ...problem,
    what: text,
    why: text,
    fix: text,
    place: { file: text, line: 1 },
  }));
  return sample;
}

/** `campaigns` campaigns of `accounts` accounts each, with `sentence` in every place that holds a sentence. */
export function buildCrowdedReport({
  campaigns,
  accounts,
  sentence,
}: {
  campaigns: number;
  accounts: number;
  sentence: string;
}): SampleReport {
  const sample = buildSampleReport({ crowd: 100 });
  const [hydra] = sample.report.campaigns;
  const pictures = sample.pictures.campaigns[hydra.id];
  const many = Array.from({ length: 40 }, () => sentence);
  const crowded = Array.from(
    { length: campaigns },
    (_, index): Campaign => ({
      ...hydra,
      ...makeHostile(hydra, sentence),
      id: `campaign--${String(index).padStart(5, "0")}`,
      accounts,
      because: many,
      counter_evidence: many,
      families: Array.from({ length: 50 }, (__, family) => ({
        id: `family--${family}`,
        events: 50 - family,
        accounts,
        exemplar: sentence,
      })),
      operators: Array.from({ length: 9 }, () => ({ hypothesis: sentence, probability: 0.1, for: many, against: many })),
    }),
  );
  sample.report.campaigns = crowded;
  sample.pictures.campaigns = Object.fromEntries(crowded.map((campaign) => [campaign.id, pictures]));
  sample.pictures.leftAlone = many.map((description) => ({ description, accounts: 10, because: sentence }));
  return sample;
}

function makeHostile(campaign: Campaign, text: string): Partial<Campaign> {
  return {
    id: text,
    aims: campaign.aims.map((aim) => ({ ...aim, capability: text as Campaign["aims"][number]["capability"] })),
    techniques: [text],
    families: campaign.families.map((family) => ({ ...family, id: text, exemplar: text })),
    links: campaign.links.map((link) => ({ ...link, kind: text, because: text })),
    shifts: campaign.shifts.map((shift) => ({ ...shift, from: text, to: text })),
    successor_of: text,
    merged_from: [text],
    split_from: text,
    operators: [{ hypothesis: text, probability: 0.5, for: [text], against: [text] }],
    counter_evidence: [text],
    because: [text, text, text, text],
  };
}

function makeHostilePictures(pictures: CampaignPictures, text: string): Partial<CampaignPictures> {
  return {
    activity: { ...pictures.activity, byModel: { [text]: pictures.activity.hours } },
    enforcement: [{ atMs: pictures.activity.fromMs, measure: text, accounts: 1 }],
    members: pictures.members.map((member) => ({ ...member, accountId: text, groups: { ...member.groups, [text]: 3 } })),
    links: pictures.links.map((link) => ({ ...link, kind: text })),
    nearestBenign: { description: text, because: text },
  };
}
