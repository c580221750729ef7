/**
 * Points for texts, for the methods that compare distances. The papers use a neural encoder; one would have to be downloaded, so theirs is
 * replaced by the words of the text: hashed words and pairs of neighbours, slots masked, thrown into a space of few dimensions with random
 * signs (Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", ICML 2009) and brought to length 1, as the papers bring
 * theirs. Texts that share words are near, paraphrases in other words are not.
 */
import { createQueryReader } from "../../engine/behaviour/windows/query-features.js";
import type { Points } from "../../statistics/kernel-discrepancy.js";
import type { RequestEvent } from "../../vocabulary/request-event.js";

/** Dimensions; with half as many the windows of `docs/decisions/0010-query-windows.md` are told apart no worse than by a point or two. */
export const EMBEDDING_DIMENSIONS = 256;

/** Makes the point of one text. */
export type TextEmbedder = (text: string) => Float32Array;

/** Makes an embedder; it keeps buffers. */
export function createTextEmbedder(): TextEmbedder {
  const read = createQueryReader();
  return (text) => embedFeatures(read(text).words);
}

/** The point of a set of hashed features; all zeros for none. */
export function embedFeatures(features: Uint32Array): Float32Array {
  const point = new Float32Array(EMBEDDING_DIMENSIONS);
  for (const feature of features) point[feature % EMBEDDING_DIMENSIONS] += feature >>> 31 === 0 ? 1 : -1;
  let squares = 0;
  for (const value of point) squares += value * value;
  if (squares > 0) for (let i = 0; i < point.length; i++) point[i] /= Math.sqrt(squares);
  return point;
}

/** The query of a request as the papers mean it: the last user message. Null where there is none. */
export function queryOf({ messages }: RequestEvent): string | null {
  const query = messages?.findLast(({ role }) => role === "user")?.content ?? "";
  return query === "" ? null : query;
}

/** Puts points of equal dimension into one array. */
export function joinPoints(points: readonly Float32Array[]): Points {
  const dimension = points[0]?.length ?? 0;
  const values = new Float32Array(points.length * dimension);
  points.forEach((point, at) => values.set(point, at * dimension));
  return { dimension, values };
}
