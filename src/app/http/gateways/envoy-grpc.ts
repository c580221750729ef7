/** Envoy's ext_authz over gRPC, on a port of its own. */
import { fileURLToPath } from "node:url";
import grpc from "@grpc/grpc-js";
import protoLoader from "@grpc/proto-loader";
import { type EnvoyAnswer, readEnvoyCheck, writeEnvoyAnswer } from "../../../integrations/envoy/authorization.js";
import { StillwatchError } from "../../../vocabulary/errors.js";
import type { Services } from "../../serve/services.js";
import { isAllowed } from "../server.js";
import { answerCall } from "./check.js";
import { type HeaderSettings, listHeaders } from "./settings.js";

const PROTO = fileURLToPath(new URL("../../../integrations/envoy/ext-authz.proto", import.meta.url));

/** Where the gRPC server listens, and whom it answers. */
export interface EnvoyGrpcOptions {
  settings: HeaderSettings;
  host: string;
  port: number;
  /** Envoy sends its key as metadata `x-stillwatch-key`. */
  isAuthenticated: boolean;
  /** PEM texts, as HTTP has them; in clear without. */
  tls?: { key: string; cert: string } | undefined;
}

/** The server, listening. */
export interface EnvoyGrpc {
  port: number;
  close(): Promise<void>;
}

type CheckCall = grpc.ServerUnaryCall<unknown, EnvoyAnswer>;

/** The service's definition, for a server or a client. */
export function loadExtAuthz(): grpc.ServiceDefinition {
  const definition = protoLoader.loadSync(PROTO, { keepCase: false, defaults: false });
  return definition["envoy.service.auth.v3.Authorization"] as grpc.ServiceDefinition;
}

/**
 * Starts the server.
 *
 * @throws StillwatchError SW2101 when the port cannot be had.
 */
export async function startEnvoyGrpc(
  services: Pick<Services, "verdicts" | "metrics" | "keys" | "probes">,
  options: EnvoyGrpcOptions,
): Promise<EnvoyGrpc> {
  const { settings, host, port, isAuthenticated, tls } = options;
  const names = listHeaders(settings);
  const answer = (check: unknown): EnvoyAnswer => {
    services.probes?.noteCheck("envoy", check);
    return writeEnvoyAnswer(answerCall(services, readEnvoyCheck(check, names), "envoy"), { verifyAt: settings.verify_at });
  };
  const isAdmitted = async (call: CheckCall): Promise<boolean> => {
    if (!isAuthenticated) return true;
    const [secret] = call.metadata.get("x-stillwatch-key");
    const caller = typeof secret === "string" ? await services.keys.authenticate(secret) : null;
    return caller !== null && isAllowed(caller, "check");
  };
  const server = new grpc.Server();
  server.addService(loadExtAuthz(), {
    Check: (call: CheckCall, respond: grpc.sendUnaryData<EnvoyAnswer>) => {
      const settle = (isWelcome: boolean): void => {
        // Envoy has given up waiting and done what its failure mode says: a check now would look like one that was heeded.
        if (call.cancelled) services.verdicts.noteUnchecked("envoy");
        else if (isWelcome) respond(null, answer(call.request));
        // An error of the call is Envoy's failure mode to judge; an answer would be a decision about the customer.
        else respond({ code: grpc.status.UNAUTHENTICATED, details: "SW1907" });
      };
      isAdmitted(call).then(settle, () => respond({ code: grpc.status.UNAVAILABLE, details: "SW1901" }));
    },
  });
  const bound = await bind(server, { host, port, tls });
  return {
    port: bound,
    close: async () =>
      new Promise<void>((resolve) => {
        // Envoy keeps its connection open for good: those calls that are under way end, the rest is cut.
        const cut = setTimeout(() => server.forceShutdown(), SHUTDOWN_MS_MAX);
        server.tryShutdown(() => {
          clearTimeout(cut);
          resolve();
        });
      }),
  };
}

/** A check takes no milliseconds; longer waits are for connections that stay open anyway. */
const SHUTDOWN_MS_MAX = 1000;

async function bind(server: grpc.Server, { host, port, tls }: Pick<EnvoyGrpcOptions, "host" | "port" | "tls">): Promise<number> {
  // Envoy is known by its key, not by a certificate of its own.
  const credentials =
    tls === undefined
      ? grpc.ServerCredentials.createInsecure()
      : grpc.ServerCredentials.createSsl(null, [{ private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.cert) }], false);
  return new Promise((resolve, reject) => {
    const address = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
    server.bindAsync(address, credentials, (error, bound) => {
      if (error === null) resolve(bound);
      else reject(cannotListen(address));
    });
  });
}

function cannotListen(address: string): StillwatchError {
  return new StillwatchError({
    code: "SW2101",
    what: `nothing can listen on ${address} for Envoy`,
    why: "another program has the port, or this user may not take it.",
    fix: "set gateways.envoy_grpc_port to a free port, or to 0 to serve HTTP only.",
  });
}
