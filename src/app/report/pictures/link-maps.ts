/**
 * Who is tied to whom: the same accounts in the same places, once per kind of link. A picture of all kinds at once is a ball of wool; side by
 * side they show which kind holds the whole together and which only corners.
 */
import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY, type SimulationNodeDatum } from "d3-force";
import { extent } from "d3-array";
import { scaleLinear } from "d3-scale";
import type { CampaignPictures } from "../../../vocabulary/report.js";
import { html, type SafeHtml } from "../safe-html.js";
import { compareText, makeVisible } from "../text.js";
import { capitalise, countNoun, formatCount, spellOut } from "../wording.js";

type Link = CampaignPictures["links"][number];

/** Kinds drawn apart, the strongest first. */
const KINDS_MAX = 6;
/** Links drawn per kind; further ones change grey into black, not the shape. */
const LINKS_PER_KIND_MAX = 400;
/** Accounts laid out: the layout's cost is quadratic, and smaller dots could not be told apart. */
const NODES_MAX = 120;
/** Rounds of the layout, after which it moves by less than a pixel. */
const LAYOUT_ROUNDS = 160;
const SIZE_PX = 220;
const MARGIN_PX = 8;

/** Draws one small map per kind of link. The layout is deterministic: the simulation brings its own generator. */
export function renderLinkMaps({ members, links }: Pick<CampaignPictures, "members" | "links">, { key }: { key: string }): SafeHtml | null {
  const count = Math.min(members.length, NODES_MAX);
  const usable = links.filter((link) => isPosition(link.a, count) && isPosition(link.b, count) && link.a !== link.b).sort(compareLinks);
  if (usable.length === 0) return null;
  const kinds = [...new Set(usable.map((link) => link.kind))];
  const byKind = kinds.map((kind) => ({ kind, links: usable.filter((link) => link.kind === kind) }));
  byKind.sort((a, b) => strongest(b.links) - strongest(a.links) || b.links.length - a.links.length || compareText(a.kind, b.kind));
  const places = layOut(
    count,
    byKind.map((one) => one.links.slice(0, LINKS_PER_KIND_MAX)),
  );
  const maps = byKind.slice(0, KINDS_MAX).map((one, index) => renderMap(one, places, `links-${key}-${index}`));
  const omitted = byKind.length - maps.length;
  return html`<div class="link-maps">${maps}</div><p class="note">Each dot is one of ${formatCount(count)} accounts, at the same place in every map; each line is a link. Accounts tied by the strongest kind lie together.${omitted > 0 ? ` ${countNoun(omitted, "further kind")} of link ${omitted === 1 ? "is" : "are"} not drawn.` : ""}</p>`;
}

function renderMap({ kind, links }: { kind: string; links: readonly Link[] }, places: readonly Place[], id: string): SafeHtml {
  const drawn = links.slice(0, LINKS_PER_KIND_MAX);
  const touched = new Set(drawn.flatMap((link) => [link.a, link.b]));
  const lines = drawn.map((link) => `M${write(places[link.a])}L${write(places[link.b])}`).join("");
  const dots = (isTouched: boolean): string =>
    places.map((place, index) => (touched.has(index) === isTouched ? `M${write(place)}h0` : "")).join("");
  const name = capitalise(spellOut(makeVisible(kind, 40)));
  const fact = `${countNoun(links.length, "link")} between ${countNoun(touched.size, "account")}`;
  const cut = drawn.length < links.length ? `, the strongest ${formatCount(drawn.length)} drawn` : "";
  return html`<figure><svg viewBox="0 0 ${SIZE_PX} ${SIZE_PX}" role="img" aria-labelledby="${id}"><title id="${id}">${name}: ${fact}</title><path class="link-line" d="${lines}"/><path class="dot loose" d="${dots(false)}"/><path class="dot" d="${dots(true)}"/></svg><figcaption><b>${name}</b><br>${fact}${cut}</figcaption></figure>`;
}

interface Place {
  x: number;
  y: number;
}

/**
 * Places accounts so that those tied by the first, strongest kind lie together; the other kinds hardly pull, so their maps show what they add
 * across. All kinds pulling at once give a ball of wool. Deterministic for the same links in the same order.
 */
function layOut(count: number, kinds: readonly (readonly Link[])[]): Place[] {
  const nodes: SimulationNodeDatum[] = Array.from({ length: count }, () => ({}));
  const edges = kinds.flatMap((links, rank) => links.map((link) => ({ source: link.a, target: link.b, pull: rank === 0 ? 0.5 : 0.004 })));
  forceSimulation(nodes)
    .force(
      "links",
      forceLink(edges)
        .distance(14)
        .strength((edge) => edge.pull),
    )
    .force("apart", forceManyBody().strength(-26).distanceMax(160))
    .force("room", forceCollide(4))
    .force("x", forceX(0).strength(0.08))
    .force("y", forceY(0).strength(0.08))
    .stop()
    .tick(LAYOUT_ROUNDS);
  const toScale = (values: (number | undefined)[]): ((value: number | undefined) => number) => {
    const [low = 0, high = 1] = extent(values, (value) => value);
    const scale = scaleLinear([low, high === low ? low + 1 : high], [MARGIN_PX, SIZE_PX - MARGIN_PX]);
    return (value) => Math.round(scale(value ?? low));
  };
  const x = toScale(nodes.map((node) => node.x));
  const y = toScale(nodes.map((node) => node.y));
  return nodes.map((node) => ({ x: x(node.x), y: y(node.y) }));
}

function compareLinks(a: Link, b: Link): number {
  return b.strength - a.strength || a.a - b.a || a.b - b.b || compareText(a.kind, b.kind);
}

function strongest(links: readonly Link[]): number {
  return links[0]?.strength ?? 0;
}

function isPosition(value: number, count: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < count;
}

function write(place: Place | undefined): string {
  return place ? `${place.x} ${place.y}` : "0 0";
}
