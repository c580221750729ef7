/** The groups of a world: campaigns, look-alikes, and the crowd that fills the rest. */
import type { Enforcement } from "../vocabulary/account.js";
import { StillwatchError } from "../vocabulary/errors.js";
import { createCampaigns } from "./campaigns/playbooks.js";
import type { Group, WorldContext } from "./context.js";
import { openUsage } from "./crowd/usage.js";
import * as organizations from "./look-alikes/organizations.js";
import * as strangers from "./look-alikes/strangers.js";
import type { LookAlikeName } from "./options.js";
import type { Profile } from "./profile.js";
import { createRandom, drawInteger, drawZipf, mix32, pick, type Random } from "./random.js";

const LOOK_ALIKE_BUILDERS: Record<LookAlikeName, (context: WorldContext) => Group[]> = {
  ci_fleet: organizations.createCiFleets,
  evaluation_harness: strangers.createEvaluationHarnesses,
  labelling_firm: organizations.createLabellingFirms,
  classroom: strangers.createClassrooms,
  hackathon: strangers.createHackathons,
  enterprise_nat: organizations.createEnterprises,
  saas_template: organizations.createSaasApps,
  agent_framework: strangers.createFrameworkUsers,
  vpn_users: strangers.createVpnUsers,
  agent_kit: strangers.createKitUsers,
  copycats: strangers.createCopycats,
  personas: strangers.createPersonaFans,
  contracted_reseller: organizations.createResellers,
  batch_translation: organizations.createTranslators,
  day_one_adopters: strangers.createDayOneAdopters,
  authorised_distiller: organizations.createAuthorisedDistillers,
};

/** Ordinary accounts that meet with a measure of their own: one in four hundred. */
const CROWD_ENFORCED_SHARE = 1 / 400;

/**
 * Builds every group; together they have exactly the accounts asked for.
 * @throws StillwatchError SW1502 when campaigns and look-alikes leave no room for a crowd.
 */
export function createGroups(context: WorldContext): Group[] {
  const campaigns = createCampaigns(context, 0);
  const lookAlikes = context.options.lookAlikes.flatMap((name) => LOOK_ALIKE_BUILDERS[name](context));
  const taken = [...campaigns, ...lookAlikes].reduce((sum, group) => sum + group.size, 0);
  const left = context.options.accounts - taken;
  if (left < context.options.accounts * 0.2) {
    throw new StillwatchError({
      code: "SW1502",
      what: `${context.options.accounts} accounts leave no crowd: campaigns and look-alikes take ${taken}`,
      why: "a world without ordinary accounts (at least a fifth) would flatter every detector.",
      fix: `give --accounts ${Math.ceil(taken * 1.5)} or more, or fewer campaigns, --campaign-accounts or --look-alikes.`,
    });
  }
  return [...campaigns, ...lookAlikes, createCrowd(context, left, taken)];
}

function createCrowd(context: WorldContext, size: number, firstIndex: number): Group {
  return {
    name: "crowd",
    size,
    shape() {},
    open: (profile, atMs, random) => openUsage(context, chooseCustomer(profile, random), atMs, random),
    enforcement: listCrowdMeasures(context, size, firstIndex),
    describe: () => ({ segment: "crowd", crowd: "crowd", accounts: size }),
  };
}

/** One account in six is an agency, a wrapper or a shared workspace that works for several parties at once. */
function chooseCustomer(profile: Profile, random: Random): Profile {
  if (profile.textSeed % 6 !== 0) return profile;
  return { ...profile, textSeed: mix32(profile.textSeed, drawZipf(random, 3 + (profile.textSeed % 17))) >>> 1 };
}

function listCrowdMeasures(context: WorldContext, size: number, firstIndex: number): Enforcement[] {
  const random = createRandom(context.options.seed, 0xef);
  const measures: Enforcement[] = [];
  const count = Math.round(size * CROWD_ENFORCED_SHARE);
  for (let i = 0; i < count; i++) {
    const accountId = context.nameAccount(firstIndex + drawInteger(random, size));
    const atMs = Math.floor(context.startAtMs + random() * 0.9 * (context.endAtMs - context.startAtMs));
    const measure = pick(random, ["limited", "limited", "suspended"] as const);
    measures.push({ accountId, atMs, measure, reason: pick(random, ["payment", "terms", "volume"]) });
    if (random() < 0.5) measures.push({ accountId, atMs: atMs + Math.floor((2 + random() * 40) * 3_600_000), measure: "reinstated" });
  }
  return measures;
}
