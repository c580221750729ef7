/** Look-alikes that are one organization: many accounts, one work load, nothing hidden. */
import { writeAppSystemPrompt, writeCiTemplate, writeDiff, writeProductName } from "../content/benign-scaffolds.js";
import { writeAnswer, writeItem } from "../content/items.js";
import { SCAFFOLDS, type Scaffold } from "../content/scaffolds.js";
import { createQueue } from "../campaigns/queue.js";
import { createWorkLoads, fill } from "../campaigns/workload.js";
import type { Group, WorldContext } from "../context.js";
import { openApp, openChat, openUsage } from "../crowd/usage.js";
import { writePhrase } from "../phrase.js";
import { chance, createRandom, drawBetween, drawInteger, drawZipf, mix32, pick, pickWeighted } from "../random.js";
import { addTurn, drawTurns, startSession, type Session } from "../session.js";
import { DAY_MS } from "../schedule.js";
import {
  createBenign,
  joinOrganization,
  listCrowds,
  nameOrganization,
  shareAddresses,
  shareProgram,
  weighSteadily,
} from "./benign-group.js";

/** Robots of one company's repositories: one template, round the clock, the same diff again after each push. */
export function createCiFleets(context: WorldContext): Group[] {
  return listCrowds(context, "ci_fleet", [6, 16]).map((crowd) => {
    const template = writeCiTemplate(createRandom(crowd.seed, 6));
    return createBenign(crowd, {
      shape(profile, _ordinal, random) {
        joinOrganization(context, crowd, profile, random);
        shareAddresses(crowd, profile, "datacenter", 3, false);
        shareProgram(crowd, profile);
        weighSteadily(profile, 1.5, random);
        Object.assign(profile.habits, { kind: "script", streamShare: 0, temperature: 0, turnsMean: 1.6, channel: "api" });
        profile.pace.curve = 2;
        profile.pace.activeShare = 1;
      },
      open(profile, atMs, random) {
        const session = startSession(profile, atMs, random);
        const turns = drawTurns(profile, random);
        // A push is checked, mended and checked again: a third of all runs see a diff that was seen before.
        const push = chance(random, 0.35) ? drawZipf(random, 60) : drawInteger(random, 2 ** 31);
        const diff = writeDiff(createRandom(crowd.seed, push));
        for (let i = 0; i < turns; i++) {
          const text = template.prompt.replace("%ITEM%", () => `#${drawBetween(random, 1000, 99999)}`).replace("%ANSWER%", () => diff);
          addTurn(session, { system: template.system, text, answer: writeAnswer(random, 200, "the diff") });
        }
        return session.drafts;
      },
    });
  });
}

/** Annotators of one firm who grade its product: rubric prompts, office hours, every item marked by two or three people. */
export function createLabellingFirms(context: WorldContext): Group[] {
  const rubrics = SCAFFOLDS.filter((each) => each.capability === "grading");
  return listCrowds(context, "labelling_firm", [10, 24]).map((crowd) => {
    const own = createRandom(crowd.seed, 6);
    const scaffold = pick<Scaffold>(own, rubrics);
    const product = writeProductName(own);
    const frame = `${product}. ${writePhrase(scaffold.prompt, own)}`;
    const items = 40 + crowd.size * 12;
    return createBenign(crowd, {
      shape(profile, _ordinal, random) {
        joinOrganization(context, crowd, profile, random);
        shareAddresses(crowd, profile, "office", 2, chance(random, 0.3));
        weighSteadily(profile, 1.2, random);
        Object.assign(profile.habits, { kind: "script", turnsMean: 2, pauseMs: 90_000 });
        profile.pace.curve = 0;
      },
      open(profile, atMs, random) {
        const session = startSession(profile, atMs, random);
        for (let turns = drawTurns(profile, random); turns > 0; turns--) {
          const item = createRandom(crowd.seed, 0x77, drawInteger(random, items));
          const question = writeItem("general", item);
          addTurn(session, { text: fill(frame, question, writeAnswer(item, 260, question)), answer: writeAnswer(random, 200, "marks") });
        }
        return session.drafts;
      },
    });
  });
}

/** Seats of a company behind one address: everybody asks what they like, under the company's system prompt. */
export function createEnterprises(context: WorldContext): Group[] {
  return listCrowds(context, "enterprise_nat", [18, 40]).map((crowd) => {
    const system = writeAppSystemPrompt(createRandom(crowd.seed, 6));
    let exported: { handle: string; account: number; atMs: number } | null = null;
    return createBenign(crowd, {
      shape(profile, _ordinal, random) {
        joinOrganization(context, crowd, profile, random);
        shareAddresses(crowd, profile, "office", 1, chance(random, 0.4));
        Object.assign(profile.habits, { kind: "chat", channel: chance(random, 0.6) ? "console" : "api" });
        profile.pace.curve = 0;
      },
      open(profile, atMs, random) {
        const session = startSession(profile, atMs, random);
        openChat(context, session, system);
        exported = passOn(session, exported);
        return session.drafts;
      },
    });
  });
}

/** Of so many conversations of an office one begins with what a colleague exported. */
const IMPORTS_ONE_IN = 40;

/** Begins a conversation with a colleague's latest reasoning now and then; answers what this one leaves for the next. */
function passOn(
  { drafts, profile, seed }: Session,
  exported: { handle: string; account: number; atMs: number } | null,
): { handle: string; account: number; atMs: number } | null {
  const [first] = drafts;
  const imports = exported !== null && exported.account !== profile.index && mix32(seed, 0x1a) % IMPORTS_ONE_IN === 0;
  if (exported && imports && first && exported.atMs < first.atMs) first.handlesSubmitted = [exported.handle];
  const last = drafts.find((draft) => draft.status === undefined && draft.handlesIssued !== undefined);
  return last?.handlesIssued?.[0] === undefined ? exported : { handle: last.handlesIssued[0], account: profile.index, atMs: last.atMs };
}

/** One app, several regional accounts, many end users. */
export function createSaasApps(context: WorldContext): Group[] {
  return listCrowds(context, "saas_template", [3, 9]).map((crowd) =>
    createBenign(crowd, {
      shape(profile, _ordinal, random) {
        joinOrganization(context, crowd, profile, random);
        shareAddresses(crowd, profile, "datacenter", 4, false);
        shareProgram(crowd, profile);
        weighSteadily(profile, 2.5, random);
        Object.assign(profile.habits, { kind: "app", sendsEndUser: true, channel: "api" });
      },
      open(profile, atMs, random) {
        const session = startSession(profile, atMs, random);
        openApp(context, session, mix32(crowd.seed, 9));
        return session.drafts;
      },
    }),
  );
}

/** A reseller under contract: its accounts share egress, program and channel, and carry its customers' traffic. */
export function createResellers(context: WorldContext): Group[] {
  return listCrowds(context, "contracted_reseller", [8, 22]).map((crowd) =>
    createBenign(crowd, {
      shape(profile, _ordinal, random) {
        joinOrganization(context, crowd, profile, random);
        shareAddresses(crowd, profile, "datacenter", 5, false);
        shareProgram(crowd, profile);
        weighSteadily(profile, 2, random);
        profile.habits.channel = `reseller:${writeProductName(createRandom(crowd.seed, 6))
          .toLowerCase()
          .replace(/[^a-z]/g, "")}`;
        profile.pace.curve = 2;
      },
      open(profile, atMs, random) {
        // Two hundred customers, large and small, spread over all accounts.
        const customer = mix32(crowd.seed, drawZipf(random, 200)) >>> 1;
        const kind = pickWeighted(createRandom(customer, 7), ["chat", "app", "script", "agent"] as const, [40, 30, 20, 10]);
        return openUsage(context, { ...profile, textSeed: customer, habits: { ...profile.habits, kind } }, atMs, random);
      },
    }),
  );
}

/** A catalogue or a game translated in bulk: one template, own strings, almost no repeats. */
export function createTranslators(context: WorldContext): Group[] {
  return listCrowds(context, "batch_translation", [2, 7]).map((crowd) => {
    const own = createRandom(crowd.seed, 6);
    const target = pick(own, ["German", "French", "Korean", "Polish", "Portuguese", "Thai"]);
    const frame = writePhrase(
      `{Translate|Render} {the string|the text} for {the catalogue of|} ${writeProductName(own)} into ${target}. {Keep placeholders|Keep markup|No explanations}.\n\n%ITEM%`,
      own,
    );
    const queue = createQueue(null, "general", crowd.seed);
    return createBenign(crowd, {
      shape(profile, _ordinal, random) {
        joinOrganization(context, crowd, profile, random);
        shareAddresses(crowd, profile, "datacenter", 2, false);
        weighSteadily(profile, 3, random);
        Object.assign(profile.habits, {
          kind: "batch",
          streamShare: 0,
          temperature: 0.2,
          turnsMean: 3,
          channel: chance(random, 0.6) ? "batch" : "api",
          pauseMs: 1500,
        });
        profile.pace.activeShare = 0.3;
      },
      open(profile, atMs, random) {
        const session = startSession(profile, atMs, random);
        for (let turns = drawTurns(profile, random); turns > 0; turns--) {
          const item = queue().text;
          addTurn(session, { text: fill(frame, item, ""), answer: writeAnswer(random, item.length, item) });
        }
        return session.drafts;
      },
    });
  });
}

/** A customer who distils with permission: looks like a campaign in every respect, is on the allowlist. */
export function createAuthorisedDistillers(context: WorldContext): Group[] {
  return listCrowds(context, "authorised_distiller", [5, 14]).map((crowd) => {
    const workLoads = createWorkLoads(
      context,
      [
        { capability: "reasoning", share: 2 },
        { capability: "coding", share: 1 },
        { capability: "task_generation", share: 1 },
      ],
      crowd.seed,
    );
    const shares = workLoads.map((each) => each.share);
    return createBenign(crowd, {
      shape(profile, _ordinal, random) {
        joinOrganization(context, crowd, profile, random);
        shareAddresses(crowd, profile, "datacenter", 3, false);
        weighSteadily(profile, 2, random);
        Object.assign(profile.habits, { kind: "script", streamShare: 0 });
      },
      open(profile, atMs, random) {
        const session = startSession(profile, atMs, random);
        for (let turns = drawTurns(profile, random); turns > 0; turns--)
          addTurn(session, pickWeighted(random, workLoads, shares).write(random));
        return session.drafts;
      },
      allowlist: [{ organizationId: nameOrganization(crowd), reason: "distillation licence", expiresAtMs: context.endAtMs + 180 * DAY_MS }],
    });
  });
}
