/** Look-alikes that are crowds of strangers: they share a template, a network or a moment, and nothing else. */
import { writeFrameworkPrompt, writeKitRoles } from "../content/benign-scaffolds.js";
import { writeAnswer, writeItem } from "../content/items.js";
import { SCAFFOLDS, type Scaffold } from "../content/scaffolds.js";
import { writeOpening, writeFollowUp } from "../content/talk.js";
import { varyPrompt } from "../content/wording.js";
import type { Group, WorldContext } from "../context.js";
import { openAgent, openApp, openChat, openUsage } from "../crowd/usage.js";
import { placeSite } from "../identity/networks.js";
import { writePhrase } from "../phrase.js";
import { chance, createRandom, drawBetween, drawInteger, drawZipf, hashText, mix32, pick } from "../random.js";
import { addTurn, drawTurns, startSession } from "../session.js";
import { DAY_MS, HOUR_MS } from "../schedule.js";
import { createBenign, listCrowds, shareAddresses } from "./benign-group.js";
import { fill } from "../campaigns/workload.js";

/** Labs and hobbyists who run public benchmarks: the same questions in the same layout, again for each model, at temperature 0. */
export function createEvaluationHarnesses(context: WorldContext): Group[] {
  const benchmarks = context.options.library?.benchmarks.filter((each) => each.prompts.length > 50) ?? [];
  return listCrowds(context, "evaluation_harness", [6, 14]).map((crowd) => {
    const real = benchmarks[crowd.ordinal % Math.max(1, benchmarks.length)];
    const questions =
      real?.prompts ?? Array.from({ length: 900 }, (_, i) => writeItem("reasoning", createRandom(0xbe, crowd.ordinal % 3, i)));
    const layout = pick(createRandom(crowd.seed, 6), [
      "Question: %ITEM%\nAnswer:",
      'Answer the following question. Think step by step, then write the final answer after "####".\n\n%ITEM%',
      "%ITEM%\n\nGive the answer only.",
    ]);
    return createBenign(crowd, {
      shape(profile) {
        Object.assign(profile.habits, { kind: "script", temperature: 0, streamShare: 0, turnsMean: 6, pauseMs: 1500, sendsSession: false });
        profile.pace.activeShare = 0.25;
        profile.pace.weight = Math.max(0.4, profile.pace.weight);
      },
      open(profile, atMs, random) {
        const session = startSession(profile, atMs, random);
        // Each run walks through the list from some point on.
        let at = drawInteger(random, questions.length);
        // Every second crowd compares two models: both get every question, and each refuses its own ninth.
        const models = crowd.ordinal % 2 === 1 ? [0, 1] : [undefined];
        for (let turns = drawTurns(profile, random); turns > 0; turns -= models.length) {
          const question = questions[at++ % questions.length] ?? "";
          for (const model of models) {
            const refuses = model !== undefined && mix32(crowd.seed, at * 2 + model) % 9 === 0;
            addTurn(session, {
              text: layout.replace("%ITEM%", () => question),
              answer: writeAnswer(random, 120, question),
              ...(model === undefined ? {} : { extra: { model, ...(refuses ? { isRefusal: true } : {}) } }),
            });
          }
        }
        return session.drafts;
      },
    });
  });
}

/** A class with one homework sheet: the school's address, registered in one week, education programme, the same tasks in their own words. */
export function createClassrooms(context: WorldContext): Group[] {
  return listCrowds(context, "classroom", [14, 30]).map((crowd) => {
    const own = createRandom(crowd.seed, 6);
    const sheet = Array.from({ length: drawBetween(own, 6, 12) }, () =>
      writeItem(pick(own, ["reasoning", "coding", "general"] as const), own),
    );
    const weekAtMs = context.startAtMs + drawBetween(own, -12, 2) * DAY_MS;
    return createBenign(crowd, {
      shape(profile, _ordinal, random) {
        const { account } = profile;
        account.createdAtMs = Math.floor(weekAtMs + drawInteger(random, 5) * DAY_MS + (8 + 4 * random()) * HOUR_MS);
        account.programme = "education";
        account.emailDomain = `school-${crowd.seed % 9973}.example`;
        account.plan = "free";
        account.verification = "email";
        delete account.paymentFingerprint;
        delete account.paymentKind;
        delete account.organizationId;
        account.signupIp = placeSite(crowd.seed, "school", 0).ip;
        shareAddresses(crowd, profile, "school", 1, true);
        Object.assign(profile.habits, { kind: "chat", channel: chance(random, 0.7) ? "console" : "api", turnsMean: 2.5 });
        profile.pace.aliveFromMs = Math.max(context.startAtMs, account.createdAtMs);
        profile.pace.curve = chance(random, 0.6) ? 0 : 1;
      },
      open(profile, atMs, random) {
        const session = startSession(profile, atMs, random);
        if (chance(random, 0.25)) {
          openChat(context, session, null);
          return session.drafts;
        }
        const task = pick(random, sheet);
        const text = chance(random, 0.5) ? task : varyPrompt(task, random);
        addTurn(session, { text, answer: writeAnswer(random, 220, task) });
        for (let turns = drawTurns(profile, random); turns > 1; turns--)
          addTurn(session, { text: writeFollowUp("en", random), answer: writeAnswer(random, 150, task), keepsHistory: true });
        return session.drafts;
      },
    });
  });
}

/** A hackathon: accounts of one weekend, one hall's address, a starter kit, everyone's own app. */
export function createHackathons(context: WorldContext): Group[] {
  return listCrowds(context, "hackathon", [16, 36]).map((crowd) => {
    const own = createRandom(crowd.seed, 6);
    const atMs = context.startAtMs + (1 + Math.floor(own() * (context.options.days - 2))) * DAY_MS;
    const starter = writeFrameworkPrompt(own);
    return createBenign(crowd, {
      shape(profile, _ordinal, random) {
        profile.account.createdAtMs = Math.floor(atMs + (7 + 3 * random() ** 2) * HOUR_MS);
        profile.account.programme = chance(random, 0.7) ? "startup" : "none";
        profile.account.signupIp = placeSite(crowd.seed, "office", 0).ip;
        profile.account.referrer = "conference";
        shareAddresses(crowd, profile, "office", 1, chance(random, 0.5));
        Object.assign(profile.habits, { kind: chance(random, 0.5) ? "agent" : "app" });
        profile.pace.aliveFromMs = profile.account.createdAtMs + 600_000;
        profile.pace.aliveToMs = atMs + 3 * DAY_MS;
        profile.pace.weight *= 2;
        profile.pace.activeShare = 1;
      },
      open(profile, at, random) {
        const session = startSession(profile, at, random);
        if (profile.habits.kind === "agent")
          openAgent(context, session, { system: starter, text: writeOpening(context.options.library, "en", random).text, campaign: null });
        else openApp(context, session, profile.textSeed);
        return session.drafts;
      },
    });
  });
}

/** People who use the same agent framework. */
export function createFrameworkUsers(context: WorldContext): Group[] {
  return listCrowds(context, "agent_framework", [24, 60]).map((crowd) => {
    const framework = context.frameworks[crowd.ordinal % context.frameworks.length] ?? null;
    return createBenign(crowd, {
      shape(profile) {
        Object.assign(profile.habits, { kind: "agent", toolsShare: 1 });
        profile.habits.turnsMean = Math.max(2, profile.habits.turnsMean * 2);
      },
      open(profile, atMs, random) {
        const session = startSession(profile, atMs, random);
        const goal = chance(random, 0.5)
          ? writeItem(pick(random, ["agentic_coding", "coding", "tool_use"] as const), random)
          : writeOpening(context.options.library, profile.habits.language, random).text;
        openAgent(context, session, { system: framework, text: varyPrompt(goal, random), campaign: null });
        return session.drafts;
      },
    });
  });
}

/** Customers of a commercial VPN: few exits, everything else their own. */
export function createVpnUsers(context: WorldContext): Group[] {
  return listCrowds(context, "vpn_users", [18, 45]).map((crowd) =>
    createBenign(crowd, {
      shape(profile, _ordinal, random) {
        const exits = Array.from({ length: drawBetween(random, 1, 4) }, () => placeSite(crowd.seed, "vpn", drawInteger(random, 8)));
        profile.addresses = chance(random, 0.5) ? exits : [...exits, ...profile.addresses.slice(0, 1)];
        profile.account.signupIp = exits[0]?.ip ?? "";
      },
      open: (profile, atMs, random) => openUsage(context, profile, atMs, random),
    }),
  );
}

/** Strangers who run the same multi-role agent kit: several scaffolds in nearly equal proportions, over goals of their own. */
export function createKitUsers(context: WorldContext): Group[] {
  return listCrowds(context, "agent_kit", [14, 34]).map((crowd) => {
    const roles = writeKitRoles(createRandom(crowd.seed, 6));
    return createBenign(crowd, {
      shape(profile) {
        Object.assign(profile.habits, { kind: "agent" });
        profile.habits.turnsMean = roles.length;
      },
      countPerSession: () => roles.length * 1.15,
      open(profile, atMs, random) {
        const session = startSession(profile, atMs, random);
        // People come back to the same goal and mend it.
        const topic = createRandom(profile.textSeed, drawZipf(random, 12));
        const goal = varyPrompt(writeItem(pick(topic, ["general", "coding", "data_analysis", "tool_use"] as const), topic), random);
        for (const { role, system } of roles) {
          const rounds = role === "critic" || role === "coder" ? drawBetween(random, 1, 2) : chance(random, 0.92) ? 1 : 0;
          for (let i = 0; i < rounds; i++)
            addTurn(session, {
              system,
              text: `Goal: ${goal}\n${role === "planner" ? "" : writeAnswer(random, drawBetween(random, 80, 500), goal)}`,
              answer: writeAnswer(random, 260, goal),
            });
        }
        return session.drafts;
      },
    });
  });
}

/** People who took over a published extraction scaffold for part of what they do; the first crowd copies the wording that deepseek-1 uses. */
export function createCopycats(context: WorldContext): Group[] {
  const published = SCAFFOLDS.filter((each) => each.capability === "reasoning" && !each.id.includes("coercion"));
  return listCrowds(context, "copycats", [12, 26]).map((crowd) => {
    const scaffold = (
      crowd.ordinal === 0 ? published.find((each) => each.id === "articulate-afterwards") : pick(createRandom(crowd.seed, 6), published)
    ) as Scaffold;
    const seed = crowd.ordinal === 0 ? mix32(mix32(context.options.seed, hashText("deepseek-1")), hashText(scaffold.id)) : crowd.seed;
    const frame = writePhrase(scaffold.prompt, createRandom(seed, 0));
    return createBenign(crowd, {
      open(profile, atMs, random) {
        if (chance(random, 0.65)) return openUsage(context, profile, atMs, random);
        const session = startSession(profile, atMs, random);
        // They try it on what they care about, and on the example that everyone passes around.
        const item = chance(random, 0.3)
          ? writeItem("reasoning", createRandom(crowd.seed, drawZipf(random, 6)))
          : writeOpening(context.options.library, profile.habits.language, random).text;
        for (let turns = Math.min(3, drawTurns(profile, random)); turns > 0; turns--)
          addTurn(session, { text: fill(frame, item, writeAnswer(random, 160, item)), answer: writeAnswer(random, 260, item) });
        return session.drafts;
      },
    });
  });
}

/** People who talk to the same few personas. */
export function createPersonaFans(context: WorldContext): Group[] {
  return listCrowds(context, "personas", [16, 36]).map((crowd) =>
    createBenign(crowd, {
      shape(profile) {
        Object.assign(profile.habits, { kind: "chat", reasoningShare: 0 });
      },
      open(profile, atMs, random) {
        const session = startSession(profile, atMs, random);
        const persona = context.personas[(crowd.ordinal * 7 + drawZipf(random, 6)) % context.personas.length] ?? "";
        if (chance(random, 0.5)) openChat(context, session, persona);
        else {
          addTurn(session, { text: persona, answer: writeAnswer(random, 120, "the role") });
          const opening = writeOpening(context.options.library, profile.habits.language, random);
          for (let turns = drawTurns(profile, random); turns > 0; turns--)
            addTurn(session, {
              text: turns % 2 ? opening.text : writeFollowUp(profile.habits.language, random),
              answer: writeAnswer(random, 200, opening.text),
              keepsHistory: true,
            });
        }
        return session.drafts;
      },
    }),
  );
}

/** Enthusiasts who move to a new model on its first day, each with their own work. */
export function createDayOneAdopters(context: WorldContext): Group[] {
  return listCrowds(context, "day_one_adopters", [14, 34]).map((crowd) =>
    createBenign(crowd, {
      shape(profile, _ordinal, random) {
        profile.habits.adoptsAfterMs = random() * 20 * HOUR_MS;
        profile.pace.weight = Math.max(0.5, profile.pace.weight);
      },
      open: (profile, atMs, random) => openUsage(context, profile, atMs, random),
    }),
  );
}
