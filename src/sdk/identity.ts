/** Who is billed, when a log does not say. */

/** Prefix of the account that stands for "the log does not say"; what shares it is no account, and coverage must say so. */
export const UNATTRIBUTED_PREFIX = "unattributed:";

/** The account for requests of a product whose log names nobody. They are kept, because losing them would be silent. */
export function nameUnattributed(product: string): string {
  return `${UNATTRIBUTED_PREFIX}${product}`;
}
