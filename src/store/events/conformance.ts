/**
 * What every event store must do, whichever engine is below: one table of claims, run by `store.integration.test.ts` in the process and
 * against a real server.
 */
import { describe, it } from "vitest";
import type { Claim, EngineUnderTest } from "./conformance/claim.js";
import { ERROR_CLAIMS } from "./conformance/errors.js";
import { HANDLE_CLAIMS } from "./conformance/handles.js";
import { INSERT_CLAIMS } from "./conformance/inserts.js";
import { MIGRATION_CLAIMS } from "./conformance/migrations.js";
import { OUTPUT_CLAIMS } from "./conformance/outputs.js";
import { READ_CLAIMS } from "./conformance/reads.js";

const GROUPS: readonly { name: string; claims: readonly Claim[] }[] = [
  { name: "inserts", claims: INSERT_CLAIMS },
  { name: "reads", claims: READ_CLAIMS },
  { name: "reasoning handles", claims: HANDLE_CLAIMS },
  { name: "outputs", claims: OUTPUT_CLAIMS },
  { name: "migrations", claims: MIGRATION_CLAIMS },
  { name: "errors", claims: ERROR_CLAIMS },
];

/** Declares a test for every claim. */
export function describeEventStore(engine: EngineUnderTest): void {
  for (const { name, claims } of GROUPS) {
    describe(`${engine.name}: ${name}`, () => {
      it.each(claims.map(({ claim, check }) => [claim, check] as const))("%s", (_claim, check) => check(engine));
    });
  }
}
