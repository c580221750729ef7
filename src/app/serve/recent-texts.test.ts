import { expect, it } from "vitest";
import { createRecentTexts } from "./recent-texts.js";

it("tells what came before, of the latest, and forgets the oldest", () => {
  const recent = createRecentTexts(4);
  const firsts = (texts: string): string =>
    texts
      .split("")
      .map((text) => (recent.isFirst(text) ? "1" : "0"))
      .join("");
  expect(firsts("aba")).toBe("110");
  expect(firsts("cab")).toBe("100");
  expect(firsts("de")).toBe("11");
  expect(firsts("cde")).toBe("000");
  expect(firsts("ab")).toBe("11");
});
