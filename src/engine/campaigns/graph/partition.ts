/** Partitions of a graph's nodes into communities. */

/** `membership[node]` is the node's community, 0 to `count - 1`. */
export interface Partition {
  membership: Int32Array;
  count: number;
}

/** Members of community `c` stand at `offsets[c] … offsets[c + 1] - 1` of `members`, ascending. */
export interface CommunityMembers {
  offsets: Int32Array;
  members: Int32Array;
}

/** Renumbers communities by their smallest member, so that equal partitions are equal arrays. */
export function numberBySmallestMember(membership: Int32Array): Partition {
  let largest = -1;
  for (const community of membership) if (community > largest) largest = community;
  const numbers = new Int32Array(largest + 1).fill(-1);
  const renumbered = new Int32Array(membership.length);
  let count = 0;
  for (let node = 0; node < membership.length; node++) {
    const community = membership[node];
    if (numbers[community] === -1) numbers[community] = count++;
    renumbered[node] = numbers[community];
  }
  return { membership: renumbered, count };
}

/** Lists the members of every community in linear time. */
export function listMembers({ membership, count }: Partition): CommunityMembers {
  const offsets = new Int32Array(count + 1);
  for (const community of membership) offsets[community + 1] += 1;
  for (let community = 0; community < count; community++) {
    offsets[community + 1] += offsets[community];
  }
  const cursors = offsets.slice(0, count);
  const members = new Int32Array(membership.length);
  for (let node = 0; node < membership.length; node++) {
    const community = membership[node];
    const cursor = cursors[community];
    members[cursor] = node;
    cursors[community] = cursor + 1;
  }
  return { offsets, members };
}
