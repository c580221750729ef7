/** Who could reach the server, and whether that was meant: only loopback is open without keys, and nothing is open without TLS. */
import type { Problem } from "../../../vocabulary/errors.js";
import type { SettingPath } from "./json-schema.js";
import type { ServeSettings } from "./sections.js";

/** True for addresses that only this machine reaches. Names other than `localhost` may resolve to anything. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}

/** What the settings would open to others unprotected. */
export function findExposure(
  { listen, auth }: Pick<ServeSettings, "listen" | "auth">,
  placeOf: (path: SettingPath) => Problem["place"] & object,
): Problem[] {
  if (isLoopback(listen.host)) return [];
  const place = placeOf(["listen", "host"]);
  if (auth === "none") {
    return [
      {
        code: "SW1807",
        what: `listening on ${listen.host} without keys`,
        place,
        why: "everybody who reaches the port could read who is suspected and take decisions back.",
        fix: "auth: keys, or host: 127.0.0.1.",
      },
    ];
  }
  if (listen.tls !== undefined || listen.behind_proxy) return [];
  return [
    {
      code: "SW1808",
      what: `listening on ${listen.host} without TLS`,
      place,
      why: "keys would cross the network in clear.",
      fix: "set listen.tls; or listen.behind_proxy: true where a proxy ends TLS and nobody else reaches the port.",
    },
  ];
}
