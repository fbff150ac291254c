/** Documents of other systems among our own: read cluster by cluster, with their faults in their places. */
import { describe, expect, it } from 'vitest';
import { convertManifests, formatManifest, loadManifests } from './index.ts';

const antrea = (name: string, rule: string): string => `apiVersion: crd.antrea.io/v1beta1\nkind: ClusterNetworkPolicy\nmetadata:\n  name: ${name}\nspec:\n  priority: 1\n  appliedTo: [{group: g}]\n  ingress:\n    - ${rule}\n`;
const group = 'apiVersion: crd.antrea.io/v1beta1\nkind: ClusterGroup\nmetadata: {name: g}\nspec: {podSelector: {}}\n';
const drop = '{action: Drop}';
const load = (files: Readonly<Record<string, string>>): ReturnType<typeof loadManifests> => loadManifests(Object.entries(files).map(([file, text]) => ({ file, text })));

describe('foreign documents', () => {
  it('mean what stands in other files of their cluster, and of no other', () => {
    const { clusters, errors } = load({ 'clusters/a/x.yaml': antrea('p', drop), 'clusters/a/y.yaml': group, 'clusters/b/x.yaml': antrea('p', drop) });
    expect(clusters.get('a')?.policies.map(({ ref }) => ref.name)).toEqual(['antrea.p']);
    expect(clusters.get('b')?.policies ?? []).toEqual([]);
    expect(errors.map(({ file, line, path, code }) => [file, line, path, code])).toEqual([['clusters/b/x.yaml', 7, 'spec.appliedTo[0].group', 'NOT_FOUND']]);
  });

  it('have their faults where people can mend them', () => {
    const { errors, unread } = load({ 'x.yaml': `${group}---\n${antrea('p', '{action: Drop, to: [{podSelector: {}}]}')}` });
    expect(errors.map(({ line, path, code }) => [line, path, code])).toEqual([[14, 'spec.ingress[0].to', 'UNSUPPORTED']]);
    expect(unread).toEqual([]);
  });

  it('of which nobody can say what they are, are unread', () => {
    const { unread } = load({ 'x.yaml': 'apiVersion: crd.antrea.io/v1alpha1\nkind: NetworkPolicy\nmetadata: {name: a}\n', 'y.yaml': 'apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nspec: {}\n' });
    expect(unread.map(({ file, code, path }) => [file, code, path])).toEqual([
      ['x.yaml', 'UNKNOWN_VALUE', 'apiVersion'],
      ['y.yaml', 'REQUIRED', 'metadata'],
    ]);
  });

  it('of one name: the first counts', () => {
    const { clusters, errors } = load({ 'x.yaml': `${group}---\n${antrea('p', drop)}`, 'y.yaml': antrea('p', '{action: Allow}') });
    expect(clusters.get('local')?.policies).toHaveLength(1);
    expect(errors.map(({ file, line, code }) => [file, line, code])).toEqual([['y.yaml', 4, 'DUPLICATE']]);
  });

  it('are members of lists too', () => {
    const { clusters } = load({ 'x.json': JSON.stringify({ apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicyList', items: [{ metadata: { name: 'a', namespace: 'shop' }, spec: { endpointSelector: {}, ingress: [{}] } }] }) });
    expect(clusters.get('local')?.policies.map(({ ref }) => `${ref.namespace}/${ref.name}`)).toEqual(['shop/cilium-default.a']);
  });
});

it('converted, everything else stays as it was', () => {
  const own = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'n', namespace: 'shop', uid: '1' }, spec: { podSelector: {}, odd: 1 } };
  const { clusters, errors } = convertManifests([{ file: 'a.json', text: JSON.stringify(own) }, { file: 'probes.json', text: '{"probes": []}' }, { file: 'broken.yaml', text: 'a: [' }]);
  expect(clusters.map(({ objects }) => objects)).toEqual([[own]]);
  expect(errors.map(({ file, code }) => [file, code])).toEqual([['broken.yaml', 'SYNTAX']]);
  const text = formatManifest({ a: [own.metadata, own.metadata], b: 'yes', c: '1' });
  expect(text).not.toMatch(/[&*]/);
  expect(text).toContain('b: "yes"\nc: "1"');
});
