/** How the engine process is started: its channels, and how it takes memory. */
import type { ForkOptions } from "node:child_process";

/**
 * From this many bytes on, glibc takes memory of its own for what is asked for, and gives it back when that is free. By itself it raises the bound up to
 * 32 MiB as it sees larger pieces come and go: what inserts and merges held then stays with the process, in holes between smaller pieces, and grows with
 * what was stored. Other systems do not know the name.
 */
const MAPPED_BYTES_MIN = 1024 * 1024;

/** Options for a fork of the engine. Who set the bound in the environment of the server meant it. */
export function makeForkOptions(environment: NodeJS.ProcessEnv): ForkOptions {
  return {
    serialization: "advanced",
    // What the database library writes to standard output is nobody's; errors go where the server's go.
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    execArgv: [],
    env: { MALLOC_MMAP_THRESHOLD_: String(MAPPED_BYTES_MIN), ...environment },
  };
}
