/** All detections, in alphabetical order. `stillwatch detections new` adds to this list; a test compares it with the folders. */
import type { Detection, RequestDetection } from "../sdk/index.js";

/** Everything stillwatch looks for. */
export const detections: readonly Detection[] = [];

/** The detections that look at the text of one request, at the door. */
export const requestDetections: readonly RequestDetection[] = detections.filter(
  (detection): detection is RequestDetection => detection.level === "request",
);
