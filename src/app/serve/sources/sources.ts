/** All sources that the settings name. */
import { followFiles, type FilesSettings, nameFilePositions } from "./files.js";
import type { KafkaSettings } from "./kafka.js";
import type { Source, SourceTools } from "./source.js";

/** Where records are fetched, besides those that are sent. */
export interface SourcesSettings {
  files: readonly FilesSettings[];
  kafka: readonly KafkaSettings[];
}

/** Starts all of them. None of them can fail to start: what is not there yet is waited for. */
export async function startSources(
  { files, kafka }: SourcesSettings,
  tools: Omit<SourceTools, "signal"> & { dataFolder: string; nowMs: () => number },
): Promise<Source> {
  const sources: Source[] = [];
  for (const [index, settings] of files.entries()) {
    sources.push(await followFiles(settings, { ...tools, positionsFile: nameFilePositions(tools.dataFolder, index) }));
  }
  if (kafka.length > 0) {
    // Its client takes a second to load, which a start that has no use for it need not wait.
    const { readKafka } = await import("./kafka.js");
    for (const settings of kafka) sources.push(readKafka(settings, tools));
  }
  return {
    async close() {
      await Promise.all(sources.map(async (source) => source.close()));
    },
  };
}
