import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runCommandLine } from "../cli/main.js";
import type { Alerts, DeadLetter } from "../serve/services.js";
import { type IntakeServer, startIntakeServer } from "../testing/intake-server.js";
import { alertRoutes } from "./alerts.js";

const letter = (id: string): DeadLetter => ({
  id,
  receiver: "webhook-0123456789ab",
  alert: {
    kind: "campaign_found",
    key: id,
    title: `Campaign ${id}`,
    who: "acct-1",
    sinceMs: 0,
    because: [],
    done: "",
    link: "https://s.example",
  },
  attempts: 9,
  createdMs: 1000,
  deadAtMs: 2000,
  lastError: "answered 500",
});

let server: IntakeServer;
let letters: DeadLetter[];
let waiting: Awaited<ReturnType<Alerts["countWaiting"]>> = { count: 0, failed: 0, sinceMs: null };
beforeEach(async () => {
  letters = ["msg_1", "msg_2", "msg_3"].map(letter);
  const alerts: Alerts = {
    send: async () => {},
    listDead: async ({ cursor }) => {
      const from = Number(cursor ?? 0);
      return { data: letters.slice(from, from + 2), next_cursor: from + 2 < letters.length ? String(from + 2) : null };
    },
    retryDead: async (ids) => {
      const retried = letters.filter(({ id }) => ids === null || ids.includes(id));
      letters = letters.filter((each) => !retried.includes(each));
      return retried.map(({ id }) => id);
    },
    countWaiting: async () => waiting,
    close: async () => {},
  };
  server = await startIntakeServer({ services: { alerts }, parts: [alertRoutes] });
});
afterEach(async () => server.close());

const run = async (...args: readonly string[]): Promise<{ status: number; out: string }> => {
  let out = "";
  const stdout = vi.spyOn(process.stdout, "write").mockImplementation((text) => (out += String(text)) !== "");
  try {
    return { status: await runCommandLine(["alerts", ...args, "--url", server.url]), out };
  } finally {
    stdout.mockRestore();
  }
};

describe("alerts that reached nobody", () => {
  it("are listed over all pages, with who, since when, what went wrong and where to look", async () => {
    const { status, out } = await run("list", "-o", "json");
    expect(status).toBe(0);
    const { data } = JSON.parse(out) as { data: { id: string }[] };
    expect(data.map(({ id }) => id)).toEqual(["msg_1", "msg_2", "msg_3"]);
    expect(data[0]).toMatchObject({ who: "acct-1", since: "1970-01-01T00:00:00.000Z", attempts: 9, last_error: "answered 500" });
    expect((await run("list")).out).toContain("webhook-0123456789ab did not take it 9 times, up to 1970-01-01T00:00:02.000Z: answered 500");
  });

  it("are sent again, those that are named or all", async () => {
    expect((await run("retry", "msg_2", "msg_of_nobody")).out).toBe("1 letter is sent again\n");
    expect((await run("retry")).out).toBe("2 letters are sent again\n");
    expect((await run("list")).out).toBe("Every alert has arrived.\n");
  });

  it("are not all that can be wrong: what is still being tried is told, with and without them", async () => {
    waiting = { count: 9, failed: 8, sinceMs: 0 };
    const told = "9 alerts are still being tried, 8 of them after failed attempts; the oldest since 1970-01-01T00:00:00.000Z.\n";
    expect((await run("list")).out).toMatch(new RegExp(`answered 500\\n[^\\n]*\\n\\n${told}$`));
    letters = [];
    expect((await run("list")).out).toBe(told);
    expect(JSON.parse((await run("list", "-o", "json")).out)).toMatchObject({ data: [], waiting: { count: 9, failed: 8 } });
    waiting = { count: 0, failed: 0, sinceMs: null };
  });

  it.each([{ ids: [] }, { ids: "" }, { all: true }])("a retry that cannot be meant is refused: %j", async (body) => {
    const answer = await fetch(`${server.url}/v1/alerts/dead-letters/retry`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(400);
    expect(letters).toHaveLength(3);
  });
});
