/** Addresses of plausible networks: a few large real operators with blocks that are theirs, weighted roughly by size. */
import { drawInteger, mix32, pick, type Random } from "../random.js";

/** Kind of network that an address belongs to. */
export type NetworkKind = "residential" | "mobile" | "office" | "datacenter" | "vpn" | "school";

/** One operator's block of addresses. */
export interface Network {
  kind: NetworkKind;
  asn: number;
  asName: string;
  country: string;
  /** First octet, and the range of the second. */
  first: number;
  second: readonly [from: number, to: number];
}

/** An address with what an address database would say about it. */
export interface Address {
  ip: string;
  asn: number;
  asName: string;
  country: string;
}

const TABLE: readonly (readonly [NetworkKind, number, string, string, number, number, number])[] = [
  ["residential", 7922, "Comcast Cable Communications, LLC", "US", 73, 1, 250],
  ["residential", 7018, "AT&T Services, Inc.", "US", 99, 0, 183],
  ["residential", 701, "Verizon Business", "US", 71, 160, 190],
  ["residential", 3320, "Deutsche Telekom AG", "DE", 87, 128, 191],
  ["residential", 3215, "Orange S.A.", "FR", 90, 0, 120],
  ["residential", 2856, "British Telecommunications PLC", "GB", 86, 128, 190],
  ["residential", 3352, "Telefonica de Espana", "ES", 83, 32, 63],
  ["residential", 28573, "Claro NXT Telecomunicacoes", "BR", 177, 32, 40],
  ["residential", 17676, "SoftBank Corp.", "JP", 126, 0, 200],
  ["residential", 4134, "CHINANET-BACKBONE", "CN", 116, 1, 11],
  ["residential", 4766, "Korea Telecom", "KR", 121, 128, 190],
  ["residential", 9829, "National Internet Backbone", "IN", 117, 192, 250],
  ["mobile", 21928, "T-Mobile USA, Inc.", "US", 172, 56, 59],
  ["mobile", 45609, "Bharti Airtel Ltd.", "IN", 106, 192, 223],
  ["mobile", 12430, "Vodafone Espana", "ES", 77, 208, 231],
  ["office", 3356, "Level 3 Parent, LLC", "US", 4, 4, 90],
  ["office", 174, "Cogent Communications", "US", 38, 96, 140],
  ["office", 8220, "COLT Technology Services", "GB", 217, 110, 111],
  ["office", 12322, "Free SAS", "FR", 82, 224, 255],
  ["datacenter", 16509, "Amazon.com, Inc.", "US", 3, 8, 250],
  ["datacenter", 14618, "Amazon.com, Inc.", "US", 54, 144, 239],
  ["datacenter", 396982, "Google LLC", "US", 34, 64, 190],
  ["datacenter", 8075, "Microsoft Corporation", "US", 20, 33, 120],
  ["datacenter", 24940, "Hetzner Online GmbH", "DE", 95, 216, 217],
  ["datacenter", 16276, "OVH SAS", "FR", 51, 75, 91],
  ["datacenter", 14061, "DigitalOcean, LLC", "US", 164, 90, 92],
  ["datacenter", 45102, "Alibaba (US) Technology Co., Ltd.", "SG", 47, 74, 91],
  ["vpn", 9009, "M247 Europe SRL", "RO", 185, 156, 156],
  ["vpn", 136787, "PacketHub S.A.", "PA", 194, 35, 35],
  ["vpn", 212238, "Datacamp Limited", "GB", 89, 187, 187],
  ["school", 680, "DFN e.V.", "DE", 141, 2, 99],
  ["school", 11537, "Internet2", "US", 128, 61, 122],
  ["school", 2200, "Renater", "FR", 193, 48, 55],
  ["school", 786, "Jisc Services Limited", "GB", 131, 111, 111],
];

const BY_KIND = new Map<NetworkKind, Network[]>();
for (const [kind, asn, asName, country, first, from, to] of TABLE) {
  const list = BY_KIND.get(kind) ?? [];
  list.push({ kind, asn, asName, country, first, second: [from, to] });
  BY_KIND.set(kind, list);
}

/** An operator of a kind. */
export function pickNetwork(random: Random, kind: NetworkKind): Network {
  return pick(random, BY_KIND.get(kind) ?? []);
}

/** The address of a household, office or exit: the same `site` number always has the same address. */
export function placeSite(seed: number, kind: NetworkKind, site: number): Address {
  const h = mix32(mix32(seed, site), kind.length * 131 + kind.charCodeAt(0));
  const list = BY_KIND.get(kind) ?? [];
  const network = list[h % list.length];
  const rest = mix32(h, 7);
  const span = network.second[1] - network.second[0] + 1;
  return describe(network, network.second[0] + (rest % span), (rest >>> 8) & 255, 1 + ((rest >>> 16) % 254));
}

/** An address nobody else has been given on purpose. */
export function drawAddress(random: Random, kind: NetworkKind): Address {
  const network = pickNetwork(random, kind);
  const span = network.second[1] - network.second[0] + 1;
  return describe(network, network.second[0] + drawInteger(random, span), drawInteger(random, 256), 1 + drawInteger(random, 254));
}

function describe(network: Network, second: number, third: number, fourth: number): Address {
  return { ip: `${network.first}.${second}.${third}.${fourth}`, asn: network.asn, asName: network.asName, country: network.country };
}
