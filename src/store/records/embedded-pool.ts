/**
 * PostgreSQL in the process, seen as a pool of one connection: PGlite has one session, so whoever connects waits for his turn.
 *
 * What survives: PGlite runs with `fsync` off, yet every commit has written its log record to the file before it answers. So a killed process
 * loses nothing that was answered (tested); a machine that loses power may. Where that matters, use a PostgreSQL server.
 */
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from "kysely";

/** What a pool needs of PGlite, wherever it runs. */
export interface EmbeddedEngine {
  query(statement: string, parameters: readonly unknown[]): Promise<{ rows: unknown[]; affectedRows?: number; command?: string }>;
  close(): Promise<void>;
}

/** Wraps an open PGlite; `end` closes it. */
export function createEmbeddedPool(engine: EmbeddedEngine): PostgresPool {
  let lastTurn: Promise<void> = Promise.resolve();
  return {
    async connect(): Promise<PostgresPoolClient> {
      const turnBefore = lastTurn;
      let release = (): void => {};
      lastTurn = new Promise((resolve) => {
        release = resolve;
      });
      await turnBefore;
      return createClient(engine, release);
    },
    async end(): Promise<void> {
      await lastTurn;
      await engine.close();
    },
  };
}

function createClient(engine: EmbeddedEngine, release: () => void): PostgresPoolClient {
  const query = async <R>(statement: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>> => {
    const { rows, affectedRows, command } = await engine.query(statement, parameters);
    return { command: readCommand(command), rowCount: affectedRows ?? rows.length, rows: rows as R[] };
  };
  // Cursors are not used: every list is a page.
  return { query: query as PostgresPoolClient["query"], release };
}

function readCommand(command: string | undefined): PostgresQueryResult<unknown>["command"] {
  const word = (command ?? "").split(" ")[0];
  return word === "INSERT" || word === "UPDATE" || word === "DELETE" || word === "MERGE" ? word : "SELECT";
}
