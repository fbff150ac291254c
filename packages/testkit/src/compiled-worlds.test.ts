/** WholeCompiler, classifier and atlas against the evaluator in small worlds, each about one thing that random worlds seldom hold. */
import { Atlas, worldChanges } from '@firsthop/analysis';
import { WholeCompiler } from '@firsthop/compiler';
import { loadManifests } from '@firsthop/manifest';
import { type Address, parseAddress } from '@firsthop/netaddr';
import { decidingAt, evaluate, type Peer, type Probe, type World } from '@firsthop/policy';
import type { RelativeScope } from '@firsthop/selector';
import { expect, it } from 'vitest';

const names = ['a', 'b', 'c'];
const namespaces = ['east', 'west'].map((name) => `{apiVersion: v1, kind: Namespace, metadata: {name: ${name}, labels: {side: ${name}, team: one}}}`);
const bare = '{apiVersion: v1, kind: Namespace, metadata: {name: north}}';
const pods = ['east', 'west', 'north'].flatMap((namespace, n) =>
  names.map((name, i) => `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: ${namespace}, labels: {app: ${name}}}, spec: {nodeName: n1, containers: [{name: c, ports: [{name: http, containerPort: ${8080 + i}}]}]}, status: {podIP: 10.0.${n}.${i + 1}}}`),
);
/** Alike in everything but their labels. */
const twins = [['d', 'a'], ['e', 'z']].map(([name, label], i) => `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: east, labels: {app: ${label}}}, spec: {nodeName: n1, containers: [{name: c}]}, status: {podIP: 10.0.7.${i + 1}}}`);
/** It has its node's address. */
const ofNode = '{apiVersion: v1, kind: Pod, metadata: {name: net, namespace: east, labels: {app: a}}, spec: {nodeName: n1, hostNetwork: true, containers: [{name: c}]}, status: {podIP: 10.9.0.1}}';
const node = '{apiVersion: v1, kind: Node, metadata: {name: n1}, status: {addresses: [{type: InternalIP, address: 10.9.0.1}]}}';

const own = (spec: string): string => `{apiVersion: firsthop.dev/v1alpha1, kind: ClusterSecurityPolicy, metadata: {name: p}, spec: {${spec}}}`;
const group = (...members: readonly string[]): string => `{apiVersion: firsthop.dev/v1alpha1, kind: ClusterGroup, metadata: {name: g}, spec: {members: [${members.join(', ')}]}}`;
const app = (name: string): string => `{podSelector: {matchLabels: {app: ${name}}}}`;
const everybody = 'appliedTo: [{podSelector: {}}]';

const worldOf = (objects: readonly string[]): World => {
  const { clusters, errors } = loadManifests([{ file: 'a.yaml', text: [...namespaces, bare, node, ...pods, ...twins, ofNode, ...objects].join('\n---\n') }]);
  expect(errors).toEqual([]);
  const world = clusters.get('local')?.world;
  if (world === undefined) throw new Error('there is a cluster');
  return world;
};

const probesOf = ({ workloads, nodes }: World): Probe[] => {
  const addresses = [...workloads.flatMap(({ endpoints }) => endpoints.flatMap((one) => one.addresses)), ...nodes.flatMap((one) => one.addresses)].filter((address) => typeof address === 'number');
  const senders = workloads.flatMap(({ id, endpoints }) => endpoints.flatMap((one) => one.addresses.map((address) => ({ address, workload: id }))));
  const sources = [...addresses.map((address) => ({ address })), ...senders.filter(({ workload }) => /host|net|east.a$/.test(workload))];
  const ends = sources.flatMap((source) => addresses.map((destination) => ({ source, destination: { address: destination } })));
  const icmp = [[3, 1], [3, 2], [8, 0]].flatMap(([type = 0, code = 0]) => ends.map((one): Probe => ({ ...one, protocol: 1, icmp: { type, code } })));
  return [...icmp, ...[8080, 8081, 8082, 443].flatMap((port) => ends.map((one): Probe => ({ ...one, protocol: 6, port })))];
};

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

it.each([
  { name: 'either of two, behind a not', objects: [own(`${everybody}, ingress: [{action: Drop, from: [{podSelector: {}, not: {group: {name: g}}}]}]`), group(app('a'), app('b'))] },
  { name: 'a group of whose members one is enough', objects: [own(`${everybody}, ingress: [{action: Drop, from: [{group: {name: g}, not: ${app('c')}}]}]`), group(app('a'), app('b'))] },
  { name: 'a port by its name, to anybody', objects: [own(`${everybody}, egress: [{action: Allow, ports: [{port: http}]}, {action: Drop}]`)] },
  { name: 'a port by its name, to some', objects: [own(`${everybody}, egress: [{action: Allow, to: [${app('b')}], ports: [{port: http}]}, {action: Drop}]`)] },
  { name: 'a port by its name, at whoever is asked', objects: [own(`${everybody}, ingress: [{action: Allow, ports: [{port: http}]}, {action: Drop}]`)] },
  { name: 'peers of the own namespace, whoever is asked', objects: [own(`${everybody}, ingress: [{action: Allow, from: [{podSelector: {}, namespaces: {match: Self}}]}, {action: Drop}]`)] },
  { name: 'peers of namespaces that are labelled alike', objects: [own(`${everybody}, ingress: [{action: Drop, from: [{podSelector: {}, namespaces: {sameLabels: ['team']}}]}]`)] },
  { name: 'who is responsible', objects: [own(`${everybody}, owner: platform, ticket: SEC-1, ingress: [{action: Drop, from: [${app('a')}]}]`)] },
  { name: 'the own node, and another address of its kind', objects: ['{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, namespace: east}, spec: {podSelector: {}, policyTypes: [Ingress, Egress]}}'] },
  { name: 'a host, and the pods that have its address', objects: [own('appliedTo: [{hostSelector: {}}], ingress: [{action: Drop, from: [{podSelector: {}}]}], egress: [{action: Drop, to: [{podSelector: {matchLabels: {app: b}}}]}]')] },
  { name: 'one of two subjects is enough', objects: [own('appliedTo: [{hostSelector: {}}, {podSelector: {matchLabels: {app: c}}}], egress: [{action: Drop, to: [{podSelector: {}}]}]')] },
  { name: 'one code of a type', objects: [own(`${everybody}, ingress: [{action: Drop, ports: [{protocol: ICMP, icmp: {type: 3, code: 1}}]}]`)] },
])('$name', ({ objects }) => expectAgreement(worldOf(objects)));

/** No kind of policy can say it today; the model can. */
it.each<{ readonly name: string; readonly namespaces: RelativeScope }>([
  { name: 'of the own namespace', namespaces: { kind: 'self' } },
  { name: 'whose namespace has the label', namespaces: { kind: 'sameLabels', keys: ['team'] } },
  { name: 'whose namespace has no label, so that there are none', namespaces: { kind: 'sameLabels', keys: [] } },
])('subjects that are relative to themselves: $name', ({ namespaces: scope }) => {
  const world = worldOf([own('appliedTo: [{group: {name: g}}, {podSelector: {matchLabels: {app: c}}}], ingress: [{action: Drop}]'), group(app('a'))]);
  const relative = (peer: Peer): Peer => (peer.kind === 'workloads' ? { ...peer, selector: { ...peer.selector, namespaces: scope } } : peer);
  expectAgreement({ ...world, groups: world.groups.map((one) => ({ ...one, members: one.members.map(relative) })) });
});

it('who shares one of his addresses stands for nobody, and nobody for him', () => {
  const world = worldOf([own(`${everybody}, ingress: [{action: Drop, from: [${app('b')}]}]`)]);
  const like = (name: string, other: string, addresses: readonly number[]): World['workloads'][number] => {
    const one = world.workloads.find((workload) => workload.namespace === 'east' && workload.name === other);
    const [endpoint] = one?.endpoints ?? [];
    if (one === undefined || endpoint === undefined) throw new Error('there is a pod');
    return { ...one, id: `${one.id}-${name}` as typeof one.id, name, endpoints: addresses.map((last, i) => ({ ...endpoint, id: `${one.id}-${name}/eth${i}` as typeof endpoint.id, addresses: [parsed(`10.0.8.${last}`)] })) };
  };
  for (const shared of [[like('owner', 'b', [2])], []])
    for (const order of [1, -1]) {
      const more = [...shared, like('first', 'c', [1, 2]), like('second', 'c', [3, 4]), like('third', 'c', [5, 2])].sort(() => order);
      expectAgreement({ ...world, workloads: [...world.workloads, ...more] });
    }
});

it('an address that changes hands goes to the other one\'s groups', () => {
  const { workloads, ...rest } = worldOf([own(`${everybody}, ingress: [{action: Drop, from: [${app('a')}]}, {action: Allow, from: [${app('b')}]}]`)]);
  const [first, second] = ['a', 'b'].map((name) => workloads.find((one) => one.namespace === 'east' && one.name === name));
  if (first === undefined || second === undefined) throw new Error('there are pods');
  const heir = { ...second, endpoints: first.endpoints.map((endpoint) => ({ ...endpoint, id: `${second.id}/eth9` as typeof endpoint.id })) };
  const others = workloads.filter((one) => one !== first && one !== second);
  const membersIn = (compiler: WholeCompiler): unknown => [...compiler.whole(others).addressGroups.values()].map(({ id, members }) => [id, [...members].sort()]).sort();
  const told = (list: World['workloads']): WholeCompiler => {
    const compiler = new WholeCompiler({ cluster: 'local' });
    for (const change of worldChanges({ ...rest, workloads: list })) compiler.apply(change);
    return compiler;
  };
  const compiler = told([...others, first, heir]);
  const before = membersIn(compiler);
  compiler.apply({ of: 'workload', id: first.id, now: undefined });
  expect(membersIn(compiler)).toEqual(membersIn(told([...others, heir])));
  expect(membersIn(compiler)).not.toEqual(before);
});

function parsed(text: string): Address {
  const read = parseAddress(text);
  if (!read.ok) throw new Error(read.error);
  return read.value;
}

function expectAgreement(world: World): void {
  const worlds = new Map([['local', world]]);
  const atlas = new Atlas(decidingAt(worlds, undefined));
  const verdicts = new Set<string>();
  for (const probe of probesOf(world)) {
    const expected = evaluate(worlds, probe);
    verdicts.add(expected.verdict);
    expect(plain(atlas.verdict(probe)), JSON.stringify(probe)).toEqual(plain(expected));
  }
  // Somebody is allowed and somebody is not, so that the case says something.
  expect([...verdicts].sort()).toEqual(['allow', 'drop']);
}
