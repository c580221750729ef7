import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OUTPUT_OPENING_CHARS } from "../../../vocabulary/sketch.js";
import { createTextKernel } from "./kernel/kernel.js";
import { compilePhraseBook } from "./phrase-book.js";
import { BLOCK_OPENINGS_MAX } from "./reference/block-openings.js";
import { NO_VECTORS } from "./word-vectors.js";

const kernel = createTextKernel(compilePhraseBook([], []), NO_VECTORS);

function hashBlockOpenings(message: string) {
  kernel.load(message);
  return kernel.readBlocks();
}

const ANSWER =
  "First the quantities are listed, then each is checked against the one before it; the second step follows.\n\nIn the end the result is forty-two.";
const OUTPUT = kernel.hashOpening(ANSWER, OUTPUT_OPENING_CHARS);

describe("the openings of blocks", () => {
  it.each([
    ["after a blank line", `Clean this up.\n\n${ANSWER}`],
    ["after a blank line of another system", `Clean this up.\r\n\r\n${ANSWER}`],
    ["after a blank line that is not quite blank", `Clean this up.\n \t\n${ANSWER}`],
    ["in a fence", `Clean this up.\n\`\`\`text\n${ANSWER}\n\`\`\``],
    ["in a tag", `Clean this up.\n<trace>${ANSWER}</trace>`],
    ["in a tag of its own line, in a fence", `Clean this up.\n<trace>\n\`\`\`\n${ANSWER}`],
    ["behind a colon at the end of a line", `Trace:\n${ANSWER}`],
    ["in quotation marks", `Clean this up: "${ANSWER}"`],
    ["in curly quotation marks on a line of their own", `Clean this up\n“${ANSWER}”`],
    ["as the second block", `Problem:\n${"How long does it take two pumps to fill the tank? ".repeat(4)}\n\nTrace:\n${ANSWER}`],
    ["with other white space and case", `Clean this up.\n\n${ANSWER.replaceAll(" ", "  ").toUpperCase()}`],
  ])("find an answer %s", (_claim, message) => {
    expect(hashBlockOpenings(message)).toContainEqual(OUTPUT);
  });

  it.each([
    ["a short message", "Thanks.\n\nGo on."],
    ["a long one without blocks", "word ".repeat(200)],
    ["a block that is too short", `${"word ".repeat(60)}\n\nshort`],
  ])("are none in %s", (_claim, message) => {
    expect(hashBlockOpenings(message)).toEqual([]);
  });

  it("are at most four, and as many bytes of marks cost no more than the edge of a text", () => {
    expect(hashBlockOpenings(`${"x ".repeat(60)}\n\n`.repeat(50))).toHaveLength(BLOCK_OPENINGS_MAX);
    expect(hashBlockOpenings(`${"\n".repeat(1_000_000)}${ANSWER}`).length).toBeLessThanOrEqual(1);
  });

  it("are made of any text", () => {
    const part = fc.constantFrom("\n", "\n\n", "```", "<a>", ': "', "“", "\ud800", "a".repeat(90), " ", "\r", "中".repeat(90));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
        expect(hashBlockOpenings(parts.join("")).length).toBeLessThanOrEqual(BLOCK_OPENINGS_MAX);
      }),
    );
  });
});
