/** Why targets are missed: what was measured of the accounts, cuts and probabilities that miss them. No sentence here says anything but what the figures say. */
import type { MissedPart } from "../evaluation.js";
import type { RowGroup } from "../suite.js";
import { isFound, poolSlices, selectRows, type PageRow } from "./figures.js";
import { countNoun, formatPercent, listWords } from "./markdown.js";

/** Sentences, or null where nothing was measured that tells why. */
export type Explain = (rows: readonly PageRow[]) => string | null;

/** Why accounts of a group of worlds are missed: what there was to find them by. */
export function explainMissed(group: RowGroup): Explain {
  return (rows) => {
    const chosen = selectRows(rows, group);
    const known = chosen.flatMap(({ evaluation }) => evaluation.missed ?? []);
    const [none, few, more] = (["without_request", "with_one_or_two", "with_more"] as const).map((name) =>
      addParts(known.map((part) => part[name])),
    );
    const all = addParts([none, few, more]);
    if (all.accounts === 0) return null;
    const share = ({ accounts }: MissedPart): string => `${accounts} (${formatPercent(accounts / all.accounts)})`;
    return [
      `Of ${countNoun(all.accounts, "missed account")} ${share(none)} sent no request of their campaign within the log, ${share(few)} one or two, ${share(more)} more.`,
      tellUnfound(chosen),
      `${all.sharing_nothing} of all, and ${none.sharing_nothing} of those without a request, share no address, payment instrument or e-mail with another account of it.`,
      `${all.watched} are watched.`,
    ]
      .filter((sentence) => sentence !== "")
      .join(" ");
  };
}

/** Missed accounts whose whole campaign is, and recall in the others. */
function tellUnfound(rows: readonly PageRow[]): string {
  const campaigns = rows.flatMap(({ evaluation }) => evaluation.score.campaigns);
  const unfound = campaigns.filter((campaign) => !isFound(campaign));
  if (unfound.length === 0) return "";
  const count = (of: typeof campaigns, read: (each: (typeof campaigns)[number]) => number): number =>
    of.reduce((sum, each) => sum + read(each), 0);
  const missed = count(unfound, ({ accounts, found }) => accounts - found);
  const rest = campaigns.filter(isFound);
  const inRest =
    rest.length === 0
      ? ""
      : `; in the others recall is ${formatPercent(count(rest, ({ found }) => found) / count(rest, ({ accounts }) => accounts))}`;
  return `${missed} are of ${countNoun(unfound.length, "campaign")} of ${campaigns.length} that no report names${inRest}.`;
}

function addParts(parts: readonly MissedPart[]): MissedPart {
  const sum = (read: (part: MissedPart) => number): number => parts.reduce((total, part) => total + read(part), 0);
  return {
    accounts: sum((part) => part.accounts),
    sharing_nothing: sum((part) => part.sharing_nothing),
    watched: sum((part) => part.watched),
  };
}

/** How little there was at the last cut that missed a campaign. */
export const explainTime: Explain = (rows) => {
  const times = selectRows(rows, "february").flatMap(({ evaluation }) => evaluation.time_to_find ?? []);
  if (times.length === 0) return null;
  const parts = times.map(({ campaign, exchanges, missed_at_share: share, missed_at_accounts: accounts }) => {
    return `${campaign} ${countNoun(Math.round(share * exchanges), "exchange")} by ${countNoun(accounts, "account")}`;
  });
  return `At the last cut that missed it a campaign had served: ${listWords(parts)}.`;
};

/** Which accounts the calibration error of the worst world is of. */
export const explainCalibration: Explain = (rows) => {
  const worst = rows.reduce<PageRow | null>((high, each) => (high === null || errorOf(each) > errorOf(high) ? each : high), null);
  const { bins, cases } = worst?.evaluation.score.calibration ?? { bins: [], cases: 0 };
  if (worst === null || bins.length === 0) return null;
  const parts = bins.map((bin) => ({ ...bin, error: (bin.accounts / cases) * Math.abs(bin.said - bin.observed) }));
  const largest = parts.reduce((high, bin) => (bin.error > high.error ? bin : high));
  return `${worst.row.title}: ${largest.error.toFixed(3)} of ${errorOf(worst).toFixed(3)} are of the ${countNoun(largest.accounts, "account")} told ${formatPercent(largest.from)} to ${formatPercent(largest.to)}, in the mean ${formatPercent(largest.said)}, of which ${formatPercent(largest.observed)} attack; all others make ${(errorOf(worst) - largest.error).toFixed(3)}.`;
};

const errorOf = ({ evaluation }: PageRow): number => evaluation.score.calibration.expected_calibration_error;

/** Whose the wrong requests of slices are. */
export function explainSlices(choose: (rows: readonly PageRow[]) => readonly PageRow[]): Explain {
  return (rows) => {
    const chosen = choose(rows);
    const { reported, matched } = poolSlices(chosen);
    const innocent = chosen.reduce((sum, { evaluation }) => sum + evaluation.ours.innocent, 0);
    const whose =
      innocent === 0
        ? "; nobody innocent stands in `campaign` there, so they are other traffic of pools' accounts, or of accounts that are watched"
        : "";
    return `${countNoun(reported - matched, "request")} of ${countNoun(reported, "request")} in slices are no harvest${whose}.`;
  };
}
