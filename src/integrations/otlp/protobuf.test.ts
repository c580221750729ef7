/** What OpenTelemetry's own exporters for JavaScript sent of the same spans and records, once in each encoding (README: how it was recorded). */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { otlpFormat } from "./otlp.js";
import { decodeOtlp, encodeRpcStatus, type OtlpSignal } from "./protobuf.js";

const load = (name: string): Buffer => readFileSync(new URL(`./fixtures/recorded-exporter-${name}`, import.meta.url));
const decode = (signal: OtlpSignal): object => decodeOtlp(load(`${signal}.pb`), signal);

describe("the binary encoding", () => {
  it.each<OtlpSignal>(["traces", "logs"])("of %s says what the JSON encoding says", (signal) => {
    const json = JSON.parse(load(`${signal}.json`).toString()) as unknown;
    const readings = otlpFormat.read(decode(signal));
    expect(readings).toEqual(otlpFormat.read(json));
    expect(readings.length).toBe(2);
  });

  it("of spans comes to requests with all that they tell", () => {
    const [reading] = otlpFormat.read(decode("traces"));
    expect(reading).toMatchObject({
      event: {
        requestId: "chatcmpl-1",
        accountId: "acct-7",
        atMs: 1_769_012_345_678,
        latencyMs: 96,
        inputTokens: 27,
        sampling: { temperature: 0.25 },
        isStream: true,
        messages: [{ role: "user", content: "Größe? 🎈" }],
        output: "Lisbon.",
      },
    });
  });

  it("of log records keeps bodies of every kind, and the span that messages belong to", () => {
    const [records] = (decode("logs") as { resourceLogs: { scopeLogs: { logRecords: object[] }[] }[] }).resourceLogs;
    const [, choice] = records.scopeLogs[0].logRecords;
    expect(choice).toMatchObject({ traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7", eventName: "gen_ai.choice" });
    // Further than a number counts: text, as in JSON.
    expect(JSON.stringify(records)).toContain('{"intValue":"9007199254740991"}');
    expect(otlpFormat.read(decode("logs"))).toMatchObject([
      { event: { requestId: "chatcmpl-2", outputTokens: 5 } },
      { event: { output: "Lisbon.", finishReason: "stop" } },
    ]);
  });

  it("of nothing is an envelope without spans", () => {
    expect(decodeOtlp(new Uint8Array(0), "traces")).toEqual({ resourceSpans: [] });
  });

  it("cut off, changed or made up ends in an error or an envelope, and never in anything else", () => {
    const whole = load("logs.pb");
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(whole.length - 1), fc.nat(255), (cut, at, byte) => {
        const damaged = Buffer.from(whole.subarray(0, cut));
        if (at < damaged.length) damaged[at] = byte;
        let decoded: unknown = {};
        try {
          decoded = decodeOtlp(damaged, "logs");
        } catch (error) {
          expect(error).toEqual(new Error("no export request"));
          return;
        }
        expect(() => otlpFormat.read(decoded)).not.toThrow();
      }),
    );
  });

  it("nested without end is refused", () => {
    let value: Buffer = Buffer.alloc(0);
    const wrap = (tag: number, inner: Buffer): Buffer => {
      const length: number[] = [];
      for (let rest = inner.length; ; rest >>>= 7) {
        length.push((rest & 127) | (rest > 127 ? 128 : 0));
        if (rest <= 127) return Buffer.concat([Buffer.from([tag, ...length]), inner]);
      }
    };
    for (let depth = 0; depth < 5000; depth++) value = wrap(42, wrap(10, value));
    const log = wrap(10, wrap(18, wrap(18, wrap(42, value))));
    expect(() => decodeOtlp(log, "logs")).toThrow("no export request");
  });

  it("of a failure is google.rpc.Status", () => {
    expect(Buffer.from(encodeRpcStatus({ code: 8, message: "full" })).toString("hex")).toBe(
      "08081204" + Buffer.from("full").toString("hex"),
    );
  });
});
