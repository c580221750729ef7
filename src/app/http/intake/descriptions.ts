/** What the routes by which records come in tell of themselves alike. */
import { REQUEST_EVENT } from "../description/examples.js";
import { COUNT, shape, TEXT, told } from "../description/json-schema.js";

/** The answer to records that were taken. */
export const TAKEN = {
  202: {
    description:
      "Durable: a stop at any moment loses none of it. Lines that cannot be read are taken too and shown in /v1/quarantine; a request id counts once, however often it is sent.",
    schema: shape({ records: told(COUNT, "Lines that hold something.") }),
    example: { records: 1 },
  },
};

/** A request event, one a line. */
export const NDJSON_BODY = {
  schema: told(TEXT, "One request event a line: docs/contracts.md."),
  example: `${JSON.stringify(REQUEST_EVENT)}\n`,
};

/** What can be wrong with records, by status. */
export const INTAKE_PROBLEMS = {
  400: ["SW1922", "SW1925", "SW1926", "SW1927"],
  413: ["SW1924", "SW1930"],
  415: ["SW1923", "SW1931"],
  429: ["SW1920", "SW1928"],
  503: ["SW1921", "SW1929"],
};
