/** All source formats. The native one comes first: it reads what no other recognises, so that every line gets a precise reason. */
import type { SourceFormat } from "../sdk/index.js";
import { nativeFormat } from "./native/native.js";

/** What `--format` can name. */
export const sourceFormats: readonly SourceFormat[] = [nativeFormat];
