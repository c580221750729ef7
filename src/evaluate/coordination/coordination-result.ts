/** What measuring on one coordination set yields: rows for the table of `stillwatch evaluate`, and what the set cannot show. */

/** A figure with its 95 % interval where one can be given. */
export interface CoordinationFigure {
  /** What was measured, for people. */
  what: string;
  value: number;
  low?: number;
  high?: number;
}

/** How one method does on one set. */
export interface CoordinationRow {
  method: string;
  figures: readonly CoordinationFigure[];
}

/** One set. */
export interface CoordinationResult {
  /** Name of the data file without its ending. */
  set: string;
  /** Who collected it, and on what terms it may be used. */
  source: string;
  licence: string;
  rows: number;
  accounts: number;
  methods: readonly CoordinationRow[];
  /** What this set cannot show, in sentences. */
  cannotShow: readonly string[];
}
