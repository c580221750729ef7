/** A door in front of a server, so that a test can stop it, stall it and break it while the address stays. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

/** What the door does with a call: lets it through, never answers, answers with a status, or is not there. */
export type DoorState = "open" | "hung" | "stopped" | number;

/** A door with an address. */
export interface Door {
  url: string;
  set(state: DoorState): Promise<void>;
  close(): Promise<void>;
}

/** Builds a door in front of `target`, open. */
export async function buildDoor(target: string): Promise<Door> {
  let state: DoorState = "open";
  const server = createServer((request, response) => {
    if (state === "hung") return;
    if (typeof state === "number") {
      response.writeHead(state, { "content-type": "application/problem+json" }).end(JSON.stringify({ status: state }));
      return;
    }
    passOn(request, { response, target }).catch(() => response.destroy());
  });
  const listen = async (port: number): Promise<void> => new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  };
  await listen(0);
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  const { port } = address;
  return {
    url: `http://127.0.0.1:${port}`,
    close,
    async set(wanted) {
      state = wanted;
      // Connections that hung must not stay so.
      server.closeAllConnections();
      if (wanted === "stopped") await close();
      else if (!server.listening) await listen(port);
    },
  };
}

async function passOn(request: IncomingMessage, { response, target }: { response: ServerResponse; target: string }): Promise<void> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  const headers = Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) =>
      typeof value === "string" && !["host", "connection", "content-length", "transfer-encoding"].includes(name) ? [[name, value]] : [],
    ),
  );
  const body = chunks.length === 0 ? {} : { body: Buffer.concat(chunks) };
  const answer = await fetch(`${target}${request.url ?? "/"}`, { method: request.method ?? "GET", headers, ...body });
  const kept = [...answer.headers].filter(([name]) => !["connection", "content-length", "transfer-encoding", "keep-alive"].includes(name));
  response.writeHead(answer.status, Object.fromEntries(kept)).end(Buffer.from(await answer.arrayBuffer()));
}
