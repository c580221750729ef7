/** FRAUDAR on request logs: users = accounts, objects = everything a request acts on, an edge for every account that touched an object. */
import type { Baseline } from "./baseline.js";
import { findDenseBlocks } from "./fraudar.js";
import { createActionCollector, listRequestObjects, OBJECT_KINDS } from "./request-objects.js";

/** Blocks looked for, one after the other; scores of later ones are lower and change no order among the first. */
const BLOCKS = 20;

/** An account's number is the suspiciousness of the densest block that holds it. */
export const fraudar: Baseline = {
  name: "fraudar",
  title: "FRAUDAR",
  source: "Hooi, Song, Beutel, Shah, Shin, Faloutsos, FRAUDAR: Bounding Graph Fraud in the Face of Camouflage, KDD 2016",
  needs: "metadata",
  rule: "the suspiciousness of the densest block of accounts and objects that holds the account; the algorithm flags the first block.",
  start({ sideFacts }) {
    const collector = createActionCollector();
    const touched = new Set<string>();
    return {
      add({ account, event }) {
        const objects = listRequestObjects(event, sideFacts.get(event.accountId));
        for (const kind of OBJECT_KINDS) {
          for (const object of objects[kind]) {
            const edge = `${account} ${kind} ${object}`;
            if (touched.has(edge)) continue;
            touched.add(edge);
            collector.add({ user: account, object: `${kind} ${object}`, timeMs: event.atMs });
          }
        }
      },
      finish(accounts) {
        const blocks = findDenseBlocks(collector.finish(accounts), { blocks: BLOCKS });
        const scores = new Float64Array(accounts).fill(Number.NEGATIVE_INFINITY);
        const flagged = new Uint8Array(accounts);
        for (const { users, suspiciousness } of blocks) for (const user of users) scores[user] = Math.max(scores[user], suspiciousness);
        for (const user of blocks[0]?.users ?? []) flagged[user] = 1;
        return { scores, flagged };
      },
    };
  },
};
