/** What bad input costs: an object that does not parse as much as itself, however much else there is; a policy about everybody as much as it changes. */
import { Compiler } from '@firsthop/compiler';
import { endpointId, workloadId, type Workload } from '@firsthop/inventory';
import { loadManifests } from '@firsthop/manifest';
import { ipv4 } from '@firsthop/netaddr';
import type { PlanDelta } from '@firsthop/plan';
import { parsePolicy, policyKey } from '@firsthop/policy';
import { describe, expect, it } from 'vitest';
import { badManifests } from './bad-manifests.ts';

const cluster = 'c';
/** Milliseconds: seconds on a quiet machine, and what counts is the processor's time. */
const patience = 60_000;

/** Of this process: what others do on the machine is not the input's doing. */
const cpuOf = (work: () => void): number => {
  const begun = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(begun);
  return user + system;
};
const ratio = (work: (size: number) => void, small: number, times: number): number => {
  work(small);
  const [one, many] = [small, small * times].map((size) => Math.min(...[0, 1].map(() => cpuOf(() => work(size)))));
  return (many ?? 0) / (one ?? 1);
};

/** So many of one text, each with a name and a namespace of its own where it has one. */
const repeated = (text: string, count: number): string => Array.from({ length: count }, (_, i) => text.replace(/name: ([a-z]+)/, `name: $1-${i}`).replace(/namespace: ([a-z]+)/, `namespace: $1-${i}`)).join('\n---\n');
const own = (kind: string, spec: string): string => `apiVersion: firsthop.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: a, namespace: shop}\nspec: ${spec}`;
const rules = 'ingress: [{name: r, action: Drop, from: [{group: {name: h}}]}]';

describe('ten times the bad objects are ten times the work', () => {
  it.each([
    { name: 'every fault of one object', texts: badManifests.map(({ text }) => text).filter(({ length }) => length < 600), small: 20 },
    { name: 'policies that all have one priority', texts: [own('SecurityPolicy', `{appliedTo: [{podSelector: {}}], ${rules}}`)], small: 500 },
    { name: 'drafts of a policy that is none of many', texts: [own('SecurityPolicy', `{stage: {of: b, action: Replace}, appliedTo: [{podSelector: {}}], ${rules}}`), own('SecurityPolicy', `{appliedTo: [{podSelector: {}}], ${rules}}`).replace('name: a', 'name: c')], small: 1000 },
    { name: 'policies and groups that name groups', texts: [own('SecurityPolicy', `{appliedTo: [{group: {name: a}}], ${rules}}`), own('ClusterGroup', '{members: [{group: {name: b}}, {podSelector: {}}]}')], small: 300 },
  ])('$name', ({ texts, small }) => {
    const load = (count: number): void => void loadManifests(texts.map((text, i) => ({ file: `${i}.yaml`, text: repeated(text, count) })));
    // 10 to 15; what grows with the square of it takes 60 and more.
    expect(ratio(load, small, 10)).toBeLessThan(25);
  }, patience);
});

const workloads = (count: number): Workload[] =>
  Array.from({ length: count }, (_, i): Workload => {
    const id = workloadId(cluster, `u${i}`);
    return { id, kind: 'pod', cluster, namespace: `ns-${i >> 2}`, name: `w${i}`, labels: new Map([['app', `a${i % 2}`]]), node: `n${Math.floor(i / 100)}`, hostNetwork: false, ports: [], endpoints: [{ id: endpointId(id, 'eth0'), interfaceName: 'eth0', addresses: [ipv4(0x0a00_0000 + i)], allowedAddresses: [] }] };
  });

/** How many objects are told: those that are new or other, and those that go. */
const toldIn = (deltas: Iterable<PlanDelta>): number => {
  let told = 0;
  for (const delta of deltas) for (const list of Object.values(delta) as unknown[]) if (Array.isArray(list)) told += list.length;
  return told;
};
const flush = (compiler: Compiler): number => toldIn(compiler.flush({ epoch: 0, watermarks: new Map() }).values());

/** Everybody from everybody. */
const everyone = (i: number) => {
  const { policy, errors } = parsePolicy({ apiVersion: 'firsthop.dev/v1alpha1', kind: 'ClusterSecurityPolicy', metadata: { name: `all-${i}` }, spec: { appliedTo: [{ podSelector: {} }], ingress: [{ name: 'r', action: 'Allow', from: [{ podSelector: {} }] }] } }, { cluster });
  if (policy === undefined || errors.length > 0) throw new Error(JSON.stringify(errors));
  return { of: 'policy' as const, key: policyKey(policy.ref), now: policy };
};

const clusterOf = (pods: number): { readonly compiler: Compiler; readonly all: Workload[] } => {
  const compiler = new Compiler({ cluster });
  const all = workloads(pods);
  for (const now of all) compiler.apply({ of: 'workload', id: now.id, now });
  flush(compiler);
  return { compiler, all };
};

describe('a policy that selects everybody from everybody', () => {
  const [few, many] = [1000, 10_000];

  it('tells each endpoint once that it is governed, and each node once who everybody is', () => {
    for (const pods of [few, many]) {
      const { compiler } = clusterOf(pods);
      compiler.apply(everyone(0));
      const nodes = pods / 100;
      // Each endpoint anew; and on each node: the group, the rule, the new policy group, and the old one gone.
      expect(flush(compiler)).toBeLessThanOrEqual(pods + 4 * nodes);
      compiler.apply({ ...everyone(0), now: undefined });
      expect(flush(compiler)).toBeLessThanOrEqual(pods + 4 * nodes);
    }
  }, patience);

  it('costs as much as it changes, and twenty of them no more than twenty', () => {
    /** The least of three: what the collector takes now and then is not the policy's. */
    const cost = (policies: number, pods: number): number =>
      Math.min(
        ...[0, 1, 2].map(() => {
          const { compiler } = clusterOf(pods);
          for (let i = 0; i < policies; i++) compiler.apply(everyone(i));
          return cpuOf(() => void flush(compiler));
        }),
      );
    const [fewer, more] = [4000, 16_000];
    cost(1, fewer);
    const one = cost(1, fewer);
    // About 4; the square would be 16.
    expect(cost(1, more) / one).toBeLessThan(10);
    expect(cost(20, fewer) / one).toBeLessThan(20);
  }, patience);

  it('a pod that comes under it is told once to each node', () => {
    for (const pods of [few, many]) {
      const { compiler, all } = clusterOf(pods);
      for (let i = 0; i < 20; i++) compiler.apply(everyone(i));
      flush(compiler);
      const [pod] = all;
      if (pod === undefined) throw new Error('there are pods');
      compiler.apply({ of: 'workload', id: pod.id, now: undefined });
      expect(flush(compiler)).toBeLessThanOrEqual(pods / 100 + 2);
    }
  });
});
