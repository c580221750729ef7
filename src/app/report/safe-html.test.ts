import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { html, renderId, toMarkup, type HtmlValue } from "./safe-html.js";

describe("html that cannot be broken out of", () => {
  it.each<[string, HtmlValue, string]>([
    ["a script", "<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"],
    ["an attribute", `" onload='x' &`, "<p>&quot; onload=&#39;x&#39; &amp;</p>"],
    ["an order override", "a\u202eb", "<p>a[U+202E]b</p>"],
    ["a null and an escape", "\u0000\u001b[2J", "<p>[U+0000][U+001B][2J</p>"],
    ["nothing", null, "<p></p>"],
    ["what is not true", false, "<p></p>"],
    ["no number", Number.NaN, "<p></p>"],
    ["a list", ["<", html`<b>${"&"}</b>`, 3], "<p>&lt;<b>&amp;</b>3</p>"],
  ])("renders %s", (_, value, markup) => {
    expect(toMarkup(html`<p>${value}</p>`)).toBe(markup);
  });

  it("isolates ids from the direction of the text around them", () => {
    expect(toMarkup(renderId("ab<\u2067"))).toBe('<bdi class="id">ab&lt;[U+2067]</bdi>');
  });

  it("keeps every text inside its element and attribute", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const markup = toMarkup(html`<p title="${text}">${text}</p>`);
        expect(markup.match(/[<>]/g)).toHaveLength(4);
        expect(markup.match(/"/g)).toHaveLength(2);
      }),
    );
  });
});
