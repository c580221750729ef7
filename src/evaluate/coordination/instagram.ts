/** Instagram fake accounts: nine counts a profile, labelled fake or real. Nothing in it joins two accounts. */
import type { CoordinationResult } from "./coordination-result.js";
import { readSet } from "./read-set.js";

/** Says what is in the set and that link and cluster stages have nothing to work on; null where it is absent. */
export function measureInstagram(dataFolder: string): CoordinationResult | null {
  const set = readSet(dataFolder, "instagram_fake_accounts");
  if (!set) return null;
  const fake = set.column("isFake").filter((value) => value === "1").length;
  return {
    set: "instagram_fake_accounts",
    source: "Akyon, Kalfaoglu, Instagram Fake and Automated Account Detection, ASYU 2019",
    licence: "CC-BY-NC-4.0: measuring only, never copied, no commercial use",
    rows: set.rows,
    accounts: set.rows,
    methods: [
      {
        method: "not checked",
        figures: [
          { what: "profiles labelled fake", value: fake },
          { what: "profiles labelled real", value: set.rows - fake },
        ],
      },
    ],
    cannotShow: [
      "No time, no shared thing, no group: link and cluster stages, SynchroTrap and FRAUDAR have no input here, and nothing was measured.",
      "A classifier of single profiles is another problem than ours: one account is never judged by its looks.",
    ],
  };
}
