/**
 * Small random worlds in which everything collides: few labels, few names, few ports, prefixes that cut through the pods.
 *
 * One cluster, because what clusters believe of each other is decided before the compiler; every address has one owner,
 * because the reference evaluator does not know conflicts.
 *
 * @module
 */
import { contentId } from '@firsthop/base';
import { endpointId, type Namespace, type NamedPort, type Node, type Service, type Workload, workloadId } from '@firsthop/inventory';
import { type Address, type Cidr, type Family, ipv4, ipv6, type PortRange } from '@firsthop/netaddr';
import type { Group, GroupRef, IsolatingPolicy, NameAnswers, Peer, Peers, Policy, PolicyRef, PortMatch, Ports, Rule, RuleId, Tier, TieredPolicy, World } from '@firsthop/policy';
import type { ClusterScope, LabelSelector, RelativeScope, WorkloadKind, WorkloadSelector } from '@firsthop/selector';
import * as fc from 'fast-check';

export const cluster = 'east';
export const nodeNames: readonly string[] = ['n1', 'n2'];
const namespaceNames = ['shop', 'pay'] as const;
const keys = ['app', 'env'] as const;
const values = ['a', 'b'] as const;
const portNames = ['web', 'dns'] as const;

const base4 = 0x0a000000;
const base6 = 0xfd00n << 112n;
/** Pods live at 0..7, nodes at 12 and 13, 14 and 15 are nobody's; all inside one /28 of either family. */
export const addressOf = (family: Family, offset: number): Address => (family === 4 ? ipv4(base4 + offset) : ipv6(base6 + BigInt(offset)));

const labels = fc.uniqueArray(fc.tuple(fc.constantFrom(...keys), fc.constantFrom(...values)), { maxLength: 2, selector: ([key]) => key }).map((pairs) => new Map<string, string>(pairs));
const namedPort: fc.Arbitrary<NamedPort> = fc.record({ name: fc.constantFrom(...portNames), protocol: fc.constantFrom('TCP' as const, 'UDP' as const), number: fc.constantFrom(80, 81, 8080) });

/** The one whose addresses have this offset. */
export const randomWorkload = (index: number): fc.Arbitrary<Workload> =>
  fc
    .record({ isVm: fc.constant(index === 5 || index === 7), namespace: fc.constantFrom(...namespaceNames), node: fc.constantFrom(...nodeNames), labels, ports: fc.array(namedPort, { maxLength: 3 }), isHostNetwork: fc.boolean(), isDual: fc.boolean(), isPlaced: fc.integer({ min: 0, max: 5 }), account: fc.constantFrom(undefined, 'robot', 'human'), enforcement: fc.constantFrom(undefined, undefined, undefined, 'Full' as const, 'Visibility' as const) })
    .map(({ isVm, namespace, node, labels, ports, isHostNetwork, isDual, isPlaced, account, enforcement }): Workload => {
      const id = workloadId(cluster, `u${index}`);
      const shares = index === 6 && isHostNetwork;
      const own = [addressOf(4, index), ...(isDual ? [addressOf(6, index)] : [])];
      const addresses = shares ? [addressOf(4, 12 + nodeNames.indexOf(node))] : own;
      const where = { ...(isVm || isPlaced > 0 ? { node } : {}), ...(isVm || account === undefined ? {} : { serviceAccount: account }), ...(enforcement === undefined ? {} : { enforcement }) };
      return { id, kind: isVm ? 'vm' : 'pod', cluster, namespace, name: `w${index}`, labels, ...where, hostNetwork: shares, ports, endpoints: [{ id: endpointId(id, 'eth0'), interfaceName: 'eth0', addresses, allowedAddresses: [] }] };
    });

const workloads: fc.Arbitrary<readonly Workload[]> = fc.uniqueArray(fc.integer({ min: 0, max: 7 }), { minLength: 2, maxLength: 6 }).chain((indexes) => fc.tuple(...indexes.map(randomWorkload)));

const namespaces: fc.Arbitrary<readonly Namespace[]> = fc
  .tuple(...namespaceNames.map((name) => fc.option(fc.record({ labels, enforcement: fc.constantFrom('Open' as const, 'Visibility' as const, 'Full' as const) }), { nil: undefined }).map((it): Namespace[] => (it === undefined ? [] : [{ cluster, name, enforcement: it.enforcement, labels: new Map([...it.labels, ['kubernetes.io/metadata.name', name]]) }]))))
  .map((lists) => lists.flat());

export const nodes: readonly Node[] = nodeNames.map((name, i) => ({ cluster, name, labels: new Map([['app', values[i] ?? 'a']]), addresses: [addressOf(4, 12 + i), addressOf(6, 12 + i)] }));

const requirement = fc.record({ key: fc.constantFrom(...keys), operator: fc.constantFrom('In' as const, 'NotIn' as const, 'Exists' as const, 'DoesNotExist' as const), value: fc.constantFrom(...values) }).map(({ key, operator, value }) => ({ key, operator, values: operator === 'In' || operator === 'NotIn' ? [value] : [] }));
const labelSelector: fc.Arbitrary<LabelSelector> = fc.array(requirement, { maxLength: 1 }).map((requirements) => ({ requirements }));

const selector = (home: string | undefined, kinds: readonly WorkloadKind[]): fc.Arbitrary<WorkloadSelector> =>
  fc.record({ kind: fc.constantFrom(...kinds), labels: labelSelector, isHome: fc.boolean(), foreign: labelSelector }).map(({ kind, labels, isHome, foreign }): WorkloadSelector => ({
    kind,
    clusters: { kind: 'named', cluster },
    namespaces: home !== undefined && isHome ? { kind: 'named', namespace: home } : foreign.requirements.length === 0 ? { kind: 'any' } : { kind: 'labels', selector: foreign },
    labels,
  }));

const cidr = (family: Family, minHost: number, maxHost: number): fc.Arbitrary<Cidr> =>
  fc.record({ offset: fc.integer({ min: 0, max: 15 }), host: fc.integer({ min: minHost, max: maxHost }) }).map(({ offset, host }) => ({ base: addressOf(family, (offset >> host) << host), length: (family === 4 ? 32 : 128) - host }));
const whole = (family: Family): fc.Arbitrary<Cidr> => fc.constant({ base: family === 4 ? ipv4(0) : ipv6(0n), length: 0 });
const cidrPeer: fc.Arbitrary<Peer> = fc
  .constantFrom<Family[]>(4, 6)
  .chain((family) => fc.record({ kind: fc.constant('cidr' as const), cidr: fc.oneof({ weight: 4, arbitrary: cidr(family, 0, 4) }, whole(family)), except: fc.array(cidr(family, 0, 2), { maxLength: 2 }) }));

/** Few, and next to each other: where one rule ends another begins. */
export const interestingPorts: readonly number[] = [0, 79, 80, 81, 82, 8079, 8080, 8081, 65_535];
const portRange: fc.Arbitrary<PortRange> = fc.constantFrom<PortRange[]>({ first: 80, last: 80 }, { first: 80, last: 81 }, { first: 81, last: 8080 }, { first: 0, last: 65_535 }, { first: 8080, last: 65_535 });
const port: fc.Arbitrary<PortMatch> = fc.oneof(
  fc.record({ kind: fc.constant('range' as const), protocol: fc.constantFrom('TCP' as const, 'UDP' as const), range: portRange }),
  fc.record({ kind: fc.constant('named' as const), protocol: fc.constantFrom('TCP' as const, 'UDP' as const, undefined), name: fc.constantFrom(...portNames) }),
  fc.constantFrom<PortMatch[]>({ kind: 'icmp', protocol: 'ICMP' }, { kind: 'icmp', protocol: 'ICMP', type: 8 }, { kind: 'icmp', protocol: 'ICMPv6', type: 3, code: 1 }, { kind: 'icmp', protocol: 'ICMP', type: 3, code: 1 }),
  fc.constantFrom<PortMatch[]>({ kind: 'protocol', number: 47 }, { kind: 'protocol', number: 17 }),
);
const ports: fc.Arbitrary<Ports> = fc.oneof({ weight: 4, arbitrary: fc.array(port, { minLength: 1, maxLength: 2 }).map((list): Ports => ({ kind: 'set', ports: list })) }, { weight: 2, arbitrary: fc.constant<Ports>({ kind: 'any' }) }, fc.constant<Ports>({ kind: 'none' }));

/** What DNS answered: a pod's address, and one that is nobody's. */
export const answers: NameAnswers = new Map([['api.example.com', [addressOf(4, 1), addressOf(6, 1)]], ['www.example.com', [addressOf(4, 15)]], ['example.com', [addressOf(4, 14)]]]);

const groupRefs: readonly GroupRef[] = [{ cluster, name: 'g' }, { cluster, name: 'h' }, { cluster, namespace: 'shop', name: 'g' }, { cluster, namespace: 'pay', name: 'h' }, { cluster, name: 'gone' }];
const groupPeer: fc.Arbitrary<Peer> = fc.constantFrom(...groupRefs).map((group) => ({ kind: 'group', group }));
const relative: fc.Arbitrary<RelativeScope> = fc.constantFrom<RelativeScope[]>({ kind: 'self' }, { kind: 'sameLabels', keys: ['env'] }, { kind: 'sameLabels', keys: ['app', 'env'] }, { kind: 'sameLabels', keys: [] });
const clusterScope: fc.Arbitrary<ClusterScope> = fc.constantFrom<ClusterScope[]>({ kind: 'any' }, { kind: 'named', cluster }, { kind: 'named', cluster: 'west' }, { kind: 'labels', selector: { requirements: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: [cluster] }] } });

const plainPeer = (home: string | undefined): fc.Arbitrary<Peer> => fc.oneof({ weight: 2, arbitrary: selector(home, ['pod', 'vm']).map((it): Peer => ({ kind: 'workloads', selector: it })) }, cidrPeer);

/** Everything that is not a NetworkPolicy's. */
const leafPeer = (home: string | undefined): fc.Arbitrary<Peer> =>
  fc.oneof(
    { weight: 4, arbitrary: plainPeer(home) },
    fc.record({ it: selector(home, ['pod']), account: fc.constantFrom('robot', 'human') }).map(({ it, account }): Peer => ({ kind: 'workloads', selector: { ...it, serviceAccount: account } })),
    fc.record({ it: selector(home, ['pod', 'vm']), namespaces: relative, clusters: clusterScope }).map(({ it, namespaces, clusters }): Peer => ({ kind: 'workloads', selector: { ...it, namespaces, clusters } })),
    fc.record({ clusters: clusterScope, labels: labelSelector }).map((it): Peer => ({ kind: 'nodes', ...it })),
    fc.constantFrom<Peer[]>({ kind: 'service', namespace: 'shop', name: 'front' }, { kind: 'service', namespace: 'pay', name: 'none' }),
    fc.constantFrom<Peer[]>({ kind: 'names', pattern: 'api.example.com' }, { kind: 'names', pattern: '*.example.com' }, { kind: 'names', pattern: 'example.com' }),
    groupPeer,
  );

const deepPeer = (home: string | undefined): fc.Arbitrary<Peer> => {
  const leaf = leafPeer(home);
  const list = fc.array(leaf, { maxLength: 3 });
  const not = leaf.map((peer): Peer => ({ kind: 'not', peer }));
  return fc.oneof({ weight: 5, arbitrary: leaf }, not, list.map((peers): Peer => ({ kind: 'every', peers })), list.map((peers): Peer => ({ kind: 'some', peers })), fc.tuple(leaf, not).map((peers): Peer => ({ kind: 'every', peers })));
};

const peers = (peer: fc.Arbitrary<Peer>): fc.Arbitrary<Peers> => {
  const set = fc.array(peer, { minLength: 1, maxLength: 3 }).map((list): Peers => ({ kind: 'set', peers: list }));
  return fc.oneof({ weight: 5, arbitrary: set }, { weight: 2, arbitrary: fc.constant<Peers>({ kind: 'any' }) }, fc.constant<Peers>({ kind: 'none' }));
};

const ruleId = (...parts: readonly (string | number)[]): RuleId => contentId(parts.join('/')) as RuleId;

const rules = (ref: PolicyRef, direction: string, actions: readonly Rule['action'][]): fc.Arbitrary<readonly Rule[] | undefined> =>
  fc.option(
    fc
      .array(fc.record({ action: fc.constantFrom(...actions), peers: peers(ref.kind === 'NetworkPolicy' ? plainPeer(ref.namespace) : deepPeer(ref.namespace)), ports, log: ref.kind === 'NetworkPolicy' ? fc.constant(false) : fc.boolean(), isNamed: fc.boolean() }), { maxLength: 3 })
      .map((list) => list.map(({ isNamed, ...rule }, index): Rule => ({ id: ruleId(ref.kind, ref.namespace ?? '', ref.name, direction, index), index, ...(isNamed ? { name: `r${index}` } : {}), ...rule }))),
    { nil: undefined, freq: 4 },
  );

const networkPolicy: fc.Arbitrary<IsolatingPolicy> = fc.record({ namespace: fc.constantFrom(...namespaceNames), name: fc.constantFrom('p', 'q') }).chain(({ namespace, name }) => {
  const ref: PolicyRef = { cluster, kind: 'NetworkPolicy', namespace, name };
  const subject = labelSelector.map((it): WorkloadSelector => ({ kind: 'pod', clusters: { kind: 'named', cluster }, namespaces: { kind: 'named', namespace }, labels: it }));
  return fc.record({ form: fc.constant('isolating' as const), ref: fc.constant(ref), subjects: subject.map((it): Peer[] => [{ kind: 'workloads', selector: it }]), ingress: rules(ref, 'ingress', ['Allow']), egress: rules(ref, 'egress', ['Allow']) });
});

/** Alone, without somebody, or as far as a group reaches. */
const subject = (peer: Peer): fc.Arbitrary<Peer> => {
  const others = selector(undefined, ['pod', 'vm']).map((it): Peer => ({ kind: 'not', peer: { kind: 'workloads', selector: it } }));
  return fc.oneof({ weight: 5, arbitrary: fc.constant(peer) }, fc.tuple(fc.constant(peer), others).map((peers): Peer => ({ kind: 'every', peers })), fc.tuple(fc.constant(peer), groupPeer).map((peers): Peer => ({ kind: 'every', peers })));
};

const group = (ref: GroupRef): fc.Arbitrary<readonly Group[]> => fc.option(fc.array(deepPeer(ref.namespace), { maxLength: 2 }).map((members): Group => ({ ref, members })), { nil: undefined, freq: 3 }).map((it) => (it === undefined ? [] : [it]));

const services: readonly Service[] = [{ cluster, namespace: 'shop', name: 'front', ports: [], selector: { requirements: [{ key: 'app', operator: 'In', values: ['a'] }] } }, { cluster, namespace: 'pay', name: 'none', ports: [] }];

const tierNames = ['emergency', 'application', 'baseline', 'extra', 'late', 'nowhere'] as const;
const tieredPolicy: fc.Arbitrary<TieredPolicy> = fc.record({ namespace: fc.option(fc.constantFrom(...namespaceNames), { nil: undefined }), name: fc.constantFrom('p', 'q', 's') }).chain(({ namespace, name }) => {
  const ref: PolicyRef = { cluster, kind: namespace === undefined ? 'ClusterSecurityPolicy' : 'SecurityPolicy', ...(namespace === undefined ? {} : { namespace }), name };
  const actions = ['Allow', 'Drop', 'Reject', 'Pass', 'Delegate'] as const;
  return fc.record({
    form: fc.constant('tiered' as const),
    ref: fc.constant(ref),
    tier: fc.constantFrom(...tierNames),
    priority: fc.integer({ min: 0, max: 2 }),
    subjects: fc.array(selector(namespace, namespace === undefined ? ['pod', 'vm', 'pod', 'vm', 'host'] : ['pod', 'vm']), { minLength: 1, maxLength: 2 }).chain((list) => fc.tuple(...list.map((it) => subject({ kind: 'workloads', selector: namespace === undefined ? it : { ...it, namespaces: { kind: 'named', namespace } } })))),
    mode: fc.constant('Enforce' as const),
    onChange: fc.constant('Reevaluate' as const),
    ingress: rules(ref, 'ingress', actions),
    egress: rules(ref, 'egress', actions),
  });
});

const policy: fc.Arbitrary<Policy> = fc.oneof(networkPolicy, tieredPolicy);

const tier = (name: string, orders: readonly number[]): fc.Arbitrary<readonly Tier[]> =>
  fc.option(fc.record({ name: fc.constant(name), order: fc.constantFrom(...orders), defaultAction: fc.constantFrom('Continue' as const, 'Drop' as const), namespaced: fc.constantFrom('Forbidden' as const, 'Allowed' as const) }), { nil: undefined, freq: 4 }).map((it) => (it === undefined ? [] : [it]));

const refKey = ({ ref }: Policy): string => `${ref.kind}/${ref.namespace ?? ''}/${ref.name}`;

export const randomWorld: fc.Arbitrary<World> = fc.record({
  cluster: fc.constant(cluster),
  workloads,
  namespaces,
  nodes: fc.constant(nodes),
  services: fc.constant(services),
  policies: fc.uniqueArray(policy, { minLength: 1, maxLength: 9, size: 'max', selector: refKey }),
  tiers: fc.tuple(tier('extra', [50, 450]), tier('late', [10_050, 11_000])).map((lists) => lists.flat()),
  groups: fc.tuple(...groupRefs.filter(({ name }) => name !== 'gone').map(group)).map((lists) => lists.flat()),
  clusterPeers: fc.constant([]),
  ingresses: fc.constant([]),
});
