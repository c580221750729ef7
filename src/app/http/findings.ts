/** What the analysis found: campaigns, and what is known of an account. */
import type { FastifyInstance } from "fastify";
import type { HttpPart } from "../serve/services.js";
import { ACCOUNT, CAMPAIGN, MEMBER } from "./description/examples.js";
import { pageOf, refer } from "./description/json-schema.js";
import { HttpError } from "./problems.js";

/** Campaigns on one page at most: with their members a page is some hundred kilobytes. */
const PAGE_CAMPAIGNS_MAX = 200;
const PAGE_CAMPAIGNS_DEFAULT = 50;

const PAGE_SCHEMA = {
  type: "object",
  properties: {
    limit: { type: "integer", minimum: 1, maximum: PAGE_CAMPAIGNS_MAX, default: PAGE_CAMPAIGNS_DEFAULT },
    cursor: { type: "string", description: "`next_cursor` of the page before." },
    members: { type: "boolean", default: false, description: "With the accounts of each." },
  },
  additionalProperties: false,
} as const;

const tags = ["findings"];
const ENGINE_PROBLEMS = { 503: ["SW1914"] };
const FOUND_PROBLEMS = { 404: ["SW1910"], ...ENGINE_PROBLEMS };

const LIST_ANSWERS = {
  200: { description: "A page, by id.", schema: pageOf("Campaign"), example: { data: [CAMPAIGN], next_cursor: null } },
};
const CAMPAIGN_ANSWERS = {
  200: { description: "The campaign.", schema: refer("Campaign"), example: { ...CAMPAIGN, members: [MEMBER] } },
};
const ACCOUNT_ANSWERS = { 200: { description: "The account, in the window that says most.", schema: refer("Account"), example: ACCOUNT } };

/** `/v1/campaigns`, `/v1/campaigns/{id}`, `/v1/accounts/{id}`. */
export const findingRoutes: HttpPart =
  ({ engine }) =>
  async (app: FastifyInstance) => {
    app.get<{ Querystring: { limit: number; cursor?: string; members: boolean } }>(
      "/v1/campaigns",
      {
        config: { scope: "read", answers: LIST_ANSWERS, problems: ENGINE_PROBLEMS },
        schema: { summary: "Campaigns as the latest analysis saw them", tags, querystring: PAGE_SCHEMA },
      },
      async ({ query: { limit, cursor, members } }) => {
        const campaigns = [...engine.listCampaigns()].sort((a, b) => (a.campaign.id < b.campaign.id ? -1 : 1));
        const rest = cursor === undefined ? campaigns : campaigns.filter(({ campaign }) => campaign.id > cursor);
        const page = rest.slice(0, limit);
        return {
          data: page.map((each) => describeCampaign(each, members)),
          next_cursor: rest.length > limit ? (page.at(-1)?.campaign.id ?? null) : null,
        };
      },
    );
    app.get<{ Params: { id: string } }>(
      "/v1/campaigns/:id",
      {
        config: { scope: "read", answers: CAMPAIGN_ANSWERS, problems: FOUND_PROBLEMS },
        schema: { summary: "One campaign with its accounts", tags },
      },
      async ({ params: { id } }) => {
        const found = engine.listCampaigns().find(({ campaign }) => campaign.id === id);
        if (found === undefined) throw unknownSubject("campaign");
        return describeCampaign(found, true);
      },
    );
    app.get<{ Params: { id: string } }>(
      "/v1/accounts/:id",
      {
        config: { scope: "read", answers: ACCOUNT_ANSWERS, problems: FOUND_PROBLEMS },
        schema: { summary: "What is known of an account, and why", tags },
      },
      async ({ params: { id } }) => {
        const found = await engine.findAccount(id);
        if (found === null) throw unknownSubject("account");
        return found;
      },
    );
  };

type Found = Parameters<HttpPart>[0]["engine"] extends { listCampaigns(): readonly (infer One)[] } ? One : never;

function describeCampaign({ campaign, window, members, evidenceGroups, detections, evidence }: Found, withMembers: boolean): unknown {
  return {
    ...campaign,
    window,
    detections,
    evidence_groups: evidenceGroups,
    evidence,
    ...(withMembers
      ? {
          members: members.map((member) => ({
            account_id: member.accountId,
            organization_id: member.organizationId,
            standing: member.standing,
            probability: member.probability,
            events: member.events,
            campaign_events: member.campaignEvents,
          })),
        }
      : {}),
  };
}

function unknownSubject(kind: "campaign" | "account"): HttpError {
  return new HttpError(
    {
      code: "SW1910",
      what: `there is no such ${kind}`,
      why: "the latest analysis of no window has seen it.",
      fix: kind === "campaign" ? "list them: GET /v1/campaigns." : "check the id; accounts appear when their first requests are stored.",
    },
    { status: 404 },
  );
}
