/** Where we lose, row by row, found from the figures and not known beforehand. */
import { isFound, type PageRow } from "./figures.js";
import { formatPercent, listWords } from "./markdown.js";

/** A campaign of which less is found is named: the reader should not have to look for it in the table. */
const RECALL_NAMED_BELOW = 0.9;

/** One sentence each. */
export function listLosses(rows: readonly PageRow[]): string[] {
  return rows.flatMap((each) => {
    const { row } = each;
    const parts = [...describeCampaigns(each), ...describeInnocents(each), ...describeRivals(each)];
    return parts.length === 0 ? [] : [`${row.title} (seed ${row.seed}): ${parts.join("; ")}`];
  });
}

function describeCampaigns({ evaluation }: PageRow): string[] {
  const { campaigns } = evaluation.score;
  const lost = campaigns.filter((campaign) => !isFound(campaign)).map(({ campaign }) => campaign);
  const low = campaigns.filter((campaign) => isFound(campaign) && (campaign.recall?.share ?? 1) < RECALL_NAMED_BELOW);
  return [
    ...(lost.length === 0 ? [] : [`not found: ${lost.join(", ")}`]),
    ...(low.length === 0
      ? []
      : [`recall below 90 %: ${listWords(low.map(({ campaign, recall }) => `${campaign} ${formatPercent(recall?.share)}`))}`]),
  ];
}

function describeInnocents({ evaluation }: PageRow): string[] {
  const touched = evaluation.score.segments.filter((segment) => segment.in_campaign > 0);
  return touched.length === 0
    ? []
    : [
        `innocent in \`campaign\`: ${listWords(touched.map((segment) => `${segment.segment} ${segment.in_campaign} of ${segment.accounts}`))}`,
      ];
}

function describeRivals({ evaluation }: PageRow): string[] {
  const { ours, baselines } = evaluation;
  if (ours.attack_accounts === 0) return [];
  const ahead = baselines.filter(({ kindest }) => kindest.f1 > 0 && kindest.f1 >= ours.f1);
  return ahead.map(
    ({ title, kindest }) => `${title} at its kindest is not behind: F1 ${kindest.f1.toFixed(3)} against ${ours.f1.toFixed(3)}`,
  );
}
