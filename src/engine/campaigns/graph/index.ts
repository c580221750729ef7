/** Graphs for linking accounts: build, components, Leiden with CPM. */
export { buildGraph, type EdgeColumns, type Graph } from "./graph.js";
export { clusterByLeiden, type LeidenOptions } from "./leiden.js";
export { listMembers, type CommunityMembers, type Partition } from "./partition.js";
