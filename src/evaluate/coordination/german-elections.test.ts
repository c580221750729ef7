import { describe, expect, it } from "vitest";
import type { ActionLog } from "../baselines/action-log.js";
import { pickKindest, type Grouping } from "./german-elections.js";

const log: ActionLog = {
  userCount: 10,
  objectCount: 0,
  users: new Int32Array(0),
  objects: new Int32Array(0),
  timesMs: new Float64Array(0),
};
const makeGrouping = (value: number, ...groups: readonly number[][]): Grouping => ({
  setting: { what: "cut", value },
  find: () => groups.map((group) => Int32Array.from(group)),
});
/** Accounts 0 to 3 all meet; nobody else does. */
const unseen = {
  accounts: 10,
  meetings: new Set(
    [
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 2],
      [1, 3],
      [2, 3],
    ].map(([a, b]) => a * 10 + b),
  ),
};

describe("pickKindest", () => {
  it.each<[claim: string, Grouping[], picked: number]>([
    ["takes what agrees most", [makeGrouping(1, [0, 1, 4]), makeGrouping(2, [3, 2, 1, 0])], 2],
    ["does not reward joining everybody", [makeGrouping(1, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), makeGrouping(2, [0, 1, 2, 4])], 2],
    ["does not reward joining next to nobody", [makeGrouping(1, [0, 1, 2]), makeGrouping(2, [0, 1, 2, 3, 4])], 2],
    ["counts no pairs that are no group", [makeGrouping(1, [0, 1]), makeGrouping(2, [0, 1, 8])], 2],
    ["takes the first of equals, which is the only one where nothing is open", [makeGrouping(1, [7, 8, 9]), makeGrouping(2, [4, 5, 6])], 1],
  ])("%s", (_, groupings, picked) => {
    expect(pickKindest(log, { groupings, unseen }).grouping.setting?.value).toBe(picked);
  });
});
