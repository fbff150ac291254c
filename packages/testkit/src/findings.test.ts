/** What `lint` finds: each kind of finding, and nothing where nothing is wrong. */
import { findings } from '@firsthop/analysis';
import { loadManifests } from '@firsthop/manifest';
import { expect, it } from 'vitest';

const pods = ['web', 'api', 'db'].map((name) => `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: shop, labels: {app: ${name}}}, spec: {containers: [{name: c, ports: [{name: http, containerPort: 8080}]}]}}`).join('\n---\n');

const networkPolicy = (name: string, subject: string, ...rules: readonly string[]): string =>
  `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: ${name}, namespace: shop}, spec: {podSelector: {matchLabels: {app: ${subject}}}, ingress: [${rules.join(', ')}]}}`;
const own = (name: string, tier: string, ...rules: readonly string[]): string =>
  `{apiVersion: firsthop.dev/v1alpha1, kind: ClusterSecurityPolicy, metadata: {name: ${name}}, spec: {tier: ${tier}, appliedTo: [{podSelector: {matchLabels: {app: api}}}], ingress: [${rules.join(', ')}]}}`;

const fromWeb = '{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 80}]}';
const web = 'from: [{podSelector: {matchLabels: {app: web}}}]';

const found = (...policies: readonly string[]): string[] => {
  const { clusters, errors } = loadManifests([{ file: 'a.yaml', text: [pods, ...policies].join('\n---\n') }]);
  expect(errors).toEqual([]);
  return findings(new Map([...clusters].map(([name, { world }]) => [name, world]))).map(({ code, policy, path }) => `${code} ${policy.name} ${path.join('.')}`);
};

it.each([
  { name: 'a policy that says something', policies: [networkPolicy('api', 'api', fromWeb)], expected: [] },
  { name: 'a subject that nobody is', policies: [networkPolicy('lost', 'ghost', fromWeb)], expected: ['UNUSED lost spec'] },
  { name: 'a peer that nobody is', policies: [networkPolicy('api', 'api', '{from: [{podSelector: {matchLabels: {app: ghost}}}]}')], expected: ['UNUSED api spec.ingress.0'] },
  { name: 'a port name that nobody has', policies: [networkPolicy('api', 'api', '{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: metrics}]}')], expected: ['UNUSED api spec.ingress.0'] },
  { name: 'a rule whose whole is allowed before', policies: [networkPolicy('a', 'api', '{from: [{podSelector: {}}], ports: [{port: 80}]}'), networkPolicy('b', 'api', fromWeb)], expected: ['REDUNDANT b spec.ingress.0'] },
  { name: 'a rule that another half covers', policies: [networkPolicy('a', 'api', '{from: [{podSelector: {}}], ports: [{port: 80, endPort: 90}]}'), networkPolicy('b', 'api', '{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 85, endPort: 95}]}')], expected: [] },
  { name: 'an allow behind a drop', policies: [own('p', 'application', `{name: no, action: Drop, ${web}}`, `{name: yes, action: Allow, ${web}, ports: [{protocol: TCP, port: 80}]}`)], expected: ['CONTRADICTING p spec.ingress.1'] },
  { name: 'a drop behind a drop', policies: [own('p', 'application', `{name: all, action: Drop, ${web}}`, `{name: some, action: Drop, ${web}, ports: [{protocol: TCP, port: 80}]}`)], expected: ['SHADOWED p spec.ingress.1'] },
  { name: 'a NetworkPolicy that an earlier tier never lets speak', policies: [own('p', 'infrastructure', '{name: no, action: Drop}'), networkPolicy('api', 'api', fromWeb)], expected: ['CONTRADICTING api spec.ingress.0'] },
  { name: 'a pass that lets something through to somebody is in use', policies: [own('p', 'infrastructure', `{name: let, action: Pass, ${web}}`, '{name: no, action: Drop}'), networkPolicy('api', 'api', fromWeb)], expected: [] },
  { name: 'a door that stands open', policies: [networkPolicy('api', 'api', '{}')], expected: ['OVER_PERMISSIVE api spec.ingress.0'] },
  { name: 'a door that stands open to every address', policies: [networkPolicy('api', 'api', '{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}')], expected: ['OVER_PERMISSIVE api spec.ingress.0'] },
])('$name', ({ policies, expected }) => expect(found(...policies)).toEqual(expected));
