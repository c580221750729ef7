/** A wire in front of a server, below HTTP: what it does to bytes it does to HTTP and to gRPC alike. */
import { connect, createServer, type Socket } from "node:net";

/** What the wire does: passes bytes on, takes them and passes none, refuses connections, or passes them on late. */
export type WireState = "open" | "hung" | "stopped" | { lateMs: number };

/** A wire with an address. */
export interface Wire {
  port: number;
  url: string;
  /** Cuts the connections that there are, so that all behave alike from now on. */
  set(state: WireState): Promise<void>;
  close(): Promise<void>;
}

/** Lays a wire to a port of the loopback, open. */
export async function layWire(targetPort: number): Promise<Wire> {
  let state: WireState = "open";
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    // A cut wire is what is tried here.
    socket.on("error", () => socket.destroy());
  };
  const server = createServer((near) => {
    keep(near);
    if (state === "hung") return;
    const lateMs = typeof state === "object" ? state.lateMs : 0;
    const far = connect(targetPort, "127.0.0.1");
    keep(far);
    far.on("data", (bytes) => void near.write(bytes));
    near.on("data", (bytes) => {
      if (lateMs === 0) far.write(bytes);
      else setTimeout(() => void (far.destroyed || far.write(bytes)), lateMs);
    });
    far.on("close", () => near.destroy());
    // Bytes that are under way arrive, whoever has given up waiting for the answer.
    near.on("close", () => setTimeout(() => far.destroy(), lateMs === 0 ? 0 : lateMs * 2));
  });
  const listen = async (port: number): Promise<void> => new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const close = async (): Promise<void> => {
    cut();
    if (server.listening) await new Promise<void>((resolve) => void server.close(() => resolve()));
  };
  await listen(0);
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  const { port } = address;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    close,
    async set(wanted) {
      state = wanted;
      cut();
      if (wanted === "stopped") await close();
      else if (!server.listening) await listen(port);
    },
  };
}
