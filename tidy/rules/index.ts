/** All rules of the house. */
import type { Rule } from "../rule.js";
import { arrows } from "./arrows.js";
import { detectionFolders, thresholds } from "./detections.js";
import { decisions, documents, errorCatalogue, glossary } from "./documents.js";
import { layout } from "./layout.js";
import { places, versions } from "./package.js";
import { fileNames, fileSize, finished, functionSize, namedExports, wholeTests } from "./shape.js";
import { words } from "./words.js";

export const RULES: readonly Rule[] = [
  layout,
  arrows,
  words,
  fileNames,
  fileSize,
  functionSize,
  namedExports,
  finished,
  wholeTests,
  detectionFolders,
  thresholds,
  errorCatalogue,
  glossary,
  documents,
  decisions,
  versions,
  places,
];
