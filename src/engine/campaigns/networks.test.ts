import { expect, it } from "vitest";
import { networkOf } from "../../vocabulary/known.js";
import { NETWORKS_OF_ADDRESSES } from "./testing/addresses.js";

it.each(NETWORKS_OF_ADDRESSES)("the network of %s is %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});
