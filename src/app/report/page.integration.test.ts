/** The page in a real browser. Skips loudly where Chromium is not installed; CI installs it. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addProblem, createQuarantineDigest, digestAccounts } from "./digest.js";
import { renderReportHtml } from "./html.js";
import { buildHostileReport } from "./testing/hostile-report.js";
import { buildSampleReport, type SampleReport } from "./testing/sample-report.js";

const EXECUTABLE = process.env["STILLWATCH_CHROMIUM"] ?? "/usr/bin/chromium";
const hasBrowser = existsSync(EXECUTABLE);
if (!hasBrowser) console.warn(`NOT CHECKED: report.html in a browser; there is no Chromium at ${EXECUTABLE}`);

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
// What a browser without a network does at its start would be counted as noise of the page.
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

let browser: Browser;
let folder: string;

beforeAll(async () => {
  if (!hasBrowser) return;
  folder = mkdtempSync(join(tmpdir(), "stillwatch-page-"));
  browser = await chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS });
});
afterAll(async () => {
  if (!hasBrowser) return;
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Visit {
  page: Page;
  /** Console errors and warnings, and exceptions. */
  complaints: string[];
  /** Every request but the one for the page itself. */
  requests: string[];
}

async function visit(
  sample: SampleReport,
  view: { width?: number; colorScheme?: "light" | "dark"; javaScriptEnabled?: boolean; bypassCSP?: boolean } = {},
): Promise<Visit> {
  const quarantine = createQuarantineDigest();
  for (const problem of sample.quarantine) addProblem(quarantine, problem);
  const file = join(folder, "report.html");
  writeFileSync(
    file,
    renderReportHtml({ report: sample.report, pictures: sample.pictures, accounts: digestAccounts(sample.accounts), quarantine }),
  );
  const { width = 1280, ...rest } = view;
  const page = await browser.newPage({ viewport: { width, height: 900 }, ...rest });
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  return { page, complaints, requests: requests.slice(1).filter((url) => url !== "data:,") };
}

describe.skipIf(!hasBrowser)("report.html in a browser", () => {
  it("loads without a complaint and without a request, with its style sheet at work", async () => {
    const { page, complaints, requests } = await visit(buildSampleReport());
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
    expect(await page.title()).toMatch(/^3 campaigns: .* – stillwatch$/);
    expect(await page.evaluate("getComputedStyle(document.querySelector('main')).maxWidth")).not.toBe("none");
    await page.close();
  });

  it("has one first heading, no skipped level, and named pictures that are seen", async () => {
    const { page } = await visit(buildSampleReport());
    const levels = await page
      .locator("h1, h2, h3, h4")
      .evaluateAll((headings) => headings.map((heading) => Number(heading.tagName.slice(1))));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    expect(levels.every((level, index) => index === 0 || level - levels[index - 1] <= 1)).toBe(true);
    for (const name of [/Requests per .* by target model/, "Evidence by account and group", /Shared rare instrument: \d+ links/]) {
      const picture = page.getByRole("img", { name }).first();
      expect(await picture.isVisible()).toBe(true);
      expect((await picture.boundingBox())?.height).toBeGreaterThan(100);
    }
    await page.close();
  });

  it.each([
    ["on a screen", { width: 1280 }],
    ["in the dark", { width: 1280, colorScheme: "dark" as const }],
    ["on a phone", { width: 390 }],
  ])("breaks no rule of accessibility %s, contrast included", async (_, view) => {
    const { page } = await visit(buildSampleReport({ crowd: 300 }), { ...view, bypassCSP: true });
    await page.locator("details").evaluateAll((all) => all.forEach((one) => one.setAttribute("open", "")));
    await page.evaluate(AXE);
    const broken: unknown = await page.evaluate(
      "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice']}).then(({violations}) => violations.map(({id, nodes}) => `${id}: ${nodes[0].html.slice(0, 120)} (${nodes.length})`))",
    );
    expect(broken).toEqual([]);
    await page.close();
  });

  it.each([390, 320])("needs no sideways scrolling at %i pixels", async (width) => {
    const { page } = await visit(buildSampleReport(), { width });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    await page.close();
  });

  it("is reached by keyboard: skip link first, then links, foldings and tables that scroll", async () => {
    const { page } = await visit(buildSampleReport());
    const reached: string[] = [];
    for (let step = 0; step < 60; step++) {
      await page.keyboard.press("Tab");
      const element: unknown = await page.evaluate(
        "document.activeElement.tagName + ' ' + (document.activeElement.textContent || '').slice(0, 40)",
      );
      reached.push(String(element));
    }
    expect(reached[0]).toBe("A Skip to the report");
    expect(reached).toContain("A Reasoning and grading harvest");
    const summary = reached.findIndex((element) => element.startsWith("SUMMARY"));
    expect(summary).toBeGreaterThan(0);
    await page.locator("summary").first().focus();
    await page.keyboard.press("Enter");
    expect(await page.locator("details").first().getAttribute("open")).toBe("");
    await page.close();
  });

  it("works without JavaScript and opens every folding in print", async () => {
    const { page } = await visit(buildSampleReport(), { javaScriptEnabled: false });
    expect(await page.getByRole("heading", { level: 1 }).isVisible()).toBe(true);
    await page.emulateMedia({ media: "print" });
    expect(await page.getByText("14 payment methods pay for 168 of the accounts.", { exact: true }).isVisible()).toBe(true);
    await page.close();
  });

  it("lets hostile text do nothing", async () => {
    const { page, complaints, requests } = await visit(buildHostileReport());
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
    expect(await page.title()).toContain("stillwatch");
    expect(await page.locator("script, main img, iframe").count()).toBe(0);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(1280);
    await page.close();
  });
});
