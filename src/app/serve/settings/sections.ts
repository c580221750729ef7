/** Every setting of `stillwatch.yaml`. Validation, the reference page, the example file and the JSON Schema are all made from this one. */
import { z } from "zod";
import { gatewaySettings } from "../../http/gateways/settings.js";
import { analysisSettings } from "../engine/settings.js";
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
      .describe(
        "Largest body of a request, in bytes; larger ones are answered 413. A check takes 4 MiB, a question about reasoning handles alone 512 KiB, what people write 1 MiB, whatever stands here.",
      ),
    request_timeout: duration.prefault("30s").describe("A request that has not arrived whole by then is cut off."),
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
    events_kept: duration
      .optional()
      .describe(
        "Where this is set, request events that lie further back from the newest, by their own time, are taken out for good while it runs, on a server of `analysis.store` as well; where it is not, all are kept, and the log tells how far back they reach. `45d` suits most: nothing that runs looks further back. At least the longest of `analysis.windows` and `analysis.lateness_max` together.",
      ),
    records_url: secret
      .optional()
      .describe("PostgreSQL server that keeps decisions and keys instead of the folder: postgres://user:password@host/database."),
  })
  .prefault({})
  .describe("Where things are kept.");

const intake = z
  .strictObject({
    backlog_bytes_max: z
      .int()
      .min(67_108_864)
      .default(4_294_967_296)
      .describe("Bytes that may wait on disk for the engine. Above it senders are told to come again (429, Retry-After); nothing is lost."),
    in_flight_bytes_max: z
      .int()
      .min(16_777_216)
      .default(268_435_456)
      .describe("Bytes of bodies that are held in memory at one time, over all senders. Above it they are told to come again."),
    decompressed_bytes_max: z
      .int()
      .min(1_048_576)
      .default(67_108_864)
      .describe("Largest body after decompression: a small one can unpack to gigabytes."),
    segment_age_max: duration.prefault("1s").describe("Records wait this long for others before the engine gets them, at most."),
  })
  .prefault({})
  .describe("How records come in.");

const { accounts, releases, enforcement, allowlist, calibration } = analysisSettings.shape;

/** A path of a part's own schema, known as one here. */
const asPath = (setting: { description?: string | undefined }) => path.optional().describe(setting.description ?? "");

const analysis = analysisSettings
  .omit({ interval_ms: true, lateness_ms_max: true, events_kept_ms: true, workers: true })
  .extend({
    interval: duration.prefault("1m").describe("Time between two turns over the same window, at least."),
    lateness_max: duration
      .prefault("1h")
      .describe("Events that are older than the latest one by more are counted as late. They are stored, and longer windows take them in."),
    // A sixtieth, as a person would write it.
    refresh_share: analysisSettings.shape.refresh_share
      .unwrap()
      .default(0.0167)
      .describe(analysisSettings.shape.refresh_share.description ?? ""),
    // Its default is the machine's, and no page can name that.
    workers: z
      .int()
      .min(0)
      .max(64)
      .optional()
      .describe("Threads that read events; one for each core where this is not set. They give way to verdicts and to what comes in."),
    calibration: asPath(calibration),
    accounts: asPath(accounts),
    releases: asPath(releases),
    enforcement: asPath(enforcement),
    allowlist: asPath(allowlist),
  })
  .prefault({})
  .describe(
    "How the analysis runs beside the traffic. New accounts are held against known campaigns within seconds, whatever stands here.",
  );

const verdicts = z
  .strictObject({
    snapshot_age_max: duration.prefault("60s").describe("A snapshot that was last known to be right longer ago answers `unchecked`."),
    refresh_interval: duration.prefault("5s").describe("How often decisions are read anew; changes made here are in force at once."),
    reasoning_handles: z
      .enum(["shadow", "enforce"])
      .default("shadow")
      .describe("What becomes of a request that hands in reasoning of somebody else: `shadow` tells, `enforce` blocks."),
    reasoning_handles_max: z
      .int()
      .min(1_000)
      .default(1_000_000)
      .describe("Reasoning handles that are remembered; beyond, the oldest are forgotten. A million take about 50 MB."),
    known_age_max: duration
      .prefault("24h")
      .describe(
        "What campaigns are known by is as old as the last event that the analysis has seen, or as its last turn. Beyond this it is told and no standing order acts by it: addresses are handed on within days. Raise it where events come days late.",
      ),
    in_flight_bytes_max: z
      .int()
      .min(16_777_216)
      .default(67_108_864)
      .describe(
        "Bytes of large calls for verdicts (64 KiB and more each) that are held in memory at one time, arriving or waiting to be read; small ones have as much again. Above it a call is answered 429 and counted as unchecked.",
      ),
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

/** Whoever guesses a webhook's secret forges alerts; 16 random characters of base64 are 96 bits, which nobody tries out. */
const SECRET_CHARS_MIN = 16;

const alerts = z
  .strictObject({
    link: z.url().optional().describe("How people reach this server, such as https://stillwatch.example.org; alerts link to it."),
    webhooks: z
      .array(
        z.strictObject({
          url: z.url({ protocol: /^https?$/ }).describe("Where alerts are posted as JSON."),
          secret: secret
            .min(SECRET_CHARS_MIN)
            .describe(
              "Signs every alert (HMAC-SHA-256), so that the receiver knows who sent it: at least 16 characters. One that begins with `whsec_` is read as base64 behind that, as Standard Webhooks has it; any other as it stands.",
            ),
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
  gateways: gatewaySettings,
  sources,
  alerts,
  policy: path.optional().describe("The file that turns campaigns into decisions. Without it nothing is decided, only found."),
});

/** The settings in force, defaults filled in; durations in milliseconds, paths absolute, secrets in clear. Never log it. */
export type ServeSettings = z.output<typeof settingsSchema>;
