/** All source formats. The native one comes first: it reads what no other recognises, so that every line gets a precise reason. */
import type { SourceFormat } from "../sdk/index.js";
import { bedrockFormat } from "./bedrock/bedrock.js";
import { langfuseFormat } from "./langfuse/langfuse.js";
import { litellmFormat } from "./litellm/litellm.js";
import { nativeFormat } from "./native/native.js";
import { otlpFormat } from "./otlp/otlp.js";

/** What `--format` can name. */
export const sourceFormats: readonly SourceFormat[] = [nativeFormat, bedrockFormat, langfuseFormat, litellmFormat, otlpFormat];
