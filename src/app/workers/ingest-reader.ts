/** The reader of chunks with everything that only `app` may bring together: integrations, detections, features, the store's blocks. */
import { requestDetections } from "../../detections/index.js";
import { createChunkReader, type ChunkReader } from "../../engine/acquire/index.js";
import { createFeatureExtractor } from "../../engine/behaviour/features.js";
import { sourceFormats } from "../../integrations/index.js";
import { createRequestBlockWriter } from "../../store/events/request-block.js";

/** Makes the reader that a worker, or a run without workers, uses. */
export async function createIngestReader(): Promise<ChunkReader> {
  const [extractFeatures, writer] = await Promise.all([createFeatureExtractor(requestDetections), createRequestBlockWriter()]);
  return createChunkReader({ formats: sourceFormats, extractFeatures, writer });
}
