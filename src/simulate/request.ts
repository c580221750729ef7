/** Turns a draft into a request event by adding what its account adds: model, sampling, tokens, client, identity. */
import type { Client, RequestEvent, Sampling } from "../vocabulary/request-event.js";
import type { Draft, WorldContext } from "./context.js";
import type { Profile } from "./profile.js";
import { chance, createRandom, drawInteger, drawLogNormal, formatHex, hashText, mix32, type Random } from "./random.js";

/** Finishes one request. Pure: the draft's seed settles everything but the ids, which count up with `sequence`. */
export function finishRequest(context: WorldContext, profile: Profile, draft: Draft, sequence: number): RequestEvent {
  const random = createRandom(context.options.seed, draft.seed, 3);
  const status = draft.status ?? 200;
  const isDone = status === 200;
  const model = draft.model ?? chooseModel(context, profile, draft.atMs, random);
  const inputTokens = countInput(draft);
  const event: RequestEvent = {
    requestId: `req_${formatHex(20, context.options.seed ^ 41, sequence)}`,
    atMs: draft.atMs,
    accountId: profile.account.accountId,
    targetModel: context.models[model]?.name ?? "",
    status,
    inputTokens,
    outputTokens: isDone ? draft.outputTokens : 0,
  };
  addIdentity(event, profile, draft, random);
  addOutcome(context, event, profile, draft, random);
  addText(event, draft, context.options.isMetadataOnly);
  addClient(event, profile, draft);
  if (context.options.knobs.has("metadata_stripped")) stripMetadata(event);
  return event;
}

/** About four characters a token in Latin script, a token and a half a character in Chinese and Japanese. */
export function countTokens(text: string): number {
  // A look at every few characters is enough to tell the script.
  const stride = 1 + (text.length >> 5);
  let wide = 0;
  let looks = 0;
  for (let i = 0; i < text.length; i += stride, looks++) if (text.charCodeAt(i) > 0x2e80) wide++;
  const share = looks === 0 ? 0 : wide / looks;
  return Math.ceil(text.length * (0.25 + 0.5 * share));
}

function countInput(draft: Draft): number {
  let tokens = 4 + 90 * draft.tools.length;
  if (draft.system) tokens += countTokens(draft.system);
  for (const message of draft.messages) tokens += 4 + countTokens(message.content);
  return tokens;
}

/** The model an account asks at a time: its usual one, another now and then, the new one once it has taken it up. */
export function chooseModel(context: WorldContext, profile: Profile, atMs: number, random: Random): number {
  const newest = context.models.length - 1;
  const releasedAtMs = context.models[newest]?.releasedAtMs ?? 0;
  const { habits } = profile;
  if (atMs >= releasedAtMs + habits.adoptsAfterMs && chance(random, 0.75)) return newest;
  // Anyone may try the new one once.
  if (atMs >= releasedAtMs && chance(random, 0.02)) return newest;
  if (chance(random, habits.otherModelShare)) return drawInteger(random, newest);
  return habits.model % newest;
}

function addIdentity(event: RequestEvent, profile: Profile, draft: Draft, random: Random): void {
  const { habits, account } = profile;
  if (profile.showsOrganization && account.organizationId !== undefined) event.organizationId = account.organizationId;
  event.keyHash = formatHex(24, 51 + (draft.sessionSeed % habits.keys), profile.index);
  if (habits.sendsEndUser) event.endUserHint = `u${mix32(draft.sessionSeed, 71) % 5000}`;
  if (habits.sendsSession) event.sessionId = `s_${formatHex(8, draft.sessionSeed, profile.index)}${formatHex(4, draft.sessionSeed, 72)}`;
  event.channel = draft.channel ?? habits.channel;
  event.operation = event.channel === "batch" ? "batch.chat" : "chat";
  if (event.channel !== "batch") event.isStream = chance(random, habits.streamShare);
}

function addOutcome(context: WorldContext, event: RequestEvent, profile: Profile, draft: Draft, random: Random): void {
  const { habits } = profile;
  const limit = habits.maxOutputTokens;
  event.latencyMs = Math.round(180 + event.outputTokens * (8 + 10 * random()) + event.inputTokens * 0.05 + drawLogNormal(random, 120, 0.8));
  const sampling: Sampling = {};
  const temperature = draft.temperature ?? habits.temperature;
  if (temperature !== null) sampling.temperature = temperature;
  if (habits.topP !== null) sampling.topP = habits.topP;
  if (limit !== null) sampling.maxOutputTokens = limit;
  if (Object.keys(sampling).length > 0) event.sampling = sampling;
  if (draft.tools.length > 0) {
    event.tools = [...draft.tools];
    event.toolSchemaHash = formatHex(16, hashText(draft.tools.join(",")), 9);
  }
  if (event.status !== 200) {
    event.errorCode = event.status === 429 ? "rate_limited" : event.status === 400 ? "invalid_request" : "overloaded";
    return;
  }
  if (limit !== null && event.outputTokens >= limit) {
    event.outputTokens = limit;
    event.finishReason = "length";
  } else event.finishReason = draft.tools.length > 0 && chance(random, 0.6) ? "tool_use" : "stop";
  if (draft.isRefusal === true || chance(random, 0.006)) event.isRefusal = true;
  if (draft.asksReasoning === true) event.reasoningTokens = Math.round(event.outputTokens * habits.reasoningScale * (0.4 + 1.2 * random()));
  if (draft.turn > 0 && habits.cachedShare > 0) event.cachedInputTokens = Math.floor(event.inputTokens * habits.cachedShare);
  if (draft.handlesIssued) event.reasoningHandlesIssued = draft.handlesIssued;
  const again = draft.handlesSentAgain?.filter(({ draft: issuing }) => sendsHandle(context, profile, issuing, event.targetModel));
  if (again !== undefined && again.length > 0) event.reasoningHandlesSubmitted = again.map(({ handle }) => handle);
  if (draft.handlesSubmitted) event.reasoningHandlesSubmitted = draft.handlesSubmitted;
}

/** One client in seven sends earlier reasoning to whatever model comes next; the others leave it out, and the new model issues its own. */
const SENDS_ALL_ONE_IN = 7;

function sendsHandle(context: WorldContext, profile: Profile, issuing: Draft, targetModel: string): boolean {
  if (profile.textSeed % SENDS_ALL_ONE_IN === 0) return true;
  const model = issuing.model ?? chooseModel(context, profile, issuing.atMs, createRandom(context.options.seed, issuing.seed, 3));
  return context.models[model]?.name === targetModel;
}

function addText(event: RequestEvent, draft: Draft, isMetadataOnly: boolean): void {
  if (isMetadataOnly) return;
  if (draft.system) event.system = draft.system;
  event.messages = draft.messages;
  if (event.status === 200) event.output = draft.answer;
}

function addClient(event: RequestEvent, profile: Profile, draft: Draft): void {
  const device = draft.deviceSeed ?? draft.sessionSeed;
  const at = mix32(device, 91) % profile.addresses.length;
  const by = mix32(device, 92) % profile.programs.length;
  event.client = profile.clients[at * profile.programs.length + by] ??= describeClient(profile, at, by);
}

function describeClient(profile: Profile, at: number, by: number): Client {
  const address = profile.addresses[at];
  const program = profile.programs[by];
  if (address === undefined || program === undefined) return {};
  return {
    ip: address.ip,
    asn: address.asn,
    asName: address.asName,
    country: address.country,
    ja4: profile.ownJa4 ?? program.ja4,
    userAgent: program.userAgent,
  };
}

/** What a cloud or an aggregator that strips metadata leaves of a request. */
function stripMetadata(event: RequestEvent): void {
  delete event.client;
  delete event.organizationId;
  delete event.keyHash;
  delete event.endUserHint;
  delete event.sessionId;
  delete event.sampling;
  delete event.latencyMs;
  delete event.isStream;
  delete event.toolSchemaHash;
  delete event.cachedInputTokens;
}
