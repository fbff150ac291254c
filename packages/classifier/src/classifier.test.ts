import { contentId } from '@firsthop/base';
import { type Address, ipv4 } from '@firsthop/netaddr';
import { type AddressGroup, addressGroupId, type NodePlan, type PlanRule, planRuleId, type PolicyGroup, policyGroupId } from '@firsthop/plan';
import { expect, it } from 'vitest';
import type { ClassTables } from './class-table.ts';
import { Classifier } from './classifier.ts';

const attribution = { reason: 'workloadDefault', direction: 'ingress' } as const;

/** A policy group and its one rule: nobody but this port. */
const groupOf = (port: number): { readonly rule: PlanRule; readonly group: PolicyGroup } => {
  const id = planRuleId(contentId(`rule ${port}`));
  const rule: PlanRule = { id, action: 'drop', matches: [{ peers: [{ kind: 'any' }], services: { kind: 'set', services: [{ protocol: 6, ports: { first: port, last: port } }] } }], attribution: { reason: 'rule', direction: 'ingress', rule: { index: 0, id } }, log: false };
  const end = { kind: 'default', verdict: 'allow', attribution } as const;
  return { rule, group: { id: policyGroupId(`g${port}`), ingress: [{ kind: 'tier', phase: 'admin', rules: [id], defaultAction: 'continue', atEnd: { reason: 'tierDefault', direction: 'ingress', tier: 't' } }, end], egress: [end] } };
};

const planOf = (ports: readonly number[]): NodePlan => {
  const made = ports.map(groupOf);
  return { node: 'n1', ownNode: [], addressGroups: new Map(), rules: new Map(made.map(({ rule }) => [rule.id, rule])), policyGroups: new Map(made.map(({ group }) => [group.id, group])), endpoints: new Map(), revision: { epoch: 0, watermarks: new Map(), digest: '' } };
};

const tablesOf = (classifier: Classifier): Omit<ReturnType<Classifier['tables']>, 'lineage'> => {
  const { lineage: _, ...tables } = classifier.tables();
  return tables;
};

const fresh = (plan: NodePlan): ReturnType<typeof tablesOf> => {
  const classifier = new Classifier();
  classifier.replace(plan);
  return tablesOf(classifier);
};

it('what thousands of plans left behind is given up, and what is in use stays', () => {
  const classifier = new Classifier();
  classifier.replace(planOf(Array.from({ length: 1500 }, (_, i) => i + 1)));
  expect(classifier.tables().rows.size).toBe(1501);
  for (const ports of [[7], [7, 2000], [3000]]) {
    classifier.replace(planOf(ports));
    expect(tablesOf(classifier)).toEqual(fresh(planOf(ports)));
    // As small as if there had been nothing before.
    expect(classifier.tables().rows.size).toBe(ports.length + 1);
  }
});

it('an address that enters a group is told apart from those that stay outside', () => {
  const [wide, narrow] = [addressGroupId(contentId('wide')), addressGroupId(contentId('narrow'))];
  const peer = (group: typeof wide): PlanRule['matches'][number]['peers'][number] => ({ kind: 'group', group });
  const base = planOf([80]);
  const [rule] = base.rules.values();
  if (rule === undefined) throw new Error('there is a rule');
  /** Who is in one of them meets the rule: both stay in force whoever comes. */
  const ofBoth: PlanRule = { ...rule, matches: [{ peers: [{ kind: 'every', peers: [peer(wide), peer(narrow)] }], services: { kind: 'any' } }] };
  const withMembers = (members: readonly number[]): NodePlan => {
    const groups: readonly AddressGroup[] = [{ id: wide, members: new Set<Address>([1, 2, 3].map(ipv4)) }, { id: narrow, members: new Set<Address>(members.map(ipv4)) }];
    return { ...base, rules: new Map([[rule.id, ofBoth]]), addressGroups: new Map(groups.map((group) => [group.id, group])) };
  };
  /** What the rule says of each address; rows are named by what they hold. */
  const rowsOf = ({ addresses, groups }: Pick<ClassTables, 'addresses' | 'groups'>): readonly unknown[] =>
    [1, 2, 3, 4].map((address) => {
      const of = groups.get(policyGroupId('g80'))?.ingress.rows;
      return of?.get(addresses.get(ipv4(address)) ?? 0) ?? of?.get(0);
    });
  const classifier = new Classifier();
  for (const members of [[], [1], [1, 2], [2], []]) {
    classifier.replace(withMembers(members));
    const [kept, made] = [classifier.tables(), fresh(withMembers(members))];
    expect(rowsOf(kept)).toEqual(rowsOf(made));
    expect(new Set(rowsOf(kept)).size).toBe(members.length === 0 ? 1 : 2);
  }
});
