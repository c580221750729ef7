/** Families of requests without a store: what the population pass does, in memory. */
import type { RequestEvent } from "../../../vocabulary/request-event.js";
import { createFeatureExtractor } from "../features.js";
import { askForKin, clusterFamilies } from "../families.js";
import { createGistSamples } from "../family-gists.js";
import { joinKin } from "../kinship.js";
import { ANCHOR_ACCOUNTS_MIN, createSignatureIntern } from "../scaffold-signatures.js";

/** Who sent which text, and when; in any order. */
export interface SentText {
  account: string;
  text: string;
  atMs?: number;
}

/** Makes a function that names the family of each text, all wordings of one scaffold alike; null for none. */
export async function createFamilyNamer(): Promise<(sent: readonly SentText[]) => (string | null)[]> {
  const extract = await createFeatureExtractor([]);
  return (sent) => {
    const sketches = sent.map(({ text }) => sketchOf(extract, text));
    const anchors = sketches.map(({ headAnchors, tailAnchors }) => Uint32Array.from(new Set([...headAnchors, ...tailAnchors])));
    const frequentAnchors = findFrequent(sent, anchors);
    const intern = createSignatureIntern(frequentAnchors);
    const gists = createGistSamples(2);
    const numbers = new Int32Array(sent.length);
    const accounts = [...new Set(sent.map(({ account }) => account))].sort();
    const positions = new Map(accounts.map((account, position) => [account, position]));
    const senderOf = (index: number) => ({ account: positions.get(sent[index].account) ?? -1, atMs: sent[index].atMs ?? index });
    const order = [...sent.keys()].sort(
      (a, b) => senderOf(a).account - senderOf(b).account || senderOf(a).atMs - senderOf(b).atMs || a - b,
    );
    for (const index of order) {
      const sender = senderOf(index);
      const signature = intern.intern(anchors[index], 0, anchors[index].length, sender);
      numbers[index] = signature;
      if (!gists.wants(signature, sender.account)) continue;
      gists.start(signature, sender.account);
      [sketches[index].headGist, sketches[index].tailGist].forEach((values, region) => {
        gists.add({ signature, region, values, from: 0, to: values.length });
      });
    }
    const families = clusterFamilies({ region: "user", frequentAnchors, intern });
    const { familyOfSignature, ids } = families;
    const { named } = joinKin(askForKin(families, gists));
    return Array.from(numbers, (signature) =>
      signature < 0 || familyOfSignature[signature] < 0 ? null : ids[named[familyOfSignature[signature]]],
    );
  };
}

function sketchOf(extract: (event: RequestEvent) => ReturnType<Awaited<ReturnType<typeof createFeatureExtractor>>>, text: string) {
  const messages = [{ role: "user", content: text }];
  const features = extract({
    requestId: "r",
    atMs: 0,
    accountId: "a",
    targetModel: "m",
    status: 200,
    inputTokens: 1,
    outputTokens: 1,
    messages,
  });
  if (!features) throw new Error("a text has features");
  return features.sketch;
}

function findFrequent(sent: readonly SentText[], anchors: readonly Uint32Array[]): Uint32Array {
  const senders = new Map<number, Set<string>>();
  anchors.forEach((own, index) => {
    for (const anchor of own) {
      const known = senders.get(anchor) ?? new Set();
      senders.set(anchor, known.add(sent[index].account));
    }
  });
  return Uint32Array.from([...senders].filter(([, accounts]) => accounts.size >= ANCHOR_ACCOUNTS_MIN).map(([anchor]) => anchor)).sort();
}
