/** The playbooks, after the published disclosures; see the sources in docs. Shares and sizes follow their proportions, not their absolute figures. */
import type { Group, WorldContext } from "../context.js";
import type { PlaybookName } from "../options.js";
import { chance, createRandom, hashText, mix32 } from "../random.js";
import { HOUR_MS } from "../schedule.js";
import { type CampaignSeat, type CampaignWish, createCampaign, scaleSize } from "./campaign.js";
import { AGENT_TILT, SCRIPT_TILT } from "./pool.js";
import { createArbitrage, createCoercion, createReplay, createSearch, createStandby } from "./special-playbooks.js";

/** Builds the groups of all campaigns asked for, from account position `firstIndex` on. */
export function createCampaigns(context: WorldContext, firstIndex: number): Group[] {
  const groups: Group[] = [];
  const seen = new Map<PlaybookName, number>();
  let at = firstIndex;
  for (const name of context.options.campaigns) {
    const ordinal = (seen.get(name) ?? 0) + 1;
    seen.set(name, ordinal);
    const id = `${name}-${ordinal}`;
    const seat = { id, seed: mix32(context.options.seed, hashText(id)), accounts: context.options.campaignAccounts, firstIndex: at };
    for (const group of PLAYBOOK_BUILDERS[name](context, seat)) {
      groups.push(group);
      at += group.size;
    }
  }
  return groups;
}

/** Reasoning, rubric grading, safe rewrites; shared payment, synchronised load balancing. The smallest of the three. */
function createDeepseek(context: WorldContext, seat: CampaignSeat): Group[] {
  const wish: CampaignWish = {
    id: seat.id,
    playbook: "deepseek",
    seed: seat.seed,
    size: scaleSize(seat.accounts, 0.6),
    pool: { weight: 1.1, sharedPayments: 0.6, kindWeights: SCRIPT_TILT, channels: [] },
    workLoads: [
      { capability: "reasoning", share: 30, scaffold: "articulate-afterwards" },
      { capability: "reasoning", share: 20 },
      { capability: "grading", share: 20 },
      { capability: "grading", share: 12 },
      { capability: "safe_rewrite", share: 18 },
    ],
    unrelatedShare: 0.15,
    bannedShare: 0.08,
  };
  return [createCampaign(context, wish, seat.firstIndex)];
}

/** Six capabilities over several access pathways; later on reasoning traces that it harvested are handed in to be reconstructed. */
function createMoonshot(context: WorldContext, seat: CampaignSeat): Group[] {
  const laterFrom = context.startAtMs + 0.68 * (context.endAtMs - context.startAtMs);
  const reseller = `reseller:${["northwind", "lattice", "openroute"][seat.seed % 3] ?? "lattice"}`;
  const wish: CampaignWish = {
    id: seat.id,
    playbook: "moonshot",
    seed: seat.seed,
    size: scaleSize(seat.accounts, 1),
    pool: {
      weight: 1.3,
      sharedPayments: 0.4,
      kindWeights: AGENT_TILT,
      channels: ["api", "api", "api", "console", "cloud:aws", "cloud:gcp", reseller],
    },
    workLoads: [
      { capability: "reasoning", share: 6, scaffold: "trace-reconstruction" },
      { capability: "tool_use", share: 20 },
      { capability: "agentic_coding", share: 14 },
      { capability: "coding", share: 16 },
      { capability: "data_analysis", share: 20, scaffold: "analyst" },
      { capability: "computer_use", share: 14 },
      { capability: "vision", share: 10 },
    ],
    chooseWorkLoad: (workLoads, atMs, random) => (atMs >= laterFrom && chance(random, 0.4) ? (workLoads[0] ?? null) : null),
    reworks: "trace-reconstruction",
    unrelatedShare: 0.25,
    bannedShare: 0.06,
    details: { later_phase_from: new Date(laterFrom).toISOString() },
  };
  return [createCampaign(context, wish, seat.firstIndex)];
}

/** Agentic coding and orchestration, the largest; moves about half its traffic to a new model within a day of its release. */
function createMinimax(context: WorldContext, seat: CampaignSeat): Group[] {
  const newest = context.models.length - 1;
  const releasedAtMs = context.models[newest]?.releasedAtMs ?? 0;
  const random = createRandom(seat.seed, 0x80);
  const beginsAtMs = releasedAtMs + (1 + 3 * random()) * HOUR_MS;
  const lastsMs = (3 + 4 * random()) * HOUR_MS;
  const share = 0.46 + 0.1 * random();
  const wish: CampaignWish = {
    id: seat.id,
    playbook: "minimax",
    seed: seat.seed,
    size: scaleSize(seat.accounts, 1.4),
    pool: { weight: 1.5, sharedPayments: 0.4, kindWeights: AGENT_TILT, channels: [] },
    workLoads: [
      { capability: "agentic_coding", share: 30 },
      { capability: "agentic_coding", share: 18 },
      { capability: "tool_use", share: 30, scaffold: "orchestrator" },
      { capability: "tool_use", share: 22 },
    ],
    chooseModel(atMs, own) {
      if (atMs < beginsAtMs) return undefined;
      return chance(own, share * Math.min(1, (atMs - beginsAtMs) / lastsMs)) ? newest : seat.seed % newest;
    },
    unrelatedShare: 0.15,
    bannedShare: 0.05,
    details: {
      shift: {
        to: context.models[newest]?.name ?? "",
        begins_at: new Date(beginsAtMs).toISOString(),
        share: Math.round(share * 100) / 100,
      },
    },
  };
  return [createCampaign(context, wish, seat.firstIndex)];
}

const PLAYBOOK_BUILDERS: Record<PlaybookName, (context: WorldContext, seat: CampaignSeat) => Group[]> = {
  deepseek: createDeepseek,
  moonshot: createMoonshot,
  minimax: createMinimax,
  coercion: createCoercion,
  standby: createStandby,
  search: createSearch,
  replay: createReplay,
  arbitrage: createArbitrage,
};
