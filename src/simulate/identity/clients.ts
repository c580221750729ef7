/** Client programs: user agents with versions, and the JA4 fingerprint that each program's TLS stack shows. */
import { drawInteger, drawZipf, formatHex, hashText, mix32, pick, pickWeighted, type Random } from "../random.js";

/** One program at one version. */
export interface ClientProgram {
  userAgent: string;
  ja4: string;
}

const FAMILIES: readonly {
  name: string;
  weight: number;
  isBrowser: boolean;
  versions: readonly string[];
  write: (version: string, random: Random) => string;
}[] = [
  {
    name: "openai-python",
    weight: 24,
    isBrowser: false,
    versions: ["1.52.0", "1.58.1", "1.61.0", "1.66.3", "1.70.0", "1.78.1"],
    write: (version) => `OpenAI/Python ${version}`,
  },
  {
    name: "openai-async",
    weight: 10,
    isBrowser: false,
    versions: ["1.52.0", "1.61.0", "1.66.3", "1.78.1"],
    write: (version) => `AsyncOpenAI/Python ${version}`,
  },
  {
    name: "anthropic-python",
    weight: 9,
    isBrowser: false,
    versions: ["0.42.0", "0.49.0", "0.52.1", "0.57.0"],
    write: (version) => `Anthropic/Python ${version}`,
  },
  {
    name: "openai-node",
    weight: 12,
    isBrowser: false,
    versions: ["4.77.0", "4.89.0", "5.1.1", "5.8.2"],
    write: (version) => `OpenAI/JS ${version}`,
  },
  { name: "httpx", weight: 6, isBrowser: false, versions: ["0.27.2", "0.28.0", "0.28.1"], write: (version) => `python-httpx/${version}` },
  { name: "requests", weight: 6, isBrowser: false, versions: ["2.31.0", "2.32.3"], write: (version) => `python-requests/${version}` },
  { name: "go", weight: 4, isBrowser: false, versions: ["1.1", "2.0"], write: (version) => `Go-http-client/${version}` },
  { name: "okhttp", weight: 3, isBrowser: false, versions: ["4.12.0", "5.0.0"], write: (version) => `okhttp/${version}` },
  { name: "curl", weight: 2, isBrowser: false, versions: ["7.88.1", "8.5.0", "8.7.1"], write: (version) => `curl/${version}` },
  {
    name: "langchain",
    weight: 5,
    isBrowser: false,
    versions: ["0.3.1", "0.3.9", "0.3.20"],
    write: (version) => `langchain-openai/${version} OpenAI/Python 1.66.3`,
  },
  {
    name: "agent-cli",
    weight: 6,
    isBrowser: false,
    versions: ["1.0.24", "1.0.51", "1.0.88", "2.0.1"],
    write: (version) => `agent-cli/${version} (external, cli)`,
  },
  {
    name: "chrome",
    weight: 9,
    isBrowser: true,
    versions: ["131.0.0.0", "133.0.0.0", "134.0.0.0", "136.0.0.0"],
    write: (version, random) =>
      `Mozilla/5.0 (${pick(random, ["Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10_15_7", "X11; Linux x86_64"])}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version} Safari/537.36`,
  },
  {
    name: "safari",
    weight: 4,
    isBrowser: true,
    versions: ["17.6", "18.1", "18.4"],
    write: (version) =>
      `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/${version} Safari/605.1.15`,
  },
  {
    name: "firefox",
    weight: 3,
    isBrowser: true,
    versions: ["128.0", "135.0", "137.0"],
    write: (version) => `Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:${version}) Gecko/20100101 Firefox/${version}`,
  },
];

/** A program as popular programs are: most people use one of a few. */
export function drawProgram(random: Random, isBrowser: boolean): ClientProgram {
  const families = FAMILIES.filter((family) => family.isBrowser === isBrowser);
  const family = pickWeighted(
    random,
    families,
    families.map((each) => each.weight),
  );
  const version = family.versions[family.versions.length - 1 - drawZipf(random, family.versions.length)] ?? "1.0";
  // A program's TLS stack changes with its runtime, not with each release: three variants per family.
  return { userAgent: family.write(version, random), ja4: writeJa4(hashText(family.name), drawInteger(random, 3), isBrowser) };
}

/** A JA4 that nobody else shows, for callers who randomise their handshake. */
export function drawOwnJa4(random: Random): string {
  return writeJa4(drawInteger(random, 2 ** 31), drawInteger(random, 1000), random() < 0.5);
}

function writeJa4(a: number, b: number, isBrowser: boolean): string {
  const h = mix32(a, b);
  const ciphers = isBrowser ? 15 + (h & 1) : 10 + (h % 30);
  const extensions = isBrowser ? 16 + ((h >>> 4) & 1) : 9 + ((h >>> 4) % 6);
  return `t13d${String(ciphers).padStart(2, "0")}${String(extensions).padStart(2, "0")}${isBrowser ? "h2" : pick2(h)}_${formatHex(12, a, b)}_${formatHex(12, b + 1, a)}`;
}

function pick2(h: number): string {
  return h & 256 ? "h1" : "h2";
}
