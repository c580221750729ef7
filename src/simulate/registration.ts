/** Draws how an account was registered, what it pays with and where it works from: the crowd's way, for everybody. */
import type { Account } from "../vocabulary/account.js";
import type { WorldContext } from "./context.js";
import { drawProgram, type ClientProgram } from "./identity/clients.js";
import { type Address, drawAddress, placeSite } from "./identity/networks.js";
import type { Habits } from "./profile.js";
import { chance, drawBetween, drawOnce, formatHex, mix32, pick, pickWeighted, type Random } from "./random.js";
import { DAY_MS, HOUR_MS } from "./schedule.js";

const EMAIL_DOMAINS = [
  "gmail.com",
  "outlook.com",
  "yahoo.com",
  "icloud.com",
  "proton.me",
  "qq.com",
  "163.com",
  "gmx.de",
  "hotmail.com",
  "mail.ru",
  "naver.com",
];
const EMAIL_WEIGHTS = [46, 13, 6, 7, 5, 8, 6, 3, 3, 2, 1];
const PLANS = ["free", "pay_as_you_go", "pro", "team", "scale"];
const PLAN_WEIGHTS = [14, 52, 20, 10, 4];
const VERIFICATIONS = ["none", "email", "phone", "payment", "identity", "organization"] as const;
const VERIFICATION_WEIGHTS = [4, 24, 30, 28, 8, 6];
const REFERRERS = ["search", "newsletter", "friend", "conference", "video", "partner"];

/** What {@link drawRegistration} answers. */
export interface Registration {
  account: Account;
  addresses: Address[];
  programs: ClientProgram[];
}

/** The account of position `index`, registered and placed as crowd accounts are. */
export function drawRegistration(context: WorldContext, index: number, habits: Habits, random: Random): Registration {
  const { seed, accounts } = context.options;
  const standing = context.standingOf(index);
  const addresses = drawAddresses(seed, accounts, standing, habits, random);
  const home = addresses[0];
  const account: Account = { accountId: nameAccount(seed, index), createdAtMs: drawCreation(context, random) };
  account.plan = pickWeighted(random, PLANS, PLAN_WEIGHTS);
  account.programme = pickWeighted(random, ["none", "education", "startup", "security_research"] as const, [90, 5, 4, 1]);
  account.verification = pickWeighted(random, VERIFICATIONS, VERIFICATION_WEIGHTS);
  account.emailDomain = chance(random, 0.2)
    ? `${formatHex(6, seed, standing >>> 2)}.example`
    : pickWeighted(random, EMAIL_DOMAINS, EMAIL_WEIGHTS);
  account.emailHash = formatHex(16, seed ^ 11, index);
  account.phoneCountry = home.country;
  account.billingCountry = chance(random, 0.96) ? home.country : pick(random, ["US", "DE", "SG", "GB", "AE"]);
  drawPayment(account, seed, accounts, standing, random);
  account.signupIp = chance(random, 0.7) ? home.ip : drawAddress(random, "residential").ip;
  if (chance(random, 0.35)) account.referrer = pick(random, REFERRERS);
  if (chance(random, 0.22))
    account.organizationId = `org_${formatHex(10, seed ^ 17, drawOnce(seed, 18, standing >>> 1) < 0.5 ? standing >>> 1 : standing + accounts)}`;
  const programs = [drawProgram(random, habits.channel === "console")];
  if (chance(random, 0.35)) programs.push(drawProgram(random, habits.channel === "console"));
  // People register with a browser and mostly work with something else.
  account.signupJa4 = drawProgram(random, true).ja4;
  return { account, addresses, programs };
}

/** Account ids say nothing about the group an account belongs to. */
export function nameAccount(seed: number, index: number): string {
  return `acct_${formatHex(16, seed ^ 5, index)}`;
}

/** Ages as of a growing service with launch days: two thirds in the last year, one in eleven while the world runs. */
function drawCreation(context: WorldContext, random: Random): number {
  const length = context.endAtMs - context.startAtMs;
  if (chance(random, 0.09)) return Math.floor(context.startAtMs + random() * length * 0.8);
  const ageDays = Math.min(900, -Math.log(1 - random()) * 250);
  if (chance(random, 0.12)) {
    // Launches, articles and courses bring people in within hours of each other.
    const launch = Math.floor(ageDays / 21) * 21 + (mix32(context.options.seed, Math.floor(ageDays / 21)) % 21);
    return Math.floor(context.startAtMs - launch * DAY_MS - (9 + 6 * random()) * HOUR_MS);
  }
  return Math.floor(context.startAtMs - ageDays * DAY_MS);
}

function drawPayment(account: Account, seed: number, accounts: number, standing: number, random: Random): void {
  const u = drawOnce(seed, 21, standing >>> 1);
  if (account.plan === "free" && chance(random, 0.7)) return;
  account.paymentKind = pickWeighted(random, ["card", "prepaid_card", "wallet", "invoice", "bank_debit"], [68, 10, 12, 5, 5]);
  let payer = standing + accounts;
  // Families and flat shares pay with one card; small firms and clubs with one for several people.
  if (u < 0.05) payer = standing >>> 1;
  else if (drawOnce(seed, 22, standing >>> 3) < 0.03) payer = accounts * 2 + (standing >>> 3);
  account.paymentFingerprint = `pay_${formatHex(14, seed ^ 23, payer)}`;
}

function drawAddresses(seed: number, accounts: number, standing: number, habits: Habits, random: Random): Address[] {
  const addresses: Address[] = [];
  const site = (kind: Parameters<typeof placeSite>[1], people: number) =>
    placeSite(seed, kind, drawBetween(random, 0, Math.max(1, Math.floor(accounts / people))));
  const isMachine = habits.kind === "script" || habits.kind === "app" || habits.kind === "batch";
  if (isMachine && chance(random, 0.6)) addresses.push(chance(random, 0.5) ? site("datacenter", 12) : drawAddress(random, "datacenter"));
  const household = drawOnce(seed, 31, standing >>> 1) < 0.07 ? standing >>> 1 : standing + accounts;
  if (addresses.length === 0 || chance(random, 0.5)) addresses.push(placeSite(seed, "residential", household));
  if (chance(random, 0.2)) addresses.push(site("office", 25));
  if (chance(random, 0.18)) addresses.push(site("mobile", 60));
  if (chance(random, 0.06)) addresses.push(site("vpn", 120));
  // Home connections change their address every now and then.
  const moves = chance(random, 0.45) ? drawBetween(random, 1, 4) : 0;
  for (let i = 0; i < moves; i++) addresses.push(drawAddress(random, isMachine && chance(random, 0.5) ? "datacenter" : "residential"));
  return addresses;
}
