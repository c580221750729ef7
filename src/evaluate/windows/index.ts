/** The window protocol: MMD and our detector on windows of which a small share is harvested. */
export { CROWDS } from "./draw-windows.js";
export { measureWindows, WINDOW_SHAPES, type WindowProtocol, type WindowRow } from "./measure-windows.js";
export { halvePools, readWindowPools, type WindowPools } from "./prompt-pools.js";
