/** What came nearest is remembered for a whole policy group, but for what is asked of a workload before its policies. */
import { Verdicts } from '@firsthop/analysis';
import { loadManifests } from '@firsthop/manifest';
import type { Probe, Side } from '@firsthop/policy';
import { expect, it } from 'vitest';

const pod = (name: string): object => ({ apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'shop', name, labels: { app: 'web' } }, spec: { nodeName: 'n1' } });
const objects = [
  { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' }, status: { addresses: [{ type: 'InternalIP', address: '192.0.2.1' }] } },
  pod('a'),
  pod('b'),
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { namespace: 'shop', name: 'only-443' }, spec: { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [{ podSelector: {} }], ports: [{ port: 443 }] }] } },
];

const { clusters, errors } = loadManifests([{ file: 'objects.json', text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }) }]);
const worlds = new Map([...clusters].map(([name, { world }]) => [name, world]));

const side = (name: string): Side => {
  const workload = [...worlds.values()].flatMap(({ workloads }) => workloads).find((one) => one.name === name);
  const address = workload?.endpoints[0]?.addresses[0];
  if (workload === undefined || address === undefined) throw new Error(`no ${name}`);
  return { address, workload: workload.id };
};
const probe = (from: string, to: string): Probe => ({ source: side(from), destination: side(to), protocol: 6, port: 80 });

it('that a pod may reach itself says nothing of the next pod of its group', () => {
  expect(errors).toEqual([]);
  for (const order of [['a', 'b'], ['b', 'a']] as const) {
    const verdicts = new Verdicts(worlds);
    const misses = order.map((from) => verdicts.nearestMiss(probe(from, 'a'), 'egress'));
    expect(misses[order.indexOf('a')]).toBeUndefined();
    const { policy, differs } = misses[order.indexOf('b')] ?? {};
    expect([policy?.name, differs]).toEqual(['only-443', 'port']);
  }
});
