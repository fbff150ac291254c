import { describe, expect, it } from 'vitest';
import { everything, type LabelSelector } from './label-selector.ts';
import type { OwnFacts } from './label-set.ts';
import { MembershipIndex } from './membership-index.ts';
import type { WorkloadSelector } from './workload-selector.ts';

const web: LabelSelector = { requirements: [{ key: 'app', operator: 'In', values: ['web'] }] };
const pods = (labels: LabelSelector, namespaces: WorkloadSelector['namespaces'] = { kind: 'any' }): WorkloadSelector => ({ kind: 'pod', clusters: { kind: 'any' }, namespaces, labels });
const pod = (labels: Record<string, string>, namespace = 'shop'): OwnFacts => ({ kind: 'pod', cluster: 'east', namespace, labels: new Map(Object.entries(labels)) });

describe('MembershipIndex', () => {
  it('says nothing when equal facts come again', () => {
    const index = new MembershipIndex<string, string>();
    index.addSelector('web', pods(web));
    expect(index.onWorkload('w', pod({ app: 'web' }))).toEqual([{ selector: 'web', workload: 'w', member: true }]);
    expect(index.onWorkload('w', pod({ app: 'web' }))).toEqual([]);
    expect(index.onWorkload('w', undefined)).toEqual([{ selector: 'web', workload: 'w', member: false }]);
    expect(index.onWorkload('w', undefined)).toEqual([]);
  });

  it('reports members of the relabelled namespace only', () => {
    const index = new MembershipIndex<string, string>();
    const inTeam: LabelSelector = { requirements: [{ key: 'team', operator: 'Exists', values: [] }] };
    index.addSelector('team', pods(everything, { kind: 'labels', selector: inTeam }));
    index.onWorkload('a', pod({}, 'shop'));
    index.onWorkload('b', pod({}, 'pay'));
    expect(index.onNamespace('east', 'shop', new Map([['team', 'x']]))).toEqual([{ selector: 'team', workload: 'a', member: true }]);
    expect(index.onNamespace('west', 'pay', new Map([['team', 'x']]))).toEqual([]);
  });

  it('knows the true name of a namespace that it was told nothing about', () => {
    const index = new MembershipIndex<string, string>();
    const named: LabelSelector = { requirements: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['shop'] }] };
    index.onWorkload('a', pod({}, 'shop'));
    expect(index.addSelector('shop', pods(everything, { kind: 'labels', selector: named }))).toHaveLength(1);
  });
});
