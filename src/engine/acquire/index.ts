/** Acquire: sources and formats → request events; identity, redaction, quarantine. */
export { acquire } from "./acquire.js";
export type { AcquiredSource, AcquireOptions, AcquireProgress, AcquireResult, ChunkSink, FinishedChunk } from "./acquire.js";
export { createBufferPool } from "./buffer-pool.js";
export type { BlockWriter, RecordOrigin } from "./chunk.js";
export { CHUNK_BYTES } from "./limits.js";
export { createChunkReader } from "./read-chunk.js";
export type { ChunkReader, ChunkReaderParts } from "./read-chunk.js";
export { createInlinePool, createThreadPool, serveChunks } from "./reader-pool.js";
export type { ReaderPool } from "./reader-pool.js";
export { countQuarantined, openStoreSink } from "./store-sink.js";
export { readRegions } from "./region-file.js";
export { readSideFiles } from "./side-files.js";
export type { SideFilePaths, SideFiles } from "./side-files.js";
export { rereadRecords } from "./reread-records.js";
export type { RecordLocator } from "./reread-records.js";
