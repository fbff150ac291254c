/**
 * Worlds of two hundred pods under a hundred thousand rules, or under a thousand tiers; and packets that come close to them.
 *
 * @module
 */
import { contentId } from '@firsthop/base';
import { endpointId, type Workload, workloadId } from '@firsthop/inventory';
import { type Address, ipv4, ipv6 } from '@firsthop/netaddr';
import type { IsolatingPolicy, Peer, Policy, PolicyRef, Probe, Rule, RuleId, Tier, TieredPolicy, World } from '@firsthop/policy';
import type { LabelSelector } from '@firsthop/selector';

const cluster = 'east';
const WORKLOADS = 200;
const LABELS = 50;
const RULES = 100_000;
/** As many as one policy may have in a direction. */
const RULES_PER_POLICY = 10_000;
const namespaces = ['shop', 'pay', 'ops', 'dev'] as const;

type Both = readonly [Address, Address];
const inside = (i: number): Both => [ipv4(0x0a00_0000 + i), ipv6((0xfd00n << 112n) | BigInt(i))];
const outside = (i: number): Both => [ipv4(0xc633_0000 + i), ipv6((0x2001_0db8n << 96n) | BigInt(i))];

const workloads: readonly Workload[] = Array.from({ length: WORKLOADS }, (_, i): Workload => {
  const id = workloadId(cluster, `u${i}`);
  const labels = new Map([['app', `a${i % LABELS}`], ['env', `e${i % 7}`]]);
  return { id, kind: 'pod', cluster, namespace: namespaces[i % namespaces.length] ?? '', name: `w${i}`, labels, node: 'n1', hostNetwork: false, ports: [], endpoints: [{ id: endpointId(id, 'eth0'), interfaceName: 'eth0', addresses: inside(i), allowedAddresses: [] }] };
});

const world = (policies: readonly Policy[], tiers: readonly Tier[] = []): World => ({
  cluster,
  workloads,
  namespaces: namespaces.map((name) => ({ cluster, name, labels: new Map([['kubernetes.io/metadata.name', name]]), enforcement: 'Open' })),
  nodes: [{ cluster, name: 'n1', labels: new Map(), addresses: [ipv4(0xac10_0001)] }],
  services: [],
  policies,
  tiers,
  groups: [],
  clusterPeers: [],
  ingresses: [],
});

const pods = (labels: LabelSelector, namespace?: string): Peer => ({ kind: 'workloads', selector: { kind: 'pod', clusters: { kind: 'named', cluster }, namespaces: namespace === undefined ? { kind: 'any' } : { kind: 'named', namespace }, labels } });
const all: LabelSelector = { requirements: [] };
const app = (i: number): LabelSelector['requirements'][number] => ({ key: 'app', operator: 'In', values: [`a${i}`] });

const firstPort = (i: number): number => (i * 37) % 65_536;
const ports = (i: number): Rule['ports'] => ({ kind: 'set', ports: [{ kind: 'range', protocol: i % 2 === 0 ? 'TCP' : 'UDP', range: { first: firstPort(i), last: Math.min(65_535, firstPort(i) + (i % 11)) } }] });

/** The rule of a number: who, and what. No two are the same. */
export type Shape = (i: number) => Pick<Rule, 'peers' | 'ports'>;
export const byPrefix: Shape = (i) => ({ peers: { kind: 'set', peers: [{ kind: 'cidr', cidr: i % 3 === 0 ? { base: outside(i)[1], length: 128 } : { base: outside(i - (i % 16))[0], length: i % 5 === 0 ? 28 : 32 }, except: [] }] }, ports: ports(i) });
export const byLabel: Shape = (i) => ({ peers: { kind: 'set', peers: [pods({ requirements: [app(i % LABELS), { key: 'env', operator: 'NotIn', values: [`e${i % 7}`, `x${i}`] }] })] }, ports: ports(i) });
export const byPort: Shape = (i) => ({ peers: { kind: 'any' }, ports: ports(i) });
export const mixed: Shape = (i) => [byPrefix, byLabel, byPort][i % 3]?.(i) ?? byPort(i);

const actions = ['Allow', 'Drop', 'Reject', 'Allow', 'Pass', 'Allow', 'Delegate'] as const;
const rules = ({ kind, name }: PolicyRef, from: number, count: number, shape: Shape): Rule[] =>
  Array.from({ length: count }, (_, index) => ({ id: contentId(`${name}/${index}`) as RuleId, index, action: kind === 'NetworkPolicy' ? 'Allow' : (actions[(from + index) % actions.length] ?? 'Allow'), log: false, ...shape(from + index) }));

interface Place extends Pick<TieredPolicy, 'tier' | 'priority' | 'subjects'> {
  readonly from: number;
  readonly count: number;
}
const tiered = (name: string, { from, count, ...place }: Place, shape: Shape): TieredPolicy => {
  const ref: PolicyRef = { cluster, kind: 'ClusterSecurityPolicy', name };
  return { form: 'tiered', ref, ...place, mode: 'Enforce', onChange: 'Reevaluate', ingress: rules(ref, from, count, shape), egress: undefined };
};

const tens: readonly number[] = Array.from({ length: RULES / RULES_PER_POLICY }, (_, i) => i);

/** All rules in one tier, over everybody. */
export const oneTier = (shape: Shape): World => world(tens.map((i) => tiered(`p${i}`, { tier: 'application', priority: i, subjects: [pods(all)], from: i * RULES_PER_POLICY, count: RULES_PER_POLICY }, shape)));

export const isolated = (shape: Shape): World =>
  world(
    tens.map((i): IsolatingPolicy => {
      const ref: PolicyRef = { cluster, kind: 'NetworkPolicy', namespace: 'shop', name: `p${i}` };
      return { form: 'isolating', ref, subjects: [pods(all, 'shop')], ingress: rules(ref, i * RULES_PER_POLICY, RULES_PER_POLICY, shape), egress: undefined };
    }),
  );

const TIERS = 1000;
const tierName = (i: number): string => `t${String(i).padStart(4, '0')}`;
/** Orders below 1000 repeat: of two tiers with one order the name decides. */
const tier = (i: number): Tier => ({ name: tierName(i), order: i < 900 ? (i * 7) % 950 : 10_001 + i, defaultAction: i % 97 === 0 ? 'Drop' : 'Continue', namespaced: 'Forbidden' });

/** Together 72,250 tiers, policies and rules. */
export const manyTiers = (): World => {
  const subjects = (i: number): Peer[] => [i % 500 === 0 ? pods(all) : pods({ requirements: [app(i % (LABELS + 20))] })];
  const count = (i: number): number => (i % 2 === 0 && i % 8 !== 0 ? 2 : 1);
  return world(
    Array.from({ length: 30_000 }, (_, i) => tiered(`p${i}`, { tier: tierName((i * 13) % TIERS), priority: i % 5, subjects: subjects(i), from: i, count: count(i) }, mixed)),
    Array.from({ length: TIERS }, (_, i) => tier(i)),
  );
};

/** What comes close to some rule: from whom it is about or from another, at its ports or a little beside them. */
export const closeProbe = (n: number): Probe => {
  const i = (n * 7919) % RULES;
  const family = i % 3 === 0 ? 1 : 0;
  const destination = inside((n * 4 + (n % 5 === 0 ? 1 : 0)) % WORKLOADS);
  const source = n % 2 === 0 ? outside(i - (family === 0 ? i % 16 : 0)) : inside(((i % LABELS) + LABELS * (n % 4)) % WORKLOADS);
  return { source: { address: source[family] }, destination: { address: destination[family] }, protocol: i % 2 === 0 ? 6 : 17, port: Math.min(65_535, firstPort(i) + (n % 6 === 5 ? 12 : 0)) };
};
