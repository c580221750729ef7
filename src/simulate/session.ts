/** Conversations in the making: a list of drafts with a running clock, failures and retries. */
import type { Message } from "../vocabulary/request-event.js";
import type { Draft } from "./context.js";
import type { Profile } from "./profile.js";
import { chance, drawInteger, drawLogNormal, formatHex, mix32, type Random } from "./random.js";
import { DAY_MS } from "./schedule.js";

/** Characters of an answer that a log keeps, and of an earlier turn that is sent again. */
const ANSWER_CHARS_MAX = 260;
const HISTORY_CHARS_MAX = 300;
/** Messages sent again with each turn: callers trim their histories. */
const HISTORY_MESSAGES_MAX = 4;

/** A reasoning handle and what settles which model issued it. */
export interface IssuedHandle {
  handle: string;
  draft: Draft;
}

/** One conversation. */
export interface Session {
  profile: Profile;
  random: Random;
  atMs: number;
  seed: number;
  drafts: Draft[];
  history: Message[];
  turn: number;
  /** The seed that the conversation began with; `seed` is that of the session id it runs under. */
  startedSeed: number;
  /** Where it goes on from, when that is another device. */
  deviceSeed?: number;
  /** Reasoning handles of the turns that are sent again, for clients that send them back within the conversation. */
  handles: IssuedHandle[];
}

/** What one turn says; the rest of the draft is the session's. */
export interface Turn {
  system?: string | null;
  text: string;
  answer: string;
  outputTokens?: number;
  tools?: readonly string[];
  campaign?: string | null;
  /** Sends the conversation so far along. */
  keepsHistory?: boolean;
  /** Role of the new message. */
  role?: string;
  extra?: Partial<Draft>;
}

/** Starts a conversation. */
export function startSession(profile: Profile, atMs: number, random: Random): Session {
  const seed = drawInteger(random, 2 ** 32);
  return { profile, random, atMs, seed, startedSeed: seed, drafts: [], history: [], turn: 0, handles: [] };
}

/** Draws how many turns a conversation has: geometric around the profile's mean. */
export function drawTurns(profile: Profile, random: Random): number {
  const mean = profile.habits.turnsMean;
  if (mean <= 1) return 1;
  let turns = 1;
  while (turns < 40 && chance(random, 1 - 1 / mean)) turns++;
  return turns;
}

/** Adds one turn, its failures and retries, and moves the clock on. */
export function addTurn(session: Session, turn: Turn): void {
  const { random, profile } = session;
  const { habits } = profile;
  const message: Message = { role: turn.role ?? "user", content: turn.text };
  resume(session, turn.keepsHistory === true);
  const draft: Draft = {
    atMs: Math.floor(session.atMs),
    system: turn.system ?? null,
    messages: turn.keepsHistory === true ? [...session.history, message] : [message],
    answer: cut(turn.answer, ANSWER_CHARS_MAX),
    outputTokens: Math.max(1, Math.round(turn.outputTokens ?? drawLogNormal(random, habits.outputTokensMean, 0.7))),
    tools: turn.tools ?? [],
    campaign: turn.campaign ?? null,
    seed: drawInteger(random, 2 ** 32),
    sessionSeed: session.seed,
    turn: session.turn,
    ...(session.deviceSeed === undefined ? {} : { deviceSeed: session.deviceSeed }),
    ...turn.extra,
  };
  session.turn++;
  addHandles(session, draft, turn.keepsHistory === true);
  for (let attempt = 0; attempt < 3 && draft.status === undefined && chance(random, habits.failureShare); attempt++) {
    session.drafts.push({ ...draft, seed: drawInteger(random, 2 ** 32), status: pickFailure(random) });
    session.atMs += 1500 + random() * 20_000;
    draft.atMs = Math.floor(session.atMs);
    if (fallsBack(profile)) draft.model ??= (habits.model + 1) % MODELS_OF_BEFORE;
    if (!chance(random, habits.retryShare)) {
      // What was never answered issued nothing.
      session.handles = [];
      remember(session, message, draft.answer);
      return;
    }
  }
  session.drafts.push(draft);
  if (draft.campaign === null) askElsewhere(session, draft);
  session.atMs += drawLogNormal(random, habits.pauseMs, 0.8) + draft.outputTokens * 12;
  remember(session, message, draft.answer);
}

/** Models that are there from the first day; see `setting.ts`. */
const MODELS_OF_BEFORE = 4;

/** One account in nine is behind a gateway that takes another model after an error. */
const fallsBack = (profile: Profile): boolean => profile.textSeed % 9 === 0;

/** One account in forty is behind a gateway that takes another model after a refusal; of everybody's refusals one in four hundred requests is tried again by hand. */
const REFUSAL_GATEWAYS_ONE_IN = 40;
const REFUSED_ONE_IN = { gateway: 50, byHand: 400 };

/** What innocent people and gateways do after a refusal: the same once more, to another model. Settled by the draft's own seed. */
function askElsewhere(session: Session, draft: Draft): void {
  const isGateway = session.profile.textSeed % REFUSAL_GATEWAYS_ONE_IN === 0;
  if (draft.isRefusal === true || mix32(draft.seed, 0xaf) % (isGateway ? REFUSED_ONE_IN.gateway : REFUSED_ONE_IN.byHand) !== 0) return;
  draft.isRefusal = true;
  const pauseMs = isGateway ? 400 : 20_000 + (mix32(draft.seed, 0xb0) % 90_000);
  const { handlesIssued: _issued, isRefusal: _refusal, ...again } = draft;
  const model = (session.profile.habits.model + 1 + (mix32(draft.seed, 0xb1) % (MODELS_OF_BEFORE - 1))) % MODELS_OF_BEFORE;
  session.drafts.push({ ...again, atMs: draft.atMs + pauseMs, seed: mix32(draft.seed, 0xb2), model });
}

/** Reasoning answers come with a handle; two clients in three send it back with the next turn of the same conversation. */
function addHandles(session: Session, draft: Draft, keepsHistory: boolean): void {
  const { random, profile } = session;
  draft.asksReasoning ??= chance(random, profile.habits.reasoningShare);
  if (!draft.asksReasoning) return;
  draft.handlesIssued ??= [`rh_${formatHex(18, draft.seed, session.seed)}`];
  if (keepsHistory && session.handles.length > 0 && draft.handlesSubmitted === undefined && profile.textSeed % 3 !== 0)
    draft.handlesSentAgain = [...session.handles];
  for (const handle of draft.handlesIssued) session.handles.push({ handle, draft });
  // As much as the history that is sent again holds.
  session.handles.splice(0, session.handles.length - HISTORY_MESSAGES_MAX / 2);
}

/** Of so many conversations one is laid aside and taken up days later, one goes on from another device, one under a new session id. */
const ONE_IN = { days: 25, device: 12, newSession: 30 };

/**
 * What happens to a conversation between two turns. Settled by the session's own seed, so that no other draw depends on it: clients that resume
 * a conversation keep its id, or begin a new session with the old history (what `--resume` does in several agents).
 */
function resume(session: Session, keepsHistory: boolean): void {
  if (!keepsHistory || session.turn === 0) return;
  const happens = (salt: number, oneIn: number): boolean => mix32(session.startedSeed, salt + session.turn) % oneIn === 0;
  if (session.turn === 2 && happens(0xda7, ONE_IN.days)) session.atMs += (1 + (mix32(session.startedSeed, 0xda8) % 4)) * DAY_MS;
  if (session.turn === 1 && happens(0xde1, ONE_IN.device)) session.deviceSeed = mix32(session.startedSeed, 0xde2);
  if (session.turn === 2 && happens(0x5e5, ONE_IN.newSession)) session.seed = mix32(session.startedSeed, 0x5e6);
}

function remember(session: Session, message: Message, answer: string): void {
  session.history.push(
    { role: message.role, content: cut(message.content, HISTORY_CHARS_MAX) },
    { role: "assistant", content: cut(answer, HISTORY_CHARS_MAX) },
  );
  if (session.history.length > HISTORY_MESSAGES_MAX) session.history.splice(0, session.history.length - HISTORY_MESSAGES_MAX);
}

function pickFailure(random: Random): number {
  const u = random();
  if (u < 0.55) return 429;
  if (u < 0.75) return 500;
  return u < 0.9 ? 400 : 529;
}

/** The beginning of a text, never ending inside a surrogate pair. */
export function cut(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const code = text.charCodeAt(charsMax - 1);
  return text.slice(0, code >= 0xd800 && code <= 0xdbff ? charsMax - 1 : charsMax);
}
