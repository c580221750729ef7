import { findEdgeAnchors, hashSkeleton } from "./anchors";
import { makeGist } from "./gist";
import { RESULT_ANCHORS, RESULT_GIST } from "./memory";
import { headEnd, findRegions, endOfHead, tailStart } from "./regions";
import { scan, length } from "./scan";
export * from "./index";
export { hashBlocks } from "./blocks";
export function partScan(c: i32): void {
  scan(c);
}
export function partRegions(): void {
  findRegions();
}
export function partSkeleton(): void {
  hashSkeleton(RESULT_GIST);
}
export function partAnchors(): void {
  findRegions();
  findEdgeAnchors(RESULT_ANCHORS, 0, headEnd, 1);
  findEdgeAnchors(RESULT_ANCHORS, tailStart, length, -1);
}
export function partGist(): void {
  makeGist(RESULT_GIST, 0, endOfHead(128));
}
