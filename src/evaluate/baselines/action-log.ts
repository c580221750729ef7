/** Who did what to what, and when: the input that SynchroTrap, FRAUDAR and our own link stage are compared on. */

/** Actions as parallel columns; users and objects are numbers from 0. Nothing depends on the order of the rows. */
export interface ActionLog {
  userCount: number;
  objectCount: number;
  users: Int32Array;
  objects: Int32Array;
  /** Milliseconds on any clock. */
  timesMs: Float64Array;
}

/** Groups of users, each ascending, largest first; ties by the smallest user. */
export type UserGroups = readonly Int32Array[];

/** Positions of the actions by object, then time, then user: the order that windows slide over. */
export function orderByObjectAndTime({ users, objects, timesMs }: ActionLog): Int32Array {
  const order = Int32Array.from(users.keys());
  return order.sort((a, b) => objects[a] - objects[b] || timesMs[a] - timesMs[b] || users[a] - users[b]);
}

/** Sorts groups in place: largest first, ties by the smallest user. */
export function sortGroups(groups: Int32Array[]): Int32Array[] {
  return groups.sort((a, b) => b.length - a.length || a[0] - b[0]);
}
