/** Whom a change of policies ends, and who hears of it: from policies over the compiler and the plan as it travels to the class tables. */
import { worldChanges } from '@firsthop/analysis';
import { Classifier, type ClassTables } from '@firsthop/classifier';
import { Compiler } from '@firsthop/compiler';
import type { Connection } from '@firsthop/dataplane';
import { loadManifests } from '@firsthop/manifest';
import { ipv4 } from '@firsthop/netaddr';
import { decodePlan, encodePlan, type NodePlan } from '@firsthop/plan';
import { describe, expect, it } from 'vitest';
import { deniedBy } from './denied-connections.ts';
import { KillingPolicies } from './killed-connections.ts';

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
  return classifier.tables();
};

const [web, other]: Connection[] = [2, 3].map((last) => ({ from: addressOf(last), to: addressOf(1), protocol: 6, port: 7000, isFromHost: false })) as [Connection, Connection];
/** Which of the two connections to db are denied by what is in force now; in capitals: and hear it. */
const ended = (was: readonly object[], is: readonly object[], remembers = true): string => {
  const [before, now] = [planOf(was), planOf(is)];
  const killing = new KillingPolicies();
  if (remembers) killing.next(before.rules, tablesOf(before));
  const tables = tablesOf(now);
  const [isDenied, isTold] = [deniedBy(tables), killing.next(now.rules, tables)];
  return [{ one: web, name: 'web' }, { one: other, name: 'other' }].flatMap(({ one, name }) => (isDenied(one as Connection) ? [isTold(one as Connection) ? name.toUpperCase() : name] : [])).join(' ');
};

const both = [policy('w', 'web'), policy('o', 'other')];
const gentle = (name: string, from: string, spec: object = {}): object => policy(name, from, { onChange: 'Reevaluate', ...spec });
const drop = (from: string): object => ({ ingress: [{ name: 'out', action: 'Drop', from: [role(from)] }], priority: 1 });
describe('of what a change denies, those hear it', () => {
  it.each([
    { name: 'nobody, if there is no change', is: both, ends: '' },
    { name: 'nobody, if the policy is written otherwise and goes on allowing', is: [policy('w', 'web', { priority: 7, ingress: [{ name: 'in', action: 'Allow', from: [role('web')] }] }), both[1]], ends: '' },
    { name: 'whom the policy allowed and allows no more', is: [policy('w', 'web', { ingress: [{ name: 'in', action: 'Allow', from: [role('web')], ports: [{ protocol: 'TCP', port: 1 }] }, { name: 'rest', action: 'Drop' }] }), both[1]], ends: 'WEB' },
    { name: 'whom the policy allowed before it went, where another denies them', was: [...both, gentle('rest', 'other', { priority: 9999, ingress: [{ name: 'rest', action: 'Drop' }] })], is: [both[1], gentle('rest', 'other', { priority: 9999, ingress: [{ name: 'rest', action: 'Drop' }] })], ends: 'WEB' },
    { name: 'whom a policy denies that comes before another', is: [...both, policy('a', 'other', drop('other'))], ends: 'OTHER' },
    { name: 'whom another policy denies that it allowed', is: [...both, gentle('a', 'other', drop('other'))], ends: 'OTHER' },
    { name: 'not whom policies deny, and allowed, that do not kill', was: [gentle('w', 'web'), gentle('o', 'other')], is: [gentle('w', 'web'), gentle('o', 'other'), gentle('a', 'other', drop('other'))], ends: 'other' },
    { name: 'only whom the killing one decides', was: [policy('w', 'web'), gentle('o', 'other')], is: [policy('w', 'web'), gentle('o', 'other'), gentle('a', 'other', { ingress: [{ name: 'out', action: 'Drop' }], priority: 1 })], ends: 'WEB other' },
  ])('$name', ({ was = both, is, ends }) => expect(ended(was as object[], is as object[])).toBe(ends));

  it('whom an emergency policy denies, without being told to', () => {
    const urgent = { ...policy('u', 'web', { onChange: undefined, tier: 'emergency', ...drop('web'), priority: 5 }), kind: 'ClusterSecurityPolicy', metadata: { name: 'u' } };
    expect(ended([gentle('w', 'web')], [gentle('w', 'web'), urgent])).toBe('WEB');
  });

  it('who looks at what is in force now alone misses those whose policy went', () => {
    const rest = gentle('rest', 'other', { priority: 9999, ingress: [{ name: 'rest', action: 'Drop' }] });
    expect([ended([...both, rest], [both[1] as object, rest]), ended([...both, rest], [both[1] as object, rest], false)]).toEqual(['WEB', 'web']);
  });
});
