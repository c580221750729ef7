/** `/openapi.json`, held against an OpenAPI validator, against the routes that there are and against itself. */
import { readFileSync } from "node:fs";
import { Validator } from "@seriousme/openapi-schema-validator";
import { beforeAll, describe, expect, it } from "vitest";
import type { Interface, Operation } from "./describe-interface.js";
import { describeOffline } from "./offline.js";
import { writeInterfacePage } from "./page.js";
import { createSchemaCheck } from "../../testing/schema-check.js";

interface Described {
  path: string;
  method: string;
  operation: Operation;
}

let document: Interface;
let operations: Described[] = [];

beforeAll(async () => {
  document = await describeOffline("1.2.3");
  operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
});

const find = (isWrong: (described: Described) => boolean): string[] =>
  operations.filter(isWrong).map(({ method, path }) => `${method} ${path}`);
const isSafe = (method: string): boolean => ["get", "delete", "head", "options"].includes(method);

describe("the description of the interface", () => {
  it("is valid OpenAPI 3.1", async () => {
    const { valid, errors } = await new Validator().validate({ ...structuredClone(document) });
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
  });

  it("tells of every route that there is (it fails where one is left out), itself included", () => {
    const told = operations.map(({ method, path }) => `${method} ${path}`);
    expect(told.length).toBeGreaterThan(30);
    expect(told).toEqual(
      expect.arrayContaining(["get /openapi.json", "post /v1/events", "put /v1/gateways/envoy/{*}", "delete /v1/keys/{id}"]),
    );
  });

  it("gives every call a name of its own, a summary, a group and an answer that is no error", () => {
    const names = operations.map(({ operation: { operationId } }) => operationId);
    expect(new Set(names).size).toBe(names.length);
    expect(find(({ operation: { summary, tags } }) => summary === undefined || (tags ?? []).length === 0)).toEqual([]);
    expect(find(({ operation: { responses } }) => !Object.keys(responses).some((status) => status.startsWith("2")))).toEqual([]);
  });

  it("says of every call which key it needs, and which problems it has", () => {
    const open = find(({ operation: { security } }) => (security ?? []).length === 0);
    expect(open.toSorted()).toEqual(["get /healthz", "get /openapi.json", "get /readyz"]);
    const isMissing = ({ operation: { security = [], responses, requestBody } }: Described): boolean =>
      [...(security.length > 0 ? ["401", "403"] : []), ...(requestBody === undefined ? [] : ["400", "413", "415"]), "500"].some(
        (status) => responses[status] === undefined,
      );
    expect(find(isMissing)).toEqual([]);
  });

  it("shows an example of every body that is sent and of every JSON that is answered", () => {
    const isBare = (content: Record<string, { example?: unknown }> = {}): boolean =>
      Object.entries(content).some(([type, { example }]) => type === "application/json" && example === undefined);
    const isShown = ({ path, operation: { requestBody, responses } }: Described): boolean => {
      const answers = Object.entries(responses).flatMap(([status, answer]) => (status.startsWith("2") ? [answer] : []));
      return path !== "/openapi.json" && [requestBody, ...answers].some((each) => isBare((each as Operation["requestBody"])?.content));
    };
    expect(find(isShown)).toEqual([]);
    expect(
      find(({ method, path, operation }) => !isSafe(method) && operation.requestBody === undefined && !/envoy|probes/.test(path)),
    ).toEqual([]);
  });

  it("has examples that are as the schemas say", async () => {
    const check = createSchemaCheck(document);
    const wrong = operations.flatMap(({ method, path, operation: { requestBody, responses } }) =>
      [requestBody, ...Object.values(responses)].flatMap((part) =>
        Object.values((part as Operation["requestBody"])?.content ?? {}).flatMap(({ schema, example }) =>
          example === undefined ? [] : check(schema, example).map((error) => `${method} ${path}: ${error}`),
        ),
      ),
    );
    expect(wrong).toEqual([]);
  });

  it("names problems that docs/errors.md explains", () => {
    const explained = readFileSync(new URL("../../../../docs/errors.md", import.meta.url), "utf8");
    const named = new Set(JSON.stringify(document.paths).match(/SW\d{4}/g));
    expect([...named].filter((code) => !explained.includes(code))).toEqual([]);
    expect(named.size).toBeGreaterThan(20);
  });

  it("is what docs/http.md tells (node scripts/write-http.mjs)", () => {
    expect(readFileSync(new URL("../../../../docs/http.md", import.meta.url), "utf8")).toBe(writeInterfacePage(document));
  });
});
