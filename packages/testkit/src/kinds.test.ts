/** From objects to verdicts, for what the corpora of other projects do not know: our own kinds, hosts, trials, moments. */
import { type LoadedManifests, loadManifests } from '@firsthop/manifest';
import { type Address, parseAddress } from '@firsthop/netaddr';
import { evaluate, type Evaluation, type EvaluationOptions, type Side } from '@firsthop/policy';
import { describe, expect, it } from 'vitest';

const load = (...objects: readonly object[]): LoadedManifests => loadManifests([{ file: 'objects.json', text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }) }]);

const object = (apiVersion: string, kind: string, name: string, rest: { readonly namespace?: string; readonly labels?: object; readonly annotations?: object; readonly spec?: object; readonly status?: object }): object => {
  const { namespace, labels, annotations, ...body } = rest;
  return { apiVersion, kind, metadata: { name, namespace, labels, annotations }, ...body };
};
const namespace = (name: string, labels: object = {}, annotations: object = {}): object => object('v1', 'Namespace', name, { labels, annotations });
const pod = (id: string, rest: { readonly labels?: object; readonly annotations?: object; readonly spec?: object } = {}): object => {
  const [home = '', name = ''] = id.split('/');
  return object('v1', 'Pod', name, { namespace: home, labels: { app: name }, ...rest, spec: { nodeName: 'n1', ...rest.spec } });
};
const ours = (kind: string, name: string, spec: object): object => object('firsthop.dev/v1alpha1', kind, name, { namespace: 'shop', spec });
const kube = (name: string, spec: object): object => object('policy.networking.k8s.io/v1alpha2', 'ClusterNetworkPolicy', name, { spec: { tier: 'Admin', priority: 1, subject: { namespaces: {} }, ...spec } });

const base = [
  namespace('shop', { team: 'a' }),
  namespace('pay', { team: 'a' }),
  namespace('ops', {}),
  object('v1', 'Node', 'n1', { labels: { pool: 'x' }, status: { addresses: [{ type: 'InternalIP', address: '192.0.2.1' }] } }),
  object('v1', 'Node', 'n2', { labels: { pool: 'y' }, status: { addresses: [{ type: 'InternalIP', address: '192.0.2.2' }] } }),
  ...['shop/web', 'shop/api', 'pay/web', 'pay/api', 'ops/web'].map((id) => pod(id, { spec: { serviceAccountName: id.split('/')[1], containers: [{ ports: [{ name: 'http', containerPort: 80 }] }] } })),
  pod('ops/agent', { spec: { hostNetwork: true } }),
  object('v1', 'Service', 'api', { namespace: 'pay', spec: { selector: { app: 'api' }, ports: [{ port: 80 }] } }),
];

const addressOf = (text: string): Address => {
  const read = parseAddress(text);
  if (!read.ok) throw new Error(read.error);
  return read.value;
};

/** `namespace/name`, `host:name`, or an address. */
const sideOf = ({ clusters }: LoadedManifests, party: string): Side => {
  const workload = [...(clusters.get('local')?.world.workloads ?? [])].find(({ kind, namespace: home, name }) => (kind === 'host' ? `host:${name}` : `${home}/${name}`) === party);
  const address = workload?.endpoints[0]?.addresses[0];
  return workload === undefined || address === undefined ? { address: addressOf(party) } : { address, workload: workload.id };
};

const ask = (objects: readonly object[], text: string, options: EvaluationOptions = {}, errors: readonly string[] = []): Evaluation => {
  const loaded = load(...base, ...objects);
  expect(loaded.errors.map(({ code, path }) => `${code} ${path}`)).toEqual(errors);
  const [, from = '', to = '', port = '80'] = /^(\S+) > (\S+)(?: (\d+))?$/.exec(text) ?? [];
  return evaluate(new Map([...loaded.clusters].map(([cluster, { world }]) => [cluster, world])), { source: sideOf(loaded, from), destination: sideOf(loaded, to), protocol: 6, port: Number(port) }, options);
};

/** What gets through of a list of connections. */
const passing = (objects: readonly object[], list: readonly string[], options: EvaluationOptions = {}): string[] => list.filter((text) => ask(objects, text, options).verdict === 'allow');

const toApi = ['shop/web > shop/api', 'pay/web > shop/api', 'pay/api > shop/api', 'ops/web > shop/api', '192.0.2.2 > shop/api', '203.0.113.9 > shop/api'] as const;

describe('peers of our own kinds', () => {
  const allowing = (peer: object, ...more: readonly object[]): readonly object[] => [
    ours('ClusterSecurityPolicy', 'p', { appliedTo: [{ podSelector: { matchLabels: { app: 'api' } }, namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } }], ingress: [{ action: 'Allow', from: [peer] }, { action: 'Drop' }] }),
    ...more,
  ];
  const group = (members: readonly object[]): object => object('firsthop.dev/v1alpha1', 'ClusterGroup', 'g', { spec: { members } });

  it.each([
    { name: 'Self', policies: allowing({ namespaces: { match: 'Self' } }), is: ['shop/web > shop/api'] },
    { name: 'sameLabels', policies: allowing({ namespaces: { sameLabels: ['team'] } }), is: ['shop/web > shop/api', 'pay/web > shop/api', 'pay/api > shop/api'] },
    { name: 'sameLabels that the own namespace lacks', policies: allowing({ namespaces: { sameLabels: ['team', 'tier'] } }), is: [] },
    { name: 'serviceAccount', policies: allowing({ serviceAccount: { namespace: 'pay', name: 'web' } }), is: ['pay/web > shop/api'] },
    { name: 'serviceAccount and podSelector', policies: allowing({ serviceAccount: { namespace: 'pay', name: 'web' }, podSelector: { matchLabels: { app: 'api' } } }), is: [] },
    { name: 'service', policies: allowing({ service: { namespace: 'pay', name: 'api' } }), is: ['pay/api > shop/api'] },
    { name: 'nodes', policies: allowing({ nodes: { matchLabels: { pool: 'y' } } }), is: ['192.0.2.2 > shop/api'] },
    { name: 'hosts', policies: allowing({ hostSelector: { matchLabels: { pool: 'y' } } }), is: ['192.0.2.2 > shop/api'] },
    { name: 'group', policies: allowing({ group: { name: 'g' } }, group([{ podSelector: { matchLabels: { app: 'web' } } }, { cidr: { cidr: '203.0.113.0/24' } }])), is: ['shop/web > shop/api', 'pay/web > shop/api', 'ops/web > shop/api', '203.0.113.9 > shop/api'] },
    { name: 'group and namespaceSelector', policies: allowing({ group: { name: 'g' }, namespaceSelector: { matchLabels: { team: 'a' } } }, group([{ podSelector: { matchLabels: { app: 'web' } } }])), is: ['shop/web > shop/api', 'pay/web > shop/api'] },
    { name: 'not', policies: allowing({ not: { podSelector: {} } }), is: ['192.0.2.2 > shop/api', '203.0.113.9 > shop/api'] },
    { name: 'not and cidr', policies: allowing({ cidr: { cidr: '0.0.0.0/0' }, not: { nodes: {} } }), is: toApi.filter((text) => !text.startsWith('192.')) },
    { name: 'not and group', policies: allowing({ podSelector: {}, not: { group: { name: 'g' } } }, group([{ podSelector: { matchLabels: { app: 'web' } } }])), is: ['pay/api > shop/api'] },
  ])('$name', ({ policies, is }) => expect(passing(policies, toApi)).toEqual(is));

  it('a name matches what DNS answered, and nothing without an answer', () => {
    const policies = [ours('SecurityPolicy', 'p', { appliedTo: [{ podSelector: {} }], egress: [{ action: 'Allow', to: [{ fqdn: '*.example.com' }] }, { action: 'Drop' }] })];
    const names = new Map([['api.example.com', [addressOf('203.0.113.9')]], ['example.com', [addressOf('203.0.113.10')]]]);
    const list = ['shop/web > 203.0.113.9', 'shop/web > 203.0.113.10'];
    expect([passing(policies, list), passing(policies, list, { names })]).toEqual([[], ['shop/web > 203.0.113.9']]);
  });
});

describe('whom a policy governs', () => {
  const denying = (appliedTo: object, kind = 'ClusterSecurityPolicy'): object => ours(kind, 'p', { appliedTo: [appliedTo], ingress: [{ action: 'Drop' }] });
  const members = object('firsthop.dev/v1alpha1', 'ClusterGroup', 'g', { spec: { members: [{ podSelector: { matchLabels: { app: 'api' } } }] } });
  const list = ['ops/web > shop/api', 'ops/web > shop/web', 'ops/web > pay/api', 'ops/web > pay/web'];
  it.each([
    { name: 'a group', policies: [members, denying({ group: { name: 'g' } })], denied: ['ops/web > shop/api', 'ops/web > pay/api'] },
    { name: 'a group, from inside of a namespace', policies: [members, denying({ group: { name: 'g' } }, 'SecurityPolicy')], denied: ['ops/web > shop/api'] },
    { name: 'an account', policies: [denying({ serviceAccount: { namespace: 'pay', name: 'api' } })], denied: ['ops/web > pay/api'] },
    { name: 'all but some', policies: [denying({ podSelector: {}, not: { group: { name: 'g' } } }), members], denied: ['ops/web > shop/web', 'ops/web > pay/web'] },
  ])('$name', ({ policies, denied }) => expect(passing(policies, list)).toEqual(list.filter((text) => !denied.includes(text))));
});

describe('hosts', () => {
  const guard = (rest: object = {}): object => ours('ClusterSecurityPolicy', 'guard', { appliedTo: [{ hostSelector: { matchLabels: { pool: 'x' } } }], ingress: [{ action: 'Allow', from: [{ podSelector: { matchLabels: { app: 'api' } } }] }, { action: 'Drop' }], ...rest });
  it('judge only where a policy selects them', () => {
    expect(ask([], '203.0.113.9 > host:n1').ingress).toBeUndefined();
    expect(ask([guard()], '203.0.113.9 > host:n1').ingress).toMatchObject({ verdict: 'drop', reason: 'rule' });
    expect(ask([guard()], '203.0.113.9 > host:n2').ingress).toBeUndefined();
    expect(ask([guard()], 'shop/api > host:n1').ingress).toMatchObject({ verdict: 'allow', reason: 'rule' });
    expect(ask([guard()], 'host:n1 > 203.0.113.9').egress).toMatchObject({ verdict: 'allow', reason: 'workloadDefault' });
  });
  it('are not judged because of a trial, and the trial tells what they would', () => {
    const { ingress, verdict, monitor } = ask([guard({ mode: 'Monitor' })], '203.0.113.9 > host:n1');
    expect([ingress, verdict, monitor]).toEqual([undefined, 'allow', 'drop']);
  });
  it('keep SSH, or what is configured', () => {
    expect(ask([guard()], '203.0.113.9 > host:n1 22').ingress).toEqual({ verdict: 'allow', reason: 'failsafe' });
    expect(ask([guard()], '203.0.113.9 > host:n1 22', { failsafe: [] }).ingress?.verdict).toBe('drop');
    expect(ask([guard()], '203.0.113.9 > host:n1 6443', { failsafe: [{ direction: 'ingress', protocol: 6, port: 6443 }] }).ingress?.reason).toBe('failsafe');
  });
  it('are hit by no selector of pods, and host-network pods stand behind them', () => {
    const nobody = ours('ClusterSecurityPolicy', 'p', { appliedTo: [{ podSelector: {} }, { vmSelector: {} }], ingress: [{ action: 'Drop' }] });
    expect(ask([nobody], '203.0.113.9 > host:n1').ingress).toBeUndefined();
    expect(ask([guard()], '203.0.113.9 > ops/agent').ingress?.verdict).toBe('drop');
    expect(ask([guard()], 'host:n1 > ops/agent').ingress?.reason).toBe('self');
  });
  it('have ids that nobody can write', () => expect(load(...base).clusters.get('local')?.world.workloads.filter(({ kind }) => kind === 'host').map(({ id, node, labels }) => [id, node, labels.get('pool')])).toEqual([['local/host:n1', 'n1', 'x'], ['local/host:n2', 'n2', 'y']]));
});

describe('the tiers of the Kubernetes API', () => {
  const rule = (action: string): object => ({ action, from: [{ namespaces: {} }] });
  const anp = (name: string, action: string): object => object('policy.networking.k8s.io/v1alpha1', 'AdminNetworkPolicy', name, { spec: { priority: 1, subject: { namespaces: {} }, ingress: [rule(action)] } });
  const banp = (action: string): object => object('policy.networking.k8s.io/v1alpha1', 'BaselineAdminNetworkPolicy', 'default', { spec: { subject: { namespaces: {} }, ingress: [rule(action)] } });
  const isolating = object('networking.k8s.io/v1', 'NetworkPolicy', 'np', { namespace: 'shop', spec: { podSelector: {} } });
  const text = 'pay/web > shop/api';
  it.each([
    { name: 'by kind before name', policies: [kube('a', { ingress: [rule('Accept')] }), anp('z', 'Deny')], is: ['drop', 'AdminNetworkPolicy'] },
    { name: 'Accept is over NetworkPolicy', policies: [kube('a', { ingress: [rule('Accept')] }), isolating], is: ['allow', 'ClusterNetworkPolicy'] },
    { name: 'Pass goes on to NetworkPolicy', policies: [kube('a', { ingress: [rule('Pass')] }), kube('b', { ingress: [rule('Accept')] }), isolating], is: ['drop', undefined] },
    { name: 'Pass leaves its own tier alone', policies: [kube('a', { ingress: [rule('Pass')] }), ours('ClusterSecurityPolicy', 'p', { tier: 'environment', appliedTo: [{ podSelector: {} }], ingress: [{ action: 'Reject' }] })], is: ['reject', 'ClusterSecurityPolicy'] },
    { name: 'the baseline speaks where nobody did', policies: [banp('Deny')], is: ['drop', 'BaselineAdminNetworkPolicy'] },
    { name: 'and not where NetworkPolicy did', policies: [banp('Allow'), isolating], is: ['drop', undefined] },
    { name: 'both baselines by kind', policies: [banp('Deny'), kube('a', { tier: 'Baseline', priority: 0, ingress: [rule('Accept')] })], is: ['drop', 'BaselineAdminNetworkPolicy'] },
  ])('$name', ({ policies, is }) => {
    const { ingress } = ask(policies, text);
    expect([ingress?.verdict, ingress?.policy?.kind]).toEqual(is);
  });
  it('a tie is a warning', () => expect(load(...base, kube('a', { ingress: [rule('Accept')] }), anp('z', 'Deny')).warnings.map(({ code, message }) => `${code} ${message}`)).toEqual(['PRIORITY_TIE tier kube-admin, priority 1: z, a are ordered by kind and name only']));
});

describe('trials', () => {
  const drop = (name: string, rest: object = {}): object => ours('SecurityPolicy', name, { appliedTo: [{ podSelector: {} }], ingress: [{ action: 'Drop' }], ...rest });
  const text = 'pay/web > shop/api';
  it.each([
    { name: 'none', policies: [drop('live')], is: ['drop', undefined] },
    { name: 'Monitor', policies: [drop('watch', { mode: 'Monitor' })], is: ['allow', 'drop'] },
    { name: 'Monitor in the other direction', policies: [drop('watch', { mode: 'Monitor', ingress: undefined, egress: [{ action: 'Drop' }] })], is: ['allow', undefined] },
    { name: 'Monitor of somebody else', policies: [drop('watch', { mode: 'Monitor', appliedTo: [{ podSelector: { matchLabels: { app: 'web' } } }] })], is: ['allow', undefined] },
    { name: 'Monitor that would change nothing', policies: [drop('watch', { mode: 'Monitor', ingress: [{ action: 'Allow' }] })], is: ['allow', 'allow'] },
    { name: 'a draft of another rule', policies: [drop('live'), drop('draft', { stage: { of: 'live', action: 'Replace' }, ingress: [{ action: 'Reject' }] })], is: ['drop', 'reject'] },
    { name: 'a draft of an end', policies: [drop('live'), drop('draft', { stage: { of: 'live', action: 'Delete' } })], is: ['drop', 'allow'] },
    { name: 'a draft that governs somebody else', policies: [drop('live'), drop('draft', { stage: { of: 'live', action: 'Replace' }, appliedTo: [{ podSelector: { matchLabels: { app: 'web' } } }] })], is: ['drop', 'allow'] },
  ])('$name', ({ policies, is }) => {
    const { verdict, monitor } = ask(policies, text);
    expect([verdict, monitor]).toEqual(is);
  });
  it('Visibility tells what Full would do, of namespaces and of workloads', () => {
    const open = ask([pod('vis/a', { annotations: { 'firsthop.dev/enforcement': 'Visibility' } })], 'pay/web > vis/a');
    expect([open.verdict, open.monitor, open.ingress?.reason]).toEqual(['allow', 'drop', 'workloadDefault']);
    const all = ask([namespace('vis', {}, { 'firsthop.dev/enforcement': 'Visibility' }), pod('vis/a'), pod('vis/b', { annotations: { 'firsthop.dev/enforcement': 'Open' } })], 'vis/a > vis/b');
    expect([all.verdict, all.monitor, all.egress?.reason]).toEqual(['allow', 'drop', 'workloadDefault']);
  });
  it('a draft of nothing is an error and no trial', () => {
    const { verdict, monitor } = ask([drop('draft', { stage: { of: 'nobody', action: 'Replace' } })], text, {}, ['NOT_FOUND spec.stage.of']);
    expect([verdict, monitor]).toEqual(['allow', undefined]);
  });
});

describe('enforcement of a workload', () => {
  const verdict = (metadata: { readonly annotations?: object; readonly labels?: object }, errors: readonly string[] = []): string => ask([pod('ops/x', metadata)], 'pay/web > ops/x', {}, errors).verdict;
  it.each([
    { name: 'none', metadata: {}, is: 'allow' },
    { name: 'an annotation', metadata: { annotations: { 'firsthop.dev/enforcement': 'Full' } }, is: 'drop' },
    { name: 'a label', metadata: { labels: { 'firsthop.dev/enforcement': 'Full' } }, is: 'drop' },
    { name: 'the annotation before the label', metadata: { annotations: { 'firsthop.dev/enforcement': 'Open' }, labels: { 'firsthop.dev/enforcement': 'Full' } }, is: 'allow' },
    { name: 'Maybe', metadata: { annotations: { 'firsthop.dev/enforcement': 'Maybe' } }, is: 'drop', errors: ['UNKNOWN_VALUE metadata.annotations["firsthop.dev/enforcement"]'] },
    { name: 'no map', metadata: { annotations: [] }, is: 'drop', errors: ['TYPE metadata.annotations'] },
  ])('$name', ({ metadata, is, errors }) => expect(verdict(metadata, errors)).toBe(is));
});

describe('moments', () => {
  const policy = ours('SecurityPolicy', 'p', { appliedTo: [{ podSelector: {} }], ingress: [{ action: 'Drop' }], expiresAt: '2027-01-01T00:00:00Z', owner: 'payments', ticket: 'SEC-1' });
  const text = 'pay/web > shop/api';
  it.each([
    { at: undefined, is: 'drop' },
    { at: Date.UTC(2026, 11, 31), is: 'drop' },
    { at: Date.UTC(2027, 0, 1), is: 'allow' },
  ])('at $at: $is', ({ at, is }) => expect(ask([policy], text, at === undefined ? {} : { at }).verdict).toBe(is));
  it('who decided says whose it is', () => expect(ask([policy], text).ingress).toMatchObject({ owner: 'payments', ticket: 'SEC-1' }));
});

describe('groups in files', () => {
  const using = ours('SecurityPolicy', 'p', { appliedTo: [{ podSelector: {} }], ingress: [{ action: 'Allow', from: [{ group: { name: 'g' } }] }, { action: 'Drop' }] });
  it.each([
    { name: 'missing', groups: [], errors: ['NOT_FOUND spec.ingress[0].from[0]'] },
    { name: 'invalid, so missing', groups: [ours('Group', 'g', { members: [{}] })], errors: ['PEER_EMPTY spec.members[0]', 'NOT_FOUND spec.ingress[0].from[0]'] },
    { name: 'in itself', groups: [ours('Group', 'g', { members: [{ podSelector: {} }, { group: { name: 'g' } }] })], errors: ['TOO_LARGE spec.members[1]', 'TOO_LARGE spec.ingress[0].from[0]'] },
  ])('$name: nobody is let in', ({ groups, errors }) => expect(ask([using, ...groups], 'shop/web > shop/api', {}, errors).verdict).toBe('drop'));
});

describe('versions that are not read', () => {
  it.each([
    ['policy.networking.k8s.io/v1alpha1', 'ClusterNetworkPolicy', true],
    ['policy.networking.k8s.io/v1alpha2', 'AdminNetworkPolicy', true],
    ['networking.k8s.io/v1beta1', 'NetworkPolicy', true],
    ['extensions/v1beta1', 'NetworkPolicy', true],
    ['firsthop.dev/v1', 'Tier', true],
    ['firsthop.dev/v1beta1', 'ClusterGroup', true],
    ['apps/v2', 'Deployment', false],
    ['v1', 'Deployment', false],
    ['v2', 'Pod', false],
  ])('%s %s is an error that names those that are', (apiVersion, kind, isUnread) => {
    const { errors, unread, warnings } = load({ apiVersion, kind, metadata: { name: 'x' }, spec: {} });
    expect([errors.map(({ code, path }) => `${code} ${path}`), unread.length, warnings]).toEqual([['UNKNOWN_KIND apiVersion'], isUnread ? 1 : 0, []]);
    expect(errors[0]?.message).toMatch(new RegExp(`^${kind} is read as \\S*v\\d`));
  });
  it('a kind of the same name under another roof is a stranger', () => expect(load({ apiVersion: 'serving.knative.dev/v1', kind: 'Service', metadata: { name: 'x' } })).toMatchObject({ errors: [], warnings: [{ code: 'UNKNOWN_KIND' }] }));
});
