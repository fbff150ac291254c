/** Differences that come from something else than the policy that decides: it must still be known to both sides. */
import { differences } from '@firsthop/analysis';
import { loadManifests } from '@firsthop/manifest';
import type { Worlds } from '@firsthop/policy';
import { expect, it } from 'vitest';

const pod = (name: string, namespace: string, last: number): string => `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: ${namespace}, labels: {app: ${name}}}, spec: {nodeName: n1, containers: [{name: c}]}, status: {podIP: 10.0.0.${last}}}`;
const pods = [pod('web', 'shop', 1), pod('api', 'shop', 2), pod('db', 'pay', 3)];
const ours = (kind: string, name: string, namespace: string | undefined, spec: string): string => `{apiVersion: firsthop.dev/v1alpha1, kind: ${kind}, metadata: {name: ${name}${namespace === undefined ? '' : `, namespace: ${namespace}`}}, spec: {${spec}}}`;
const tier = (defaultAction: string): string => ours('Tier', 'late', undefined, `order: 300, defaultAction: ${defaultAction}`);
const onlyWeb = ours('ClusterSecurityPolicy', 'only-web', undefined, 'tier: late, appliedTo: [{podSelector: {matchLabels: {app: api}}}], ingress: [{action: Allow, from: [{podSelector: {matchLabels: {app: web}}}], ports: [{protocol: TCP, port: 80}]}]');
/** Of every namespace, and it does not change. */
const noUdp = ours('ClusterSecurityPolicy', 'no-udp', undefined, 'appliedTo: [{podSelector: {}}], ingress: [{action: Drop, ports: [{protocol: UDP}]}]');
const noTcp81 = ours('SecurityPolicy', 'no-81', 'pay', 'appliedTo: [{podSelector: {}}], ingress: [{action: Drop, ports: [{protocol: TCP, port: 81}]}]');
const closed = ours('SecurityPolicy', 'closed', 'shop', 'appliedTo: [{podSelector: {matchLabels: {app: web}}}], egress: [{action: Drop, ports: [{protocol: TCP, port: 82}]}]');

const worldsOf = (objects: readonly string[]): Worlds => {
  const { clusters, errors } = loadManifests([{ file: 'a.yaml', text: objects.join('\n---\n') }]);
  expect(errors).toEqual([]);
  return new Map([...clusters].map(([name, { world }]) => [name, world]));
};

const changes = (before: readonly string[], after: readonly string[]): string[] =>
  differences(worldsOf([...pods, ...before]), worldsOf([...pods, ...after]))
    .filter(({ from, to }) => !`${from}${to}`.includes('External'))
    .map(({ change, from, to, before: was, after: is }) => `${change} ${from} > ${to}: ${was ?? '-'} => ${is ?? '-'}`);

it('a tier that closes what its policies leave open', () => {
  expect(changes([tier('Continue'), onlyWeb], [tier('Drop'), onlyWeb])).toEqual(['removed pay/db[Pod] > shop/api[Pod]: All => -', 'changed shop/web[Pod] > shop/api[Pod]: All => TCP 80']);
  expect(changes([tier('Continue'), onlyWeb], [tier('Continue'), onlyWeb])).toEqual([]);
});

it('policies that did not change are in force at both ends, wherever they stand', () => {
  const kept = [noUdp, noTcp81];
  expect(changes(kept, [...kept, closed])).toEqual([
    'changed shop/web[Pod] > pay/db[Pod]: TCP 1-80,82-65535;SCTP 1-65535;ICMP => TCP 1-80,83-65535;SCTP 1-65535;ICMP',
    'changed shop/web[Pod] > shop/api[Pod]: TCP 1-65535;SCTP 1-65535;ICMP => TCP 1-81,83-65535;SCTP 1-65535;ICMP',
  ]);
});

it('a party that the change does not touch is asked only if somebody says something else to it', () => {
  const narrow = closed.replace('ports: [{protocol: TCP, port: 82}]', 'to: [{podSelector: {matchLabels: {app: api}}}]');
  expect(changes([noTcp81], [noTcp81, narrow])).toEqual(['removed shop/web[Pod] > shop/api[Pod]: All => -']);
});
