/** The package installs the same everywhere, and nothing in the tree tells where it was made. */
import type { Offence, Rule } from "../rule.js";

const EXACT = /^\d+\.\d+\.\d+(-[0-9a-z.]+)?$/;
const KINDS = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"] as const;
type Manifest = Partial<Record<(typeof KINDS)[number], Record<string, string>>>;

export const versions: Rule = {
  name: "versions are exact",
  why: "two people who install on different days must run the same code.",
  find: (tree) => {
    if (!tree.has("package.json")) return [];
    const manifest = JSON.parse(tree.read("package.json")) as Manifest;
    const offences: Offence[] = [];
    for (const kind of KINDS)
      for (const [name, version] of Object.entries(manifest[kind] ?? {}))
        if (!EXACT.test(version)) offences.push({ path: "package.json", what: `${name} "${version}" in ${kind}` });
    return offences;
  },
  samples: [
    {
      claim: "ranges, tags and addresses are found",
      files: { "package.json": '{"dependencies":{"a":"^1.0.0","b":"latest"},"devDependencies":{"c":"git+ssh://x","d":"1.x"}}' },
      offenders: Array.from({ length: 4 }, () => "package.json"),
    },
    { claim: "exact ones are not", files: { "package.json": '{"dependencies":{"a":"1.0.0","b":"2.0.0-rc.1"}}' }, offenders: [] },
  ],
};

const PLACES: readonly { pattern: RegExp; what: string }[] = [
  { pattern: /(?<![\w.])\/(work|root)\//, what: "a folder of one machine; make it relative or an option" },
  { pattern: /(?<![\w.])\/(home|Users)\/[a-z]/, what: "somebody's home folder; make it relative or an option" },
  {
    pattern: /https?:\/\/[^\s"'`)]*(registry|artifactory|nexus|verdaccio)/,
    what: "a package registry; leave it to the installer's settings",
  },
  {
    pattern: /"resolved": "https?:/,
    what: "a package registry in the lock file; npm config set omit-lockfile-registry-resolved true",
  },
  { pattern: /_auth(Token)?\s*=/, what: "a credential" },
];
/** This file has to spell what it forbids. */
const SELF = "tidy/rules/package.ts";

export const places: Rule = {
  name: "nothing names the machine it was made on",
  why: "a path or a registry of one machine works on that machine only, and tells strangers about it.",
  find: (tree) =>
    tree.paths
      .filter((path) => path !== SELF && !path.includes("/fixtures/"))
      .flatMap((path) =>
        tree
          .read(path)
          .split("\n")
          .flatMap((line, index) =>
            PLACES.filter(({ pattern }) => pattern.test(line)).map(({ what }) => ({ path, line: index + 1, what })),
          ),
      ),
  samples: [
    {
      claim: "folders, registries and credentials are found in any file",
      files: {
        "docs/a.md": "see /work/main",
        "package-lock.json": '"resolved": "https://npm.example.org/a.tgz"',
        "src/sdk/a.ts": '"/home/ann/logs"',
        "src/sdk/b.ts": '"https://registry.example.org/"',
      },
      offenders: ["docs/a.md", "package-lock.json", "src/sdk/a.ts", "src/sdk/b.ts"],
    },
    {
      claim: "relative paths and lookalikes are not",
      files: { "docs/a.md": "../shared/data, src/network/, https://example.org/work/" },
      offenders: [],
    },
  ],
};
