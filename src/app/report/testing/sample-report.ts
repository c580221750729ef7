/**
 * A report as an analysis would write it, for tests and for looking at: a hydra pool of 180 accounts that moves to a new model on the day of
 * its release, the pool that took over after a ban, a small pool known by metadata only, and a classroom that was left alone.
 */
import { EVIDENCE_GROUPS } from "../../../vocabulary/signal.js";
import type { Problem } from "../../../vocabulary/errors.js";
import type { AccountLine, CampaignPictures, Report, ReportPictures, RequestLine } from "../../../vocabulary/report.js";
import { FIRST_CAMPAIGN, SAMPLE_REPORT } from "./sample-campaigns.js";

const HOUR_MS = 3_600_000;
const FROM_MS = Date.UTC(2026, 0, 5);

/** Everything that `writeReport` takes. */
export interface SampleReport {
  report: Report;
  accounts: AccountLine[];
  requests: RequestLine[];
  quarantine: Problem[];
  pictures: ReportPictures;
}

/** Builds the sample; the same every time. `crowd` is the number of accounts outside all campaigns. */
export function buildSampleReport({ crowd = 2_400 }: { crowd?: number } = {}): SampleReport {
  const random = createGenerator(20_260_223);
  const report = structuredClone(SAMPLE_REPORT);
  const [hydra, successor, quiet] = report.campaigns;
  if (!hydra || !successor || !quiet) throw new Error("the sample has three campaigns");
  const pictures: ReportPictures = {
    campaigns: {
      [hydra.id]: buildHydraPictures(hydra.id, hydra.accounts, random),
      [successor.id]: buildSuccessorPictures(successor.id, successor.accounts, random),
    },
    releases: [
      { target_model: "aster-4", at: "2025-11-18T17:00:00.000Z" },
      { target_model: "aster-5", at: "2026-01-22T17:00:00.000Z" },
    ],
    leftAloneOmitted: 1203,
    leftAlone: [
      {
        description: "One homework sheet, sent by 212 accounts of one university",
        accounts: 212,
        because: "Answers vary as people's do, questions repeat 9 times each, and 94 % of the accounts have a verified organization.",
      },
      {
        description: "A CI fleet that runs the same 40 checks",
        accounts: 61,
        because: "All accounts belong to one organization, which does not claim to be strangers.",
      },
      {
        description: "Users of a published agent framework",
        accounts: 1_340,
        because: "Adoption spreads over 25 days and mixes differ 14 times more than sampling noise would explain.",
      },
    ],
  };
  const accounts = report.campaigns.flatMap((campaign) => buildMembers(campaign.id, campaign.accounts, campaign.events, random));
  accounts.push(...buildCrowd(crowd, random));
  accounts.sort((a, b) => (a.account_id < b.account_id ? -1 : 1));
  report.counts.accounts = accounts.length;
  return { report, accounts, requests: buildRequests(report), quarantine: buildQuarantine(), pictures };
}

/** A small linear congruential generator (Numerical Recipes): samples need no more. */
function createGenerator(seed: number): () => number {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}

function nameMember(campaignId: string, index: number): string {
  return `acct_${campaignId.slice(2, 6)}${(index * 7919 + 4096).toString(16).padStart(6, "0")}`;
}

function buildHydraPictures(id: string, accounts: number, random: () => number): CampaignPictures {
  const hours = 24 * 27;
  const releaseHour = (Date.UTC(2026, 0, 22, 17) - FROM_MS) / HOUR_MS;
  const old: number[] = [];
  const fresh: number[] = [];
  for (let hour = 0; hour < hours; hour++) {
    const daily = 1 + 0.35 * Math.sin(((hour % 24) / 24) * 2 * Math.PI - 1);
    const ramp = Math.min(1, hour / 60) * (hour > 24 * 22 ? 0.35 : 1) * (hour > 11 * 24 + 4 && hour < 11 * 24 + 19 ? 0.08 : 1);
    const total = Math.round(680 * daily * ramp * (0.85 + 0.3 * random()));
    const moved = hour < releaseHour ? 0 : Math.min(0.48, ((hour - releaseHour) / 14) * 0.48);
    fresh.push(Math.round(total * moved));
    old.push(total - Math.round(total * moved));
  }
  const members = buildEvidence(id, Math.min(accounts, 120), random);
  return {
    activity: {
      fromMs: FROM_MS,
      hours: old.map((count, hour) => count + (fresh[hour] ?? 0)),
      byModel: { "aster-4": old, "aster-5": fresh },
    },
    enforcement: [
      { atMs: FROM_MS + (11 * 24 + 4) * HOUR_MS, measure: "limited", accounts: 32 },
      { atMs: FROM_MS + 22 * 24 * HOUR_MS, measure: "banned", accounts: 96 },
    ],
    members,
    links: buildLinks(members.length, random),
    touched: { accounts, verifiedAccounts: 3, organizations: 171, unrelatedEvents: 41_870 },
    nearestBenign: {
      description: "A contracted reseller that spreads one customer's batch over its accounts",
      because:
        "A reseller would hold one contract and one payment method; these accounts claim 171 organizations and share 14 payment methods.",
    },
  };
}

function buildSuccessorPictures(id: string, accounts: number, random: () => number): CampaignPictures {
  const hours = Array.from({ length: 24 * 6 }, (_, hour) => Math.round(Math.min(1, hour / 8) * 260 * (0.8 + 0.4 * random())));
  const members = buildEvidence(id, accounts, random);
  return {
    activity: { fromMs: Date.UTC(2026, 0, 27, 3), hours, byModel: { "aster-5": hours } },
    enforcement: [],
    members,
    links: buildLinks(members.length, random),
    touched: { accounts, verifiedAccounts: 0, organizations: 64, unrelatedEvents: 1_204 },
  };
}

function buildEvidence(id: string, count: number, random: () => number): CampaignPictures["members"] {
  return Array.from({ length: count }, (_, index) => {
    const events = Math.round(900 + 2_600 * random());
    const groups: Record<string, number> = {};
    for (const [position, group] of EVIDENCE_GROUPS.entries()) {
      const strength = [5.5, 4.2, 1.4, 3.1][position] ?? 0;
      groups[group] = Math.max(-1.2, strength * (0.35 + 1.1 * random()) - (random() < 0.25 ? strength * 0.9 : 0));
    }
    return { accountId: nameMember(id, index), events, campaignEvents: Math.round(events * (0.55 + 0.45 * random())), groups };
  });
}

function buildLinks(members: number, random: () => number): CampaignPictures["links"] {
  const links: CampaignPictures["links"] = [];
  for (let a = 0; a < members; a++) {
    for (let b = a + 1; b < members; b++) {
      if (a % 14 === b % 14 && random() < 0.5) links.push({ a, b, kind: "shared-rare-instrument", strength: 6.2 });
      if (Math.floor(a / 10) === Math.floor(b / 10) && random() < 0.6) links.push({ a, b, kind: "registration-burst", strength: 2.1 });
      if (random() < 0.03) links.push({ a, b, kind: "exchangeable-mix", strength: 4.4 });
    }
  }
  return links;
}

function buildMembers(campaignId: string, accounts: number, campaignEvents: number, random: () => number): AccountLine[] {
  return Array.from({ length: accounts }, (_, index) => {
    const own = Math.round(campaignEvents / accounts);
    return {
      account_id: nameMember(campaignId, index),
      standing: "campaign",
      probability: round(0.93 + 0.069 * random()),
      campaign_id: campaignId,
      events: Math.round(own * (1 + 0.25 * random())),
      campaign_events: own,
      signals: [
        {
          detection: "exchangeable-mix",
          strength: round(4 + random()),
          spoofable: 2,
          because: "Its mix of 11 families differs from its siblings' no more than sampling noise (dispersion 1.02).",
        },
        {
          detection: "harvest-shape",
          strength: round(1.5 + random()),
          spoofable: 2,
          because: "96 % of its requests are single turn and end at the output cap.",
        },
        ...(index % 3 === 0
          ? [
              {
                detection: "shared-rare-instrument",
                strength: 6.2,
                spoofable: 1,
                because: "It pays with a method that 12 strangers share; 1 account in 40,000 shares one with a stranger.",
              },
            ]
          : []),
      ],
    };
  });
}

function buildCrowd(crowd: number, random: () => number): AccountLine[] {
  return Array.from({ length: crowd }, (_, index) => {
    const isWatched = index % 131 === 7;
    return {
      account_id: `acct_u${(index * 104_729 + 65_536).toString(16).padStart(7, "0")}`,
      standing: isWatched ? "watch" : "clear",
      probability: round(isWatched ? 0.2 + 0.5 * random() : 0.02 * random() ** 3),
      campaign_id: isWatched && index % 2 === 0 ? FIRST_CAMPAIGN : null,
      events: Math.round(3 + 400 * random() ** 3),
      campaign_events: 0,
      signals: isWatched
        ? [
            {
              detection: "reasoning-elicitation",
              strength: 1.1,
              spoofable: 3,
              because: "14 of its 61 requests ask for a full chain of reasoning after the fact.",
            },
          ]
        : [],
    };
  });
}

function buildRequests(report: Report): RequestLine[] {
  return report.campaigns.flatMap((campaign) =>
    Array.from({ length: 20 }, (_, index) => ({
      request_id: `req_${campaign.id.slice(2)}_${String(index).padStart(5, "0")}`,
      campaign_id: campaign.id,
    })),
  );
}

function buildQuarantine(): Problem[] {
  const broken = Array.from(
    { length: 17 },
    (_, index): Problem => ({
      code: "SW1201",
      what: "broken JSON",
      place: { file: "requests-03.ndjson", line: 118 + index * 9 },
      why: "half a line cannot be told from a whole one that means something else.",
      fix: "look for a writer that was stopped while it wrote.",
    }),
  );
  return [
    ...broken,
    {
      code: "SW1208",
      what: "a time is absurd: `at` lies in the year 58021",
      place: { file: "requests-01.ndjson", line: 4, column: 31 },
      why: "microseconds read as milliseconds would move the request out of every window.",
      fix: "write `at` as RFC 3339 or epoch milliseconds.",
    },
  ];
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
