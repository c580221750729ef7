/** Every setting of `stillwatch.yaml`. Validation, the reference page, the example file and the JSON Schema are all made from this one. */
import { z } from "zod";
import { LIVE_WINDOWS, type LiveWindow } from "../../../vocabulary/live.js";
import { duration, path, secret } from "./values.js";

const ON_UNAVAILABLE = ["use_last_known", "allow", "block"] as const;

/** Names in paths of addresses and in metrics. */
const INTEGRATION_NAME = /^[a-z][a-z0-9_-]{0,63}$/;

const listen = z
  .strictObject({
    host: z
      .string()
      .min(1)
      .default("127.0.0.1")
      .describe("Address to listen on. Anything but loopback needs `auth: keys`, and `tls` or `behind_proxy`."),
    port: z.int().min(0).max(65_535).default(8484).describe("Port to listen on; 0 takes any that is free."),
    body_bytes_max: z
      .int()
      .min(1_024)
      .max(1_073_741_824)
      .default(33_554_432)
      .describe("Largest body of a request, in bytes; larger ones are answered 413."),
    request_timeout: duration.prefault("30s").describe("A request that has not arrived whole by then is cut off."),
    stop_timeout: duration.prefault("20s").describe("How long a graceful stop may take before the process ends all the same."),
    behind_proxy: z.boolean().default(false).describe("A proxy in front ends TLS, and nobody else can reach the port."),
    tls: z
      .strictObject({
        certificate: path.describe("PEM file with the certificate and its chain."),
        key: path.describe("PEM file with the private key."),
      })
      .optional()
      .describe("Serve HTTPS."),
  })
  .prefault({})
  .describe("Where the server listens and what it takes.");

const data = z
  .strictObject({
    folder: path
      .default("stillwatch-data")
      .describe("Folder for the journal, the events and the decisions. One `serve` at a time uses it."),
  })
  .prefault({})
  .describe("Where things are kept.");

const intake = z
  .strictObject({
    backlog_bytes_max: z
      .int()
      .min(1_048_576)
      .default(1_073_741_824)
      .describe("Bytes that may wait for the engine; beyond, senders are told to come again (429) and nothing is lost."),
    segment_bytes_max: z
      .int()
      .min(65_536)
      .default(8_388_608)
      .describe("A segment of the journal is handed to the engine when it has this many bytes,"),
    segment_age_max: duration.prefault("1s").describe("or when its first record has waited this long."),
    metadata_only: z.boolean().default(false).describe("Drop all text at the door and work from metadata alone."),
  })
  .prefault({})
  .describe("How records come in.");

const analysis = z
  .strictObject({
    interval: duration
      .prefault("5m")
      .describe("How often campaigns are looked for anew. New accounts are held against known campaigns within seconds."),
    windows: z
      .array(z.enum(Object.keys(LIVE_WINDOWS) as [LiveWindow, ...LiveWindow[]]))
      .min(1)
      .default(["1h", "24h", "7d", "30d"])
      .describe("Spans of event time, each looked at on its own: short ones see what is fast, long ones what is patient."),
    accounts: path.optional().describe("Side file: who registered when and with what. Helps a great deal."),
    releases: path.optional().describe("Side file: when target models were released."),
    enforcement: path.optional().describe("Side file: which accounts were acted against."),
    allowlist: path.optional().describe("Side file: whom nothing may touch, besides those allowed through `stillwatch allowlist`."),
  })
  .prefault({})
  .describe("The analysis that runs beside the traffic.");

const verdicts = z
  .strictObject({
    snapshot_age_max: duration.prefault("60s").describe("A snapshot that was last known to be right longer ago answers `unchecked`."),
    on_unavailable: z
      .enum(ON_UNAVAILABLE)
      .default("use_last_known")
      .describe("What a gateway is told when a request cannot be checked, where `integrations` says nothing else."),
    integrations: z
      .record(
        z.string().regex(INTEGRATION_NAME, { error: "an integration's name has small letters, digits, - and _" }),
        z.strictObject({ on_unavailable: z.enum(ON_UNAVAILABLE).describe("What this gateway is told when a request cannot be checked.") }),
      )
      .default({})
      .describe("By name of the integration, as it calls itself when it asks."),
  })
  .prefault({})
  .describe("Verdicts for gateways.");

const format = z.string().min(1).default("auto").describe("How records are written: auto, native, litellm, otlp, bedrock or langfuse.");

const sources = z
  .strictObject({
    files: z
      .array(
        z.strictObject({
          path: path.describe("File or glob; what is appended is read, also after rotation."),
          format,
        }),
      )
      .default([])
      .describe("Log files to follow."),
    kafka: z
      .array(
        z.strictObject({
          brokers: z.array(z.string().min(1)).min(1).describe("Brokers to begin with, host:port."),
          topic: z.string().min(1).describe("Topic to read."),
          group: z.string().min(1).default("stillwatch").describe("Consumer group; its offsets move only when records are on disk here."),
          format,
          tls: z.boolean().default(false).describe("Talk TLS to the brokers."),
          username: z.string().min(1).optional().describe("SASL/PLAIN user, where the brokers ask for one."),
          password: secret.optional().describe("SASL/PLAIN password."),
        }),
      )
      .default([])
      .describe("Kafka topics to read."),
  })
  .prefault({})
  .describe("Where records are fetched, besides those that are sent.");

const alerts = z
  .strictObject({
    link: z.url().optional().describe("How people reach this server, such as https://stillwatch.example.org; alerts link to it."),
    webhooks: z
      .array(
        z.strictObject({
          url: z.url({ protocol: /^https?$/ }).describe("Where alerts are posted as JSON."),
          secret: secret.describe("Signs every alert (HMAC-SHA-256), so that the receiver knows who sent it."),
        }),
      )
      .default([])
      .describe("Receivers of signed alerts."),
    slack: z
      .array(z.strictObject({ url: secret.describe("Address of Slack's incoming webhook; whoever has it may post.") }))
      .default([])
      .describe("Slack channels."),
  })
  .prefault({})
  .describe("Who is told when something is found.");

/** All of it. */
export const settingsSchema = z.strictObject({
  listen,
  auth: z
    .enum(["keys", "none"])
    .default("keys")
    .describe(
      "`keys`: every call needs a key (`stillwatch keys create`). `none`: anybody who can connect may do everything; on loopback only.",
    ),
  data,
  intake,
  analysis,
  verdicts,
  sources,
  alerts,
  policy: path.optional().describe("The file that turns campaigns into decisions. Without it nothing is decided, only found."),
});

/** The settings in force, defaults filled in; durations in milliseconds, paths absolute, secrets in clear. Never log it. */
export type ServeSettings = z.output<typeof settingsSchema>;
