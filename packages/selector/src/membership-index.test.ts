import { describe, expect, it } from 'vitest';
import { everything, type LabelSelector } from './label-selector.ts';
import type { OwnFacts } from './label-sets.ts';
import { MembershipIndex } from './membership-index.ts';
import type { WorkloadSelector } from './workload-selector.ts';

const web: LabelSelector = { requirements: [{ key: 'app', operator: 'In', values: ['web'] }] };
const pods = (labels: LabelSelector, namespaces: WorkloadSelector['namespaces'] = { kind: 'any' }): WorkloadSelector => ({ kind: 'pod', clusters: { kind: 'any' }, namespaces, labels });
const pod = (labels: Record<string, string>, namespace = 'shop'): OwnFacts => ({ kind: 'pod', cluster: 'east', namespace, labels: new Map(Object.entries(labels)) });

const told: { readonly selector: string; readonly workload: string; readonly member: boolean }[] = [];
const made = (): MembershipIndex<string, string> => new MembershipIndex((selector, workload, member) => void told.push({ selector, workload, member }));
/** What was told since this was last asked. */
const news = (): typeof told => told.splice(0);

describe('MembershipIndex', () => {
  it('says nothing when equal facts come again', () => {
    const index = made();
    index.addSelector('web', pods(web));
    index.onWorkload('w', pod({ app: 'web' }));
    expect(news()).toEqual([{ selector: 'web', workload: 'w', member: true }]);
    index.onWorkload('w', pod({ app: 'web' }));
    expect(news()).toEqual([]);
    index.onWorkload('w', undefined);
    expect(news()).toEqual([{ selector: 'web', workload: 'w', member: false }]);
    index.onWorkload('w', undefined);
    expect(news()).toEqual([]);
  });

  it('reports members of the relabelled namespace only', () => {
    const index = made();
    const inTeam: LabelSelector = { requirements: [{ key: 'team', operator: 'Exists', values: [] }] };
    index.addSelector('team', pods(everything, { kind: 'labels', selector: inTeam }));
    index.onWorkload('a', pod({}, 'shop'));
    index.onWorkload('b', pod({}, 'pay'));
    expect(news()).toEqual([]);
    index.onNamespace('east', 'shop', new Map([['team', 'x']]));
    expect(news()).toEqual([{ selector: 'team', workload: 'a', member: true }]);
    index.onNamespace('west', 'pay', new Map([['team', 'x']]));
    expect(news()).toEqual([]);
  });

  it('knows the true name of a namespace that it was told nothing about', () => {
    const index = made();
    const named: LabelSelector = { requirements: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['shop'] }] };
    index.onWorkload('a', pod({}, 'shop'));
    index.addSelector('shop', pods(everything, { kind: 'labels', selector: named }));
    expect(news()).toHaveLength(1);
  });
});
