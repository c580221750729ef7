import { expect, it } from "vitest";
import { makeForkOptions } from "./fork-options.js";

it("the engine gives large pieces of memory back, unless the operator chose otherwise, and has the rest of the server's environment", () => {
  expect(makeForkOptions({ PATH: "/bin" }).env).toEqual({ PATH: "/bin", MALLOC_MMAP_THRESHOLD_: "1048576" });
  expect(makeForkOptions({ MALLOC_MMAP_THRESHOLD_: "65536" }).env).toEqual({ MALLOC_MMAP_THRESHOLD_: "65536" });
});
