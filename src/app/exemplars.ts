/** Exemplars: what a family looks like, shown with the words that several accounts sent and the rest marked as slots. */
import type { Outcome } from "../engine/pipeline.js";
import type { EventStore } from "../store/events/store.js";

/** Fills in `exemplar` of the report's families where the sources can still be read. */
export async function fillExemplars(_outcome: Outcome, _context: { store: EventStore }): Promise<void> {}
