/** What the server and its engine process tell each other. Every question has a number, and one answer. */
import type { StoodSpan } from "../../../store/events/came-after.js";
import type { AnsweredLines, CheckSpan, CheckTotals, UncheckedRequest } from "../../../store/events/request-checks.js";
import type { IssuedHandles } from "../../../store/events/issued-handles.js";
import type { AllowlistEntry } from "../../../vocabulary/account.js";
import type { Problem } from "../../../vocabulary/errors.js";
import type { KnownCampaigns } from "../../../vocabulary/known.js";
import type { CampaignMatch, CampaignUpdate } from "../../../vocabulary/live.js";
import type { AccountLine } from "../../../vocabulary/report.js";
import type { AllKept, Pruned } from "./pruning.js";
import type { AnalysisSettings } from "./settings.js";
import type { SideFileName } from "./side-facts.js";

/** A closed piece of the journal: whole records of one source format, ending in newlines. Its path is never used again. */
export interface Segment {
  path: string;
  format: string;
}

/** What became of segments. */
export interface Acquired {
  rows: number;
  quarantined: number;
  /** Of the rows, those that were later than allowed. */
  late: number;
}

/** How the store stands, as the engine tells it after every change. */
export interface EngineReport {
  storedEvents: number;
  quarantined: number;
  watermarkMs: number | null;
}

/** Where the engine works, and how. */
export interface EngineOptions {
  /** Folder of the event store; a server is named in the settings. */
  folder: string;
  settings: AnalysisSettings;
}

/** One page of the quarantine. */
export interface QuarantinePage {
  data: QuarantineRecord[];
  next_cursor: string | null;
}

/** One record that was set aside. Its content is not kept. */
export interface QuarantineRecord {
  code: string;
  what: string;
  why: string;
  fix: string;
  /** The journal's segment; it is deleted once it is stored. */
  file: string;
  line: number;
  column: number | null;
  /** Format of the records, as the sender named it. */
  format: string | null;
  /** When the segment was begun, RFC 3339: the record came within the second behind it, or some more where the engine was behind. */
  received_from: string | null;
  /** Where it came from: the followed file, the topic, or the way and key by which it was sent; null where that was not kept. */
  source: string | null;
  /** Its line there, or its number where a body was no lines; null where nobody counted. */
  source_line: number | null;
  /** When it was taken in, RFC 3339. */
  received_at: string | null;
}

/** Which unchecked requests to list. Event time, the end excluded. */
export interface UncheckedWish extends CheckSpan {
  limit: number;
  cursor: string | null;
}

/** Requests that were not checked, and how many of the span were. */
export interface UncheckedPage {
  totals: CheckTotals;
  data: UncheckedRequest[];
  next_cursor: string | null;
}

/** Questions, with the answer of each. */
export interface Questions {
  open: { asked: EngineOptions; answered: EngineReport };
  acquire: { asked: readonly Segment[]; answered: Acquired };
  analyse: { asked: null; answered: null };
  find_account: { asked: string; answered: AccountLine | null };
  list_quarantine: { asked: { limit: number; cursor: string | null }; answered: QuarantinePage };
  count_checks: { asked: CheckSpan; answered: CheckTotals };
  list_unchecked: { asked: UncheckedWish; answered: UncheckedPage };
  /** Entries beside those of the file; they take the place of those told before. */
  /** The reasoning handles issued last, at most so many. */
  list_handles: { asked: { limit: number }; answered: IssuedHandles };
  /** Stored requests in spans of event time, by the decision's id. */
  count_came: { asked: readonly StoodSpan[]; answered: [id: string, requests: number][] };
  /** Requests that decisions answered otherwise, or would have in shadow, by the decision's id. */
  count_answered: { asked: { sinceMs: number }; answered: AnsweredLines };
  allow: { asked: readonly AllowlistEntry[]; answered: null };
  close: { asked: null; answered: null };
}

export type QuestionName = keyof Questions;

/** To the engine. */
export type ToEngine = { [Name in QuestionName]: { id: number; name: Name; asked: Questions[Name]["asked"] } }[QuestionName];

/** From the engine: answers, and news. */
export type FromEngine =
  | { kind: "answer"; id: number; answered: unknown }
  | { kind: "failure"; id: number; problem: Problem }
  /** Every second or so, by an engine that can still do anything. */
  | { kind: "beat" }
  | { kind: "report"; report: EngineReport }
  | { kind: "trouble"; problem: Problem }
  /** Requests of long ago were taken out. */
  | { kind: "pruned"; pruned: Pruned }
  /** Nothing is taken out, and what is stored reaches further back than anything looks. */
  | { kind: "all_kept"; kept: AllKept }
  /** Side files that cannot be read as they are now, whenever that changes. */
  | { kind: "stale_files"; files: SideFileName[] }
  | { kind: "update"; update: CampaignUpdate }
  /** Behind the last update of a turn. */
  | { kind: "turn" }
  | { kind: "matches"; matches: readonly CampaignMatch[] }
  /** What campaigns are known by, whole. */
  | { kind: "known"; known: KnownCampaigns };
