/** Graphs for linking accounts: build, components, Leiden with CPM. */
export { buildGraph, type EdgeColumns, type Graph } from "./graph.js";
export { findComponents } from "./components.js";
export { clusterByLeiden, type LeidenOptions } from "./leiden.js";
export { listMembers, numberBySmallestMember, type CommunityMembers, type Partition } from "./partition.js";
export { cpmQuality, type QualityOptions } from "./quality.js";
