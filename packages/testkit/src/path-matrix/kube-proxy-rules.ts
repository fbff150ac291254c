/**
 * Services as kube-proxy 1.33 writes them, in both of its modes: one port of one backend each. Names of chains, marks, order and hooks are its own;
 * what it writes for health checks, load balancers and affinity is left out.
 *
 * @module
 */
import { type Address, type Family, formatAddress } from '@firsthop/netaddr';

export interface ServiceRule {
  /** Eight letters or digits, as kube-proxy hashes it. */
  readonly hash: string;
  readonly family: Family;
  readonly protocol: 'tcp' | 'udp';
  readonly clusterIp: Address;
  readonly port: number;
  readonly nodePort: number;
  readonly backend: Address;
  readonly backendPort: number;
}

export interface ProxyNode {
  /** Where node ports listen. */
  readonly addresses: Readonly<Record<Family, Address>>;
  /** Who needs no masquerade to a Service: the pods. */
  readonly clusterCidr: Readonly<Record<Family, string>>;
}

const target = ({ backend, backendPort, family }: ServiceRule): string => (family === 4 ? `${formatAddress(backend)}:${backendPort}` : `[${formatAddress(backend)}]:${backendPort}`);
const id = ({ hash, protocol }: ServiceRule): string => `${hash}-shop/web/${protocol}/p`;

/** What `nft -f` is fed: the whole table anew, as one transaction. */
export const nftablesMode = (services: readonly ServiceRule[], family: Family, node: ProxyNode): string => {
  const ip = family === 4 ? 'ip' : 'ip6';
  const own = services.filter((one) => one.family === family);
  const table = `table ${ip} kube-proxy`;
  const chain = (name: string, rules: readonly string[]): string => `chain ${name} {\n${rules.join('\n')}\n}`;
  return [
    table,
    `delete ${table}`,
    `${table} {`,
    `set cluster-ips {\ntype ipv${family}_addr\nelements = { ${[...new Set(own.map(({ clusterIp }) => formatAddress(clusterIp)))].join(', ')} }\n}`,
    `set nodeport-ips {\ntype ipv${family}_addr\nelements = { ${formatAddress(node.addresses[family])} }\n}`,
    `map service-ips {\ntype ipv${family}_addr . inet_proto . inet_service : verdict\nelements = { ${own.map((one) => `${formatAddress(one.clusterIp)} . ${one.protocol} . ${one.port} : goto service-${id(one)}`).join(', ')} }\n}`,
    `map service-nodeports {\ntype inet_proto . inet_service : verdict\nelements = { ${own.map((one) => `${one.protocol} . ${one.nodePort} : goto external-${id(one)}`).join(', ')} }\n}`,
    chain('mark-for-masquerade', ['meta mark set meta mark or 0x4000']),
    chain('masquerading', ['meta mark and 0x4000 == 0 return', 'meta mark set meta mark xor 0x4000', 'masquerade fully-random']),
    ...own.flatMap((one) => [
      chain(`endpoint-${id(one)}`, [`${ip} saddr ${formatAddress(one.backend)} jump mark-for-masquerade`, `meta l4proto ${one.protocol} dnat to ${target(one)}`]),
      chain(`service-${id(one)}`, [`${ip} daddr ${formatAddress(one.clusterIp)} ${one.protocol} dport ${one.port} ${ip} saddr != ${node.clusterCidr[family]} jump mark-for-masquerade`, `numgen random mod 1 vmap { 0 : goto endpoint-${id(one)} }`]),
      chain(`external-${id(one)}`, ['jump mark-for-masquerade', `goto service-${id(one)}`]),
    ]),
    chain('services', [`${ip} daddr . meta l4proto . th dport vmap @service-ips`, `${ip} daddr @nodeport-ips meta l4proto . th dport vmap @service-nodeports`]),
    chain('cluster-ips-check', [`${ip} daddr @cluster-ips reject`]),
    chain('nat-prerouting', ['type nat hook prerouting priority dstnat; policy accept;', 'jump services']),
    chain('nat-output', ['type nat hook output priority -100; policy accept;', 'jump services']),
    chain('nat-postrouting', ['type nat hook postrouting priority srcnat; policy accept;', 'jump masquerading']),
    chain('filter-forward', ['type filter hook forward priority -110; policy accept;', 'ct state new jump cluster-ips-check']),
    chain('filter-output-post-dnat', ['type filter hook output priority -90; policy accept;', 'ct state new jump cluster-ips-check']),
    '}',
    '',
  ].join('\n');
};

/** What `iptables-restore --noflush` is fed: chains that are named here are emptied and filled. */
export const iptablesMode = (services: readonly ServiceRule[], family: Family, node: ProxyNode): string => {
  const own = services.filter((one) => one.family === family);
  const name = (kind: string, { hash, protocol }: ServiceRule): string => `KUBE-${kind}-${hash}${protocol.toUpperCase()}`;
  const port = (one: ServiceRule, number: number): string => `-p ${one.protocol} -m ${one.protocol} --dport ${number}`;
  return [
    '*filter', ':KUBE-FORWARD - [0:0]',
    '-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP',
    '-A KUBE-FORWARD -m mark --mark 0x4000/0x4000 -j ACCEPT',
    '-A KUBE-FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    'COMMIT',
    '*nat', ...['KUBE-SERVICES', 'KUBE-NODEPORTS', 'KUBE-POSTROUTING', 'KUBE-MARK-MASQ', ...own.flatMap((one) => ['SVC', 'EXT', 'SEP'].map((kind) => name(kind, one)))].map((chain) => `:${chain} - [0:0]`),
    '-A KUBE-MARK-MASQ -j MARK --or-mark 0x4000',
    '-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN',
    '-A KUBE-POSTROUTING -j MARK --xor-mark 0x4000',
    '-A KUBE-POSTROUTING -j MASQUERADE --random-fully',
    ...own.flatMap((one) => [
      `-A KUBE-SERVICES -d ${formatAddress(one.clusterIp)} ${port(one, one.port)} -j ${name('SVC', one)}`,
      `-A KUBE-NODEPORTS ${port(one, one.nodePort)} -j ${name('EXT', one)}`,
      `-A ${name('EXT', one)} -j KUBE-MARK-MASQ`,
      `-A ${name('EXT', one)} -j ${name('SVC', one)}`,
      `-A ${name('SVC', one)} ! -s ${node.clusterCidr[family]} -d ${formatAddress(one.clusterIp)} ${port(one, one.port)} -j KUBE-MARK-MASQ`,
      `-A ${name('SVC', one)} -j ${name('SEP', one)}`,
      `-A ${name('SEP', one)} -s ${formatAddress(one.backend)} -j KUBE-MARK-MASQ`,
      `-A ${name('SEP', one)} -p ${one.protocol} -m ${one.protocol} -j DNAT --to-destination ${target(one)}`,
    ]),
    '-A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS',
    'COMMIT',
    '',
  ].join('\n');
};

/** The rules of the built-in chains, which kube-proxy adds once. */
export const iptablesJumps: readonly (readonly string[])[] = [
  ['-t', 'filter', '-A', 'FORWARD', '-j', 'KUBE-FORWARD'],
  ['-t', 'nat', '-A', 'PREROUTING', '-j', 'KUBE-SERVICES'],
  ['-t', 'nat', '-A', 'OUTPUT', '-j', 'KUBE-SERVICES'],
  ['-t', 'nat', '-A', 'POSTROUTING', '-j', 'KUBE-POSTROUTING'],
];
