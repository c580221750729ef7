/** Shared parts of the look-alikes: how many there are, and what makes an organization one. */
import type { Group, WorldContext } from "../context.js";
import type { LookAlikeName } from "../options.js";
import { placeSite, type NetworkKind } from "../identity/networks.js";
import { drawProgram } from "../identity/clients.js";
import type { Profile } from "../profile.js";
import { createRandom, drawBetween, drawGamma, formatHex, hashText, mix32, type Random } from "../random.js";
import { DAY_MS } from "../schedule.js";

/** One organization or crowd of a segment. */
export interface Crowd {
  segment: LookAlikeName;
  /** `<segment>-<number>`. */
  name: string;
  ordinal: number;
  size: number;
  seed: number;
}

/** Builds the crowds of a segment: at least two, more in larger worlds, of different sizes. */
export function listCrowds(context: WorldContext, segment: LookAlikeName, sizes: readonly [from: number, to: number]): Crowd[] {
  const growth = Math.sqrt(context.options.accounts / 2500);
  // In small worlds look-alikes must leave room for the crowd: sizes shrink with it.
  const shrink = Math.min(1, context.options.accounts / 2500);
  const count = Math.min(40, Math.max(2, Math.round(2.6 * growth)));
  return Array.from({ length: count }, (_, ordinal) => {
    const seed = mix32(context.options.seed, hashText(`${segment}/${ordinal}`));
    const random = createRandom(seed, 1);
    return {
      segment,
      name: `${segment}-${ordinal + 1}`,
      ordinal,
      seed,
      size: Math.max(sizes[0] > 4 ? 4 : 2, Math.round(drawBetween(random, sizes[0], sizes[1]) * Math.max(shrink, 0.3))),
    };
  });
}

/** What a look-alike does besides being a crowd account. */
export interface BenignWish {
  shape?(profile: Profile, ordinal: number, random: Random): void;
  open: Group["open"];
  countPerSession?: Group["countPerSession"];
  modulate?: Group["modulate"];
  allowlist?: Group["allowlist"];
}

/** A group of benign accounts. */
export function createBenign(crowd: Crowd, wish: BenignWish): Group {
  const group: Group = {
    name: crowd.segment,
    size: crowd.size,
    shape(profile, ordinal, random) {
      profile.truth = { label: "benign", campaign: null, segment: crowd.segment, crowd: crowd.name };
      wish.shape?.(profile, ordinal, random);
    },
    open: wish.open,
    describe: () => ({ segment: crowd.segment, crowd: crowd.name, accounts: crowd.size }),
  };
  if (wish.countPerSession) group.countPerSession = wish.countPerSession;
  if (wish.modulate) group.modulate = wish.modulate;
  if (wish.allowlist) group.allowlist = wish.allowlist;
  return group;
}

/** The id of a crowd that is one organization. */
export function nameOrganization(crowd: Crowd): string {
  return `org_${formatHex(10, crowd.seed, 2)}`;
}

/** Makes an account one of an organization's: one name, one invoice, one verified company, accounts opened over the years. */
export function joinOrganization(context: WorldContext, crowd: Crowd, profile: Profile, random: Random): void {
  const { account } = profile;
  account.organizationId = nameOrganization(crowd);
  account.verification = "organization";
  account.paymentKind = "invoice";
  account.paymentFingerprint = `pay_${formatHex(14, crowd.seed, 3)}`;
  account.emailDomain = `${formatHex(7, crowd.seed, 4)}.example`;
  account.plan = random() < 0.5 ? "scale" : "team";
  account.createdAtMs = Math.floor(context.startAtMs - (10 + random() ** 1.5 * 600) * DAY_MS);
  profile.pace.aliveFromMs = context.startAtMs;
  // Some organizations' gateways do not pass the organization on; the account file still has it.
  profile.showsOrganization = crowd.ordinal % 4 !== 3;
}

/** Puts an account behind the organization's own addresses; `own` is the share of traffic that goes out elsewhere. */
export function shareAddresses(crowd: Crowd, profile: Profile, kind: NetworkKind, sites: number, keepsOwn: boolean): void {
  const shared = Array.from({ length: sites }, (_, i) => placeSite(crowd.seed, kind, i));
  profile.addresses = keepsOwn ? [...shared, ...profile.addresses.slice(0, 1)] : shared;
}

/** One program for all, as one code base has. */
export function shareProgram(crowd: Crowd, profile: Profile): void {
  profile.programs = [drawProgram(createRandom(crowd.seed, 5), false)];
}

/** Volume of steady users: less spread than the crowd's. */
export function weighSteadily(profile: Profile, mean: number, random: Random): void {
  profile.pace.weight = drawGamma(random, mean, 3);
}
