/** Settings of what comes in. */
import { z } from "zod";
import { sourceFormats } from "../../../integrations/index.js";

const MIB = 1024 * 1024;

/** `intake` in `stillwatch.yaml`, as far as HTTP and the journal go; sources stand beside. */
export const intakeSettings = z
  .strictObject({
    backlog_bytes_max: z
      .number()
      .int()
      .min(64 * MIB)
      .default(4096 * MIB)
      .describe("Bytes of records that may wait on disk for the engine. Above it senders are told 429 with Retry-After; nothing is lost."),
    in_flight_bytes_max: z
      .number()
      .int()
      .min(16 * MIB)
      .default(256 * MIB)
      .describe("Bytes of bodies that are held in memory at one time, over all senders. Above it senders are told 429 with Retry-After."),
    decompressed_bytes_max: z
      .number()
      .int()
      .min(MIB)
      .default(64 * MIB)
      .describe("Largest body after decompression. A small body can decompress to gigabytes; this is where it ends."),
  })
  .describe("What comes in over HTTP.");

/** The same, checked. */
export type IntakeSettings = z.infer<typeof intakeSettings>;

/** Names of the formats that can be sent. */
export const FORMAT_NAMES: readonly string[] = sourceFormats.map(({ name }) => name);
