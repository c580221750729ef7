/** One alert to one receiver: a signed webhook, or Slack. */
import { createHash, createHmac } from "node:crypto";
import type { Alert } from "../serve/services.js";

/** Where alerts go. */
export interface Receiver {
  /** Names it in the outbox; tells nothing of its address. */
  id: string;
  kind: "webhook" | "slack";
  url: string;
  /** Of a webhook. */
  secret?: string;
}

/** Receivers answer at once or are down; a slow one must not hold up the others. */
const TIMEOUT_MS = 10_000;

/** Receivers of the settings. */
export function listReceivers({
  webhooks,
  slack,
}: {
  webhooks: readonly { url: string; secret: string }[];
  slack: readonly { url: string }[];
}): Receiver[] {
  return [
    ...webhooks.map(({ url, secret }): Receiver => ({ id: idOf("webhook", url), kind: "webhook", url, secret })),
    ...slack.map(({ url }): Receiver => ({ id: idOf("slack", url), kind: "slack", url })),
  ];
}

/** The same address is the same receiver over restarts; a Slack address is a secret, so only a digest of it is kept. */
function idOf(kind: Receiver["kind"], url: string): string {
  return `${kind}-${createHash("sha256").update(url).digest("hex").slice(0, 12)}`;
}

/** Sends; null when it arrived, else what went wrong, without the address. */
export async function deliver(receiver: Receiver, { alert, id, atMs }: { alert: Alert; id: string; atMs: number }): Promise<string | null> {
  const body = JSON.stringify(receiver.kind === "slack" ? writeSlack(alert) : writeWebhook(alert));
  const signature = receiver.secret === undefined ? {} : sign(body, { secret: receiver.secret, id, atMs });
  try {
    const response = await fetch(receiver.url, {
      method: "POST",
      body,
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: { "content-type": "application/json", ...signature },
    });
    // Read to its end, so that the connection is free again.
    await response.arrayBuffer();
    return response.ok ? null : `answered ${response.status}`;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error && "code" in error.cause ? String(error.cause.code) : "";
    return cause !== "" ? cause : error instanceof Error && error.name === "TimeoutError" ? "no answer in time" : "not reached";
  }
}

/** What a webhook receives. */
export function writeWebhook({ kind, title, who, sinceMs, because, done, link, command }: Alert): Record<string, unknown> {
  return {
    type: `stillwatch.${kind}`,
    title,
    who,
    since: new Date(sinceMs).toISOString(),
    because,
    done,
    link,
    ...(command === undefined ? {} : { command }),
  };
}

/**
 * As Standard Webhooks (standardwebhooks.com) has it: HMAC-SHA-256 over id, time and body, so that a receiver can refuse what is forged, old or sent
 * twice. A secret that begins with `whsec_` is base64, as there; any other is taken as it stands.
 */
export function sign(body: string, { secret, id, atMs }: { secret: string; id: string; atMs: number }): Record<string, string> {
  const seconds = String(Math.floor(atMs / 1000));
  const key = secret.startsWith("whsec_") ? Buffer.from(secret.slice("whsec_".length), "base64") : Buffer.from(secret);
  const digest = createHmac("sha256", key).update(`${id}.${seconds}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": seconds, "webhook-signature": `v1,${digest}` };
}

/** Slack's own markup; what stands in names must not become a link or a mention. */
export function writeSlack({ title, who, sinceMs, because, done, link, command }: Alert): { text: string } {
  const since = new Date(sinceMs).toISOString();
  const lines = [
    `*${escape(title)}*`,
    `Who: ${escape(who)}`,
    `Since: ${since}`,
    ...because.map((each) => `• ${escape(each)}`),
    `Done: ${escape(done)}`,
    ...(command === undefined ? [] : [`Look: \`${escape(command)}\``]),
  ];
  return { text: [...lines, `<${escape(link)}|As JSON>`].join("\n") };
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("|", "¦").replaceAll("*", "∗");
}
