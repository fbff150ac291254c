/** Which change of which policy ends what: from policies over the compiler and the plan as it travels to the class tables. */
import { worldChanges } from '@firsthop/analysis';
import { Classifier, type ClassTables } from '@firsthop/classifier';
import { Compiler } from '@firsthop/compiler';
import type { Connection } from '@firsthop/dataplane';
import { loadManifests } from '@firsthop/manifest';
import { ipv4 } from '@firsthop/netaddr';
import { decodePlan, encodePlan, type NodePlan } from '@firsthop/plan';
import { describe, expect, it } from 'vitest';
import { changedKillers, heldTables, killedBy } from './killed-connections.ts';

const addressOf = (last: number) => ipv4(0x0af4_0100 + last);
const pod = (name: string, last: number): object => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'app', uid: name, labels: { role: name } }, spec: { nodeName: 'n1', containers: [{ name: 'main' }] }, status: { phase: 'Running', podIPs: [{ ip: `10.244.1.${last}` }] } });
const role = (name: string): object => ({ podSelector: { matchLabels: { role: name } } });
const policy = (name: string, from: string, spec: object = {}): object => ({
  apiVersion: 'firsthop.dev/v1alpha1',
  kind: 'SecurityPolicy',
  metadata: { name, namespace: 'app' },
  spec: { onChange: 'Kill', appliedTo: [role('db')], ingress: [{ name: 'in', action: 'Allow', from: [role(from)], ports: [{ protocol: 'TCP', port: 7000 }] }], ...spec },
});
const fixed = [{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } }, pod('db', 1), pod('web', 2), pod('other', 3)];

const planOf = (policies: readonly object[]): NodePlan => {
  const loaded = loadManifests([{ file: 'o.json', text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [...fixed, ...policies] }) }]);
  expect(loaded.errors).toEqual([]);
  const [cluster] = [...loaded.clusters];
  if (cluster === undefined) throw new Error('no cluster');
  const compiler = new Compiler({ cluster: cluster[0] });
  for (const change of worldChanges(cluster[1].world)) compiler.apply(change);
  compiler.flush({ epoch: 1, watermarks: new Map() });
  const plan = decodePlan(JSON.parse(JSON.stringify(encodePlan(compiler.snapshot('n1') as NodePlan))));
  if (!plan.ok) throw new Error(plan.error.message);
  return plan.value;
};
const tablesOf = (plan: NodePlan): ClassTables => {
  const classifier = new Classifier();
  classifier.replace(plan);
  return heldTables(classifier.tables());
};

const [web, other]: Connection[] = [2, 3].map((last) => ({ from: addressOf(last), to: addressOf(1), protocol: 6, port: 7000, isFromHost: false })) as [Connection, Connection];
/** Which of the two connections to db end. */
const ended = (was: readonly object[], is: readonly object[]): string => {
  const [before, now] = [planOf(was), planOf(is)];
  const isKilled = killedBy(changedKillers(before, now), tablesOf(before), tablesOf(now));
  return [isKilled(web as Connection) ? 'web' : '', isKilled(other as Connection) ? 'other' : ''].filter(Boolean).join(' ');
};

const both = [policy('w', 'web'), policy('o', 'other')];
describe('a change ends', () => {
  it.each([
    { name: 'nothing, if it is none', is: both, ends: '' },
    { name: 'what the policy decides: its rule', is: [policy('w', 'web', { ingress: [{ name: 'in', action: 'Allow', from: [role('web')] }] }), both[1]], ends: 'web' },
    { name: 'what the policy decides: its priority', is: [policy('w', 'web', { priority: 7 }), both[1]], ends: 'web' },
    { name: 'what the policy decides: its subjects', is: [policy('w', 'web', { appliedTo: [role('db'), role('web')] }), both[1]], ends: 'web' },
    { name: 'what it decided, if it goes', is: [both[1]], ends: 'web' },
    { name: 'what it decides, if it comes before another', is: [...both, policy('a', 'other', { priority: 1 })], ends: 'other' },
    { name: 'nothing, if the policy does not kill', is: [both[0], both[1], policy('x', 'other', { onChange: 'Reevaluate', priority: 1 })], ends: '' },
    { name: 'nothing where the policy decides nothing', is: [...both, policy('z', 'web', { ingress: [{ name: 'in', action: 'Allow', from: [role('web')], ports: [{ protocol: 'TCP', port: 1 }] }] })], ends: '' },
  ])('$name', ({ is, ends }) => expect(ended(both, is as object[])).toBe(ends));

  it('of an emergency policy what it decides, without being told to', () => {
    const urgent = (port: number): object => ({ ...policy('u', 'web', { onChange: undefined, tier: 'emergency', ingress: [{ name: 'in', action: 'Allow', from: [role('web')], ports: [{ protocol: 'TCP', port: 7000 }, { protocol: 'TCP', port }] }] }), kind: 'ClusterSecurityPolicy', metadata: { name: 'u' } });
    expect(ended([urgent(1)], [urgent(2)])).toBe('web');
  });

  it('who looks at the new tables alone misses the policy that goes', () => {
    const [before, now] = [planOf(both), planOf([both[1] as object])];
    const naive = killedBy(changedKillers(before, now), tablesOf(now), tablesOf(now));
    expect(naive(web as Connection)).toBe(false);
  });
});
