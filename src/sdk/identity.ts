/** Who is billed, when a log does not say. */

import { UNATTRIBUTED_PREFIX } from "../vocabulary/account.js";

/** The account for requests of a product whose log names nobody. They are kept, because losing them would be silent. */
export function nameUnattributed(product: string): string {
  return `${UNATTRIBUTED_PREFIX}${product}`;
}
