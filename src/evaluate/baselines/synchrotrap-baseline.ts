/** SynchroTrap on request logs: user = account, action = request, constraint object = scaffold, address or payment instrument. */
import type { Baseline } from "./baseline.js";
import { createActionCollector, listRequestObjects, OBJECT_KINDS, type ActionCollector, type ObjectKind } from "./request-objects.js";
import { scoreSynchrony } from "./synchrotrap.js";

/**
 * T_sim. The paper sets it for each application, on the order of the time within which one job is done; its deployments batch by the hour, and
 * shared dispatchers in the disclosed campaigns were synchronous over hours.
 */
const MATCH_WINDOW_MS = 3_600_000;
/** The smallest campaign looked for; the paper's own 200 is for a network of a billion users. */
const USERS_MIN = 6;
/** Actions just before an action, on the same object, that it is compared with: bounds the work where one scaffold makes up half of the traffic. */
const PARTNERS_MAX = 200;

/** An account's number is the similarity at which single linkage has joined it to a cluster of {@link USERS_MIN}, the highest over the kinds of objects. */
export const synchroTrap: Baseline = {
  name: "synchrotrap",
  title: "SynchroTrap",
  source: "Cao, Yang, Yu, Palow, Uncovering Large Groups of Active Malicious Accounts in Online Social Networks (SynchroTrap), CCS 2014",
  needs: "metadata",
  rule: "the similarity at which single linkage joins the account to a cluster of six; the paper sets the cut for each application and names none for this one.",
  start({ sideFacts }) {
    const collectors: Record<ObjectKind, ActionCollector> = {
      scaffold: createActionCollector(),
      address: createActionCollector(),
      instrument: createActionCollector(),
    };
    return {
      add({ account, event }) {
        const objects = listRequestObjects(event, sideFacts.get(event.accountId));
        // One object of a kind: an action is one action. Of the anchors the first stands for the scaffold.
        for (const kind of OBJECT_KINDS) {
          if (objects[kind].length > 0) collectors[kind].add({ user: account, object: objects[kind][0], timeMs: event.atMs });
        }
      },
      finish(accounts) {
        const scores = new Float64Array(accounts).fill(Number.NEGATIVE_INFINITY);
        for (const kind of OBJECT_KINDS) {
          const log = collectors[kind].finish(accounts);
          const found = scoreSynchrony(log, { matchWindowMs: MATCH_WINDOW_MS, usersMin: USERS_MIN, partnersMax: PARTNERS_MAX });
          found.forEach((score, account) => {
            scores[account] = Math.max(scores[account], score);
          });
        }
        return { scores, flagged: null };
      },
    };
  },
};
