import fc from "fast-check";
import { expect, it } from "vitest";
import { networkOf } from "../../vocabulary/known.js";
import { NETWORKS_OF_ADDRESSES } from "./testing/addresses.js";

it.each(NETWORKS_OF_ADDRESSES)("the network of %s is %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});

/** The same, written to be read. */
function spellOut(address: string): string {
  const parts = (text: string): number[] => text.split(".").map((part) => (/^(?:0|[1-9]\d{0,2})$/.test(part) ? Number(part) : 256));
  const isIpv4 = (text: string): boolean => parts(text).length === 4 && parts(text).every((part) => part < 256);
  const write = (numbers: readonly number[], digits: number): string =>
    numbers.map((number) => number.toString(16).padStart(digits, "0")).join("");
  const plain = /^(?:::ffff:)?([^:]*)$/i.exec(address)?.[1] ?? "";
  if (isIpv4(plain)) return write(parts(plain), 2).slice(0, 6);
  const tail = /^(.*:)([^:]*\.[^:]*)$/.exec(address);
  if (tail !== null && !isIpv4(tail[2])) return "";
  const [a = 0, b = 0, c = 0, d = 0] = tail === null ? [] : parts(tail[2]);
  const text = tail === null ? address : `${tail[1]}${write([a * 256 + b], 4)}:${write([c * 256 + d], 4)}`;
  const halves = text.split("::").map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - halves.flat().length;
  if (halves.length > 2 || (halves.length === 2 ? missing < 0 : missing !== 0)) return "";
  const groups = [...halves[0], ...Array.from({ length: missing }, () => "0"), ...(halves[1] ?? [])];
  if (groups.some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) return "";
  const digits = write(
    groups.map((group) => Number.parseInt(group, 16)),
    4,
  );
  return digits.startsWith("00000000000000000000ffff") ? digits.slice(24, 30) : digits.slice(0, 12);
}

it("the network of any text is what it is when spelt out", () => {
  const pieces = fc.array(fc.constantFrom("0", "1", "ab", "FFFF", "10000", ":", ":", "::", ".", "255", "g", "::ffff:", "1.2.3.4"), {
    maxLength: 17,
  });
  const texts = fc.oneof(
    fc.ipV6(),
    fc.ipV4(),
    pieces.map((list) => list.join("")),
    fc.array(fc.constantFrom("0", "a1"), { maxLength: 9 }).map((list) => list.join(":")),
  );
  fc.assert(
    fc.property(texts, (text) => networkOf(text) === spellOut(text)),
    { numRuns: 5000 },
  );
});
