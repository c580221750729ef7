// Test files that share a worker each begin with the process as it was: what one left behind must not be another's failure.
import process from "node:process";
import { vi } from "vitest";

process.exitCode = undefined;
vi.useRealTimers();
vi.restoreAllMocks();
vi.unstubAllEnvs();
