import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RequestEvent } from "../../vocabulary/request-event.js";
import { createFeatureExtractor } from "./features.js";

const extract = await createFeatureExtractor([]);

function makeEvent(prompt: string, more: Partial<RequestEvent> = {}): RequestEvent {
  return {
    requestId: "r",
    atMs: 0,
    accountId: "a",
    targetModel: "m",
    status: 200,
    inputTokens: 1,
    outputTokens: 1,
    messages: [{ role: "user", content: prompt }],
    ...more,
  };
}

const sketch = (prompt: string, more: Partial<RequestEvent> = {}) => extract(makeEvent(prompt, more))!.sketch;

function anchorsShared(a: string, b: string): number {
  const known = new Set([...sketch(a).headAnchors, ...sketch(a).tailAnchors]);
  return [...sketch(b).headAnchors, ...sketch(b).tailAnchors].filter((anchor) => known.has(anchor)).length;
}

describe("slots are masked: the skeleton stays when they change", () => {
  it.each([
    ["numbers", "Add 3 apples to 14 pears.", "Add 250 apples to 7 pears."],
    ["lists of numbers of any length", "Sort these values: 3, 9, 4", "Sort these values: 8, 1, 7, 22, 6, 5"],
    ["quoted text", 'Judge the answer "The sky is blue." now and briefly.', 'Judge the answer "Water boils when hot." now and briefly.'],
    ["Chinese quotation marks", "请评价这句话「天很蓝」是否正确，并且说明理由。", "请评价这句话「水很清」是否正确，并且说明理由。"],
    ["web addresses", "Summarise https://example.org/a?b=1 for me.", "Summarise http://other.example/x for me."],
    ["mail addresses", "Send the note to ann@example.org today.", "Send the note to bob@mail.example today."],
    ["inline code", "Explain what `a += 1` does here.", "Explain what `list.pop()` does here."],
    ["code blocks", "Fix this:\n```py\nprint(1)\n```\nand explain.", "Fix this:\n```js\nfoo()\nbar()\n```\nand explain."],
    [
      "JSON values, not keys",
      '{"task": "sum", "text": "a dog"} is the whole input',
      '{"task": "max", "text": "two cats"} is the whole input',
    ],
    ["identifiers", "Rename get_user_id to something shorter", "Rename parseHttpHeader2 to something shorter"],
    ["identifiers such as UUIDs", "Look up order 5f2c-aa11 for me", "Look up order 9d0e-bb72 for me"],
    ["names inside a sentence", "Write about Augusta Lovelace and her work", "Write about Grace Hopper and her work"],
  ])("%s", (_, a, b) => {
    expect(sketch(a).promptSkeleton).toEqual(sketch(b).promptSkeleton);
    expect(sketch(a).slot).not.toEqual(sketch(b).slot);
  });

  it("but not words", () => {
    expect(sketch("Add three apples.").promptSkeleton).not.toEqual(sketch("Add three pears.").promptSkeleton);
  });
});

describe("requests cut from one scaffold share anchors, in every language", () => {
  it.each([
    [
      "English",
      "Consider the following customer complaint carefully and draft a courteous reply.\n\n",
      "my parcel never came",
      "the shoes are blue",
    ],
    ["Chinese", "请根据以下客户投诉内容撰写一封礼貌且专业的回复邮件：\n", "包裹一直没有送到", "鞋子的颜色不对"],
    ["Japanese", "次の顧客からの苦情を読み、丁寧な返信文を作成してください。\n", "荷物が届きません", "靴の色が違います"],
    [
      "Spanish",
      "Analiza la siguiente reclamación del cliente y redacta una respuesta cortés.\n",
      "el paquete no llegó",
      "los zapatos son azules",
    ],
    [
      "German",
      "Analysiere die folgende Kundenbeschwerde und verfasse eine höfliche Antwort.\n",
      "das Paket kam nie an",
      "die Schuhe sind blau",
    ],
    [
      "French",
      "Analyse la réclamation client suivante et rédige une réponse courtoise.\n",
      "le colis est perdu",
      "les chaussures sont bleues",
    ],
    ["Russian", "Проанализируй следующую жалобу клиента и подготовь вежливый ответ.\n", "посылка не пришла", "туфли синие"],
    ["Arabic", "حلل شكوى العميل التالية بعناية وقدم ردا مهذبا ومهنيا.\n", "لم تصل الطرود", "الحذاء أزرق"],
    ["Hindi", "निम्नलिखित ग्राहक शिकायत ध्यान से पढ़कर विनम्र जवाब तैयार कीजिए।\n", "पार्सल नहीं पहुँचा", "जूते नीले हैं"],
    ["Korean", "다음 고객 불만 사항을 분석하고 정중한 답변을 작성하십시오.\n", "소포가 오지 않았어요", "신발이 파란색이에요"],
    ["Thai", "วิเคราะห์ข้อร้องเรียนของลูกค้าต่อไปนี้และเขียนคำตอบที่สุภาพ\n", "พัสดุไม่มาถึง", "รองเท้าเป็นสีฟ้า"],
    [
      "tool-call JSON",
      '{"name": "search_orders", "arguments": {"customer mailbox": "',
      'ann", "limit order": 3}}',
      'bob", "limit order": 9}}',
    ],
  ])("%s", (_, scaffold, a, b) => {
    expect(anchorsShared(scaffold + a, scaffold + b)).toBeGreaterThan(0);
    expect(anchorsShared(scaffold + a, `Unrelated: ${b}`)).toBe(0);
  });

  it("at the end as well as at the beginning, around slots of 5,000 words", () => {
    const slot = (word: string) => Array.from({ length: 5_000 }, (_, i) => `${word}${i % 7 === 0 ? "." : ""} thing`).join(" ");
    const frame = (body: string) => `${body}\n\nUsing only the passage above, list every unsupported claim with evidence.`;
    expect(anchorsShared(frame(slot("river")), frame(slot("engine")))).toBeGreaterThan(0);
  });
});

describe("nothing that is put around or into a scaffold hides it", () => {
  const FIRST = "Read the customer complaint below carefully and judge whether the draft reply settles every point that it raises.";
  const LAST = "Answer with a single number between zero and ten, and explain in two sentences how you arrived at that verdict.";
  const words = (count: number, letter: string): string =>
    Array.from({ length: count }, (_, index) => `${letter}${(index * 7919).toString(36).replaceAll(/\d/g, "x")}`).join(" ");
  const plain = `${FIRST}\n${words(3_000, "s")}\n${LAST}`;
  const sharedEdges = (text: string): { head: boolean; tail: boolean } => {
    const [own, other] = [sketch(plain), sketch(text)];
    return {
      head: own.headAnchors.some((anchor) => other.headAnchors.includes(anchor)),
      tail: own.tailAnchors.some((anchor) => other.tailAnchors.includes(anchor)),
    };
  };
  const strew = (text: string, sign: string): string => text.replaceAll(/[a-z](?=[a-z])/g, `$&${sign}`);

  it.each<[trick: string, text: string]>([
    ["nothing", `${FIRST}\n${words(3_000, "o")}\n${LAST}`],
    [
      "twenty thousand zero-width characters at either end",
      `${"\u200b".repeat(20_000)}${FIRST}\n${words(3_000, "o")}\n${LAST}${"\u200d".repeat(20_000)}`,
    ],
    ["blank lines at either end", `${"\n".repeat(20_000)}${FIRST}\n${words(3_000, "o")}\n${LAST}${" \n".repeat(10_000)}`],
    ["signs and pictures at either end", `${"-".repeat(9_000)}\n${FIRST}\n${words(3_000, "o")}\n${LAST}\n${"🎈".repeat(9_000)}`],
    ["characters that grow, in a long text", `${FIRST}\n${"\ufdfa".repeat(9_000)} ${words(3_000, "o")}\n${LAST}`],
    ["characters that grow, in a text that is short before", `${FIRST}\n${"\ufdfa ".repeat(2_000)}\n${LAST}`],
    ["variation selectors in every word", `${strew(FIRST, "\ufe0f")}\n${words(3_000, "o")}\n${strew(LAST, "\ufe0e")}`],
    ["tags in every word", `${strew(FIRST, "\u{e0041}")}\n${words(300, "o")}\n${strew(LAST, "\u{e0042}")}`],
    ["changes of direction in every word", `${strew(FIRST, "\u2066\u2069")}\n${words(300, "o")}\n${strew(LAST, "\u202a\u202c")}`],
    ["letters struck through", `${strew(FIRST, "\u0336")}\n${words(300, "o")}\n${strew(LAST, "\u0335")}`],
    ["fifty soft hyphens in every word", `${strew(FIRST, "\u00ad".repeat(50))}\n${words(300, "o")}\n${strew(LAST, "\u2060".repeat(50))}`],
  ])("%s", (_, text) => {
    expect(sharedEdges(text)).toEqual({ head: true, tail: true });
  });

  it.each(["\ufdfa", "\ufb03 "])("nor do two long texts become one content by what grows: %s", (growing) => {
    const long = (word: string): string => `${FIRST}${growing.repeat(4_000)}${word}${growing.repeat(4_000)}${LAST}`;
    expect(sketch(long("one")).content).not.toEqual(sketch(long("two")).content);
    expect(sketch(long("one")).slot).not.toEqual(sketch(long("two")).slot);
  });
});

describe("what an event is reduced to", () => {
  it("is nothing when there is no text", () => {
    const { messages: _, ...bare } = makeEvent("");
    expect(extract(bare)).toBeNull();
    expect(extract(makeEvent(""))).toBeNull();
  });

  it("counts turns and characters", () => {
    const messages = [
      { role: "user", content: "abc" },
      { role: "assistant", content: "de" },
      { role: "user", content: "fghi" },
    ];
    expect(extract(makeEvent("", { system: "xy", messages }))).toMatchObject({ messageCount: 3, userTurns: 2, textChars: 11 });
  });

  it("takes the system prompt from the messages where the format puts it there", () => {
    const system = "You answer questions about alpine railway timetables politely.";
    const inside = sketch("", {
      messages: [
        { role: "system", content: system },
        { role: "user", content: "When?" },
      ],
    });
    const outside = sketch("", { system, messages: [{ role: "user", content: "When?" }] });
    expect(inside.systemSkeleton).toEqual(outside.systemSkeleton);
    expect(inside.systemAnchors).toEqual(outside.systemAnchors);
  });

  it("tells contents apart by a single sign, and not by white space or letter case", () => {
    expect(sketch("What is x + 2?").content).not.toEqual(sketch("What is x - 2?").content);
    expect(sketch("What  is\nx + 2?").content).toEqual(sketch("what is x + 2?").content);
  });

  it("sees a change in the middle of 200 KB", () => {
    const long = (word: string) => `${"alpha beta ".repeat(9_000)}${word}${" gamma delta".repeat(9_000)}`;
    expect(sketch(long("one")).content).not.toEqual(sketch(long("two")).content);
    expect(sketch(long("one")).headAnchors).toEqual(sketch(long("two")).headAnchors);
  });

  it("reads wide letters and broken-up words as what they are", () => {
    expect(sketch("Ｅｖａｌｕａｔｅ the quarterly report").promptSkeleton).toEqual(sketch("Evaluate the quarterly report").promptSkeleton);
    expect(sketch("Eval\u200buate the quarterly report").promptSkeleton).toEqual(sketch("Evaluate the quarterly report").promptSkeleton);
  });

  it("recognises an output by its beginning, whatever its line breaks", () => {
    const a = extract(makeEvent("x", { output: "First, add the numbers.\n\nThen divide." }))!.sketch.output;
    const b = extract(makeEvent("y", { output: "first, add the numbers. Then   divide." }))!.sketch.output;
    expect(a).toEqual(b);
  });
});

describe("for any text whatever", () => {
  const anyText = fc.oneof(
    fc.string({ maxLength: 400 }),
    fc.string({ unit: "binary", maxLength: 400 }),
    fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 300 }).map((codes) => String.fromCharCode(...codes)),
    fc
      .array(fc.constantFrom('"', "`", "```", "<", "</", "@", "://", "\ud800", "\udc00", "a", " ", "\n", "中", "“", "”", "{", ":"), {
        maxLength: 200,
      })
      .map((parts) => parts.join("")),
  );

  it("the features are the same from another extractor and after any other text", async () => {
    const other = await createFeatureExtractor([]);
    fc.assert(
      fc.property(anyText, anyText, (first, second) => {
        const features = extract(makeEvent(first, { system: second }));
        other(makeEvent(second, { system: first }));
        expect(other(makeEvent(first, { system: second }))).toEqual(features);
      }),
      { numRuns: 300 },
    );
  });

  it("anchors ascend without repeats, at most four a region, and hashes are unsigned", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const features = extract(makeEvent(text, { system: text, output: text }));
        if (!features) return;
        for (const anchors of [features.sketch.systemAnchors, features.sketch.headAnchors, features.sketch.tailAnchors]) {
          expect(anchors.length).toBeLessThanOrEqual(4);
          expect([...anchors]).toEqual([...new Set(anchors)].sort((a, b) => a - b));
        }
        for (const hash of [features.sketch.content, features.sketch.promptSkeleton, features.sketch.output]) {
          for (const half of hash ?? []) expect(half >>> 0).toBe(half);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("openers without closers, 200,000 of them, end", () => {
    const features = extract(makeEvent("„«“`".repeat(50_000)));
    expect(features?.textChars).toBe(200_000);
    expect(features?.sketch.headAnchors).toHaveLength(0);
  });
});
