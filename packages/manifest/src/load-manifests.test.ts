import { type Address, formatAddress } from '@firsthop/netaddr';
import { policyQuotas } from '@firsthop/policy';
import { describe, expect, it } from 'vitest';
import { type LoadedManifests, loadManifests } from './index.ts';

const load = (text: string, file = 'a.yaml'): LoadedManifests => loadManifests([{ file, text }]);
const pod = (name: string, rest = ''): string => `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: shop}\nspec: {nodeName: n1}\n${rest}`;
const names = ({ clusters }: LoadedManifests, cluster = 'local'): string[] => clusters.get(cluster)?.world.workloads.filter(({ kind }) => kind !== 'host').map(({ name }) => name) ?? [];
const addressOf = ({ clusters }: LoadedManifests, name: string): readonly Address[] => clusters.get('local')?.world.workloads.find((one) => one.name === name)?.endpoints[0]?.addresses ?? [];

describe('bad documents harm nobody else, and say where they are', () => {
  it.each([
    { name: 'broken YAML', text: 'a: [1\nb: }', line: 8, path: '', code: 'SYNTAX' },
    { name: 'alias bomb', text: `a: &a [x, x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c]`, line: 6, path: '', code: 'SYNTAX' },
    { name: 'too deep', text: `a: ${'['.repeat(100)}${']'.repeat(100)}`, line: 7, path: '', code: 'TOO_LARGE' },
    { name: 'brackets without end', text: '['.repeat(500_000), line: 6, path: '', code: 'TOO_LARGE' },
    { name: 'not an object', text: '- 1', line: 7, path: '', code: 'TYPE' },
    { name: 'no kind', text: 'apiVersion: v1', line: 7, path: 'kind', code: 'REQUIRED' },
    { name: 'bad name', text: 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: A_B', line: 10, path: 'metadata.name', code: 'NAME_INVALID' },
    { name: 'bad address', text: 'apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nstatus:\n  podIP: 10.0.0.300', line: 11, path: 'status.podIP', code: 'CIDR_INVALID' },
    { name: 'label too long', text: `apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n  labels:\n    app: ${'x'.repeat(64)}`, line: 12, path: 'metadata.labels.app', code: 'SELECTOR_INVALID' },
    { name: 'duplicate', text: pod('good'), line: 9, path: 'metadata.name', code: 'DUPLICATE' },
    { name: 'policy', text: 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec:\n  podSelector: {}\n  ingress:\n    - from:\n        - {}', line: 14, path: 'spec.ingress[0].from[0]', code: 'PEER_EMPTY' },
  ])('$name', ({ text, line, path, code }) => {
    const loaded = load(`${pod('good')}\n---\n${text}\n---\n${pod('after')}`);
    // The text begins on line 7; what is wrong with a document as a whole is reported at its marker, on line 6.
    expect(loaded.errors[0]).toMatchObject({ file: 'a.yaml', line, path, code });
    expect(names(loaded)).toEqual(['after', 'good']);
  });

  it('an unknown kind is a warning', () => expect(load('apiVersion: v1\nkind: Secret\nmetadata: {name: x}')).toMatchObject({ errors: [], warnings: [{ code: 'UNKNOWN_KIND', line: 2 }] }));

  it('a label called __proto__ stays a label, or an error, and never a prototype', () => {
    const loaded = load('apiVersion: v1\nkind: Pod\nmetadata: {name: x, labels: {__proto__: y, constructor: z}}');
    expect(loaded.errors).toMatchObject([{ code: 'SELECTOR_INVALID', path: 'metadata.labels.__proto__' }]);
    expect(names(loaded)).toEqual([]);
  });
});

describe('quotas of policies', () => {
  const policy = (peers: number): string => `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\nspec:\n  podSelector: {}\n  ingress:\n    - from:\n${Array.from({ length: peers }, (_, i) => `        - podSelector: {matchLabels: {app: a${i}}}\n`).join('')}`;
  const most = policyQuotas.perRule.selectors;
  it.each([
    { name: 'far from one', peers: 10, errors: [], warnings: [] },
    { name: 'near one: a warning', peers: most, errors: [], warnings: [{ code: 'NEAR_LIMIT', path: 'spec.ingress[0]', line: 7 }] },
    { name: 'over one: an error', peers: most + 1, errors: [{ code: 'TOO_LARGE', path: 'spec.ingress[0]', line: 7 }], warnings: [] },
  ])('$name', ({ peers, errors, warnings }) => expect(load(policy(peers))).toMatchObject({ errors, warnings, unread: [] }));
});

describe('workloads', () => {
  it('finished pods are absent', () => expect(names(load(`${pod('a', 'status: {phase: Succeeded}')}\n---\n${pod('b', 'status: {phase: Pending}')}`))).toEqual(['b']));

  it.each([
    [0, ['w-0']],
    [1, ['w-0']],
    [9, ['w-0', 'w-1']],
  ])('%i replicas', (replicas, expected) => {
    const loaded = load(`apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: w}\nspec: {replicas: ${replicas}, template: {metadata: {labels: {app: w}}}}`);
    expect(names(loaded)).toEqual(expected);
    expect(loaded.clusters.get('local')?.world.workloads[0]).toMatchObject({ owner: { kind: 'Deployment', name: 'w' }, labels: new Map([['app', 'w']]), namespace: 'default' });
  });

  it('get an address of each family by their name, whatever else is there', () => {
    const alone = addressOf(load(pod('web')), 'web');
    expect(alone.map(formatAddress)).toEqual([expect.stringMatching(/^10\.244\.\d+\.\d+$/), expect.stringMatching(/^fd00:10:244::[\da-f]+$/)]);
    expect(addressOf(load(`${pod('aaa')}\n---\n${pod('web')}\n---\n${pod('zzz')}`), 'web')).toEqual(alone);
  });

  it('keep apart although their uid was copied', () => {
    const loaded = load(['a', 'b'].map((name) => `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, uid: same}}`).join('\n---\n'));
    expect([loaded.errors, loaded.warnings.map(({ code, line }) => `${code} ${line}`)]).toEqual([[], ['DUPLICATE 3']]);
    expect(loaded.clusters.get('local')?.world.workloads.map(({ name, id }) => `${name} ${id}`)).toEqual(['a local/same', 'b local/pod:default:b', 'node-0 local/host:node-0']);
  });

  it('never share a derived address', () => {
    const loaded = load(Array.from({ length: 2000 }, (_, i) => pod(`p${i}`)).join('\n---\n'));
    const all = loaded.clusters.get('local')?.world.workloads.flatMap(({ endpoints }) => endpoints.flatMap(({ addresses }) => addresses)) ?? [];
    expect([all.length, new Set(all).size]).toEqual([4002, 4002]);
  });
});

describe('clusters and namespaces', () => {
  it('a folder clusters/<name>/ is a cluster', () => {
    const loaded = loadManifests([{ file: 'x/clusters/west/a.yaml', text: pod('a') }, { file: 'x/b.yaml', text: pod('b') }, { file: 'clusters/c.yaml', text: pod('c') }]);
    expect([names(loaded, 'west'), names(loaded)]).toEqual([['a'], ['b', 'c']]);
  });

  it('namespaces are made up, and always know their true name', () => {
    const text = `${pod('a')}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: liar, labels: {kubernetes.io/metadata.name: shop, firsthop.dev/enforcement: Full}}`;
    expect(load(text).clusters.get('local')?.world.namespaces).toMatchObject([
      { name: 'liar', labels: new Map([['kubernetes.io/metadata.name', 'liar'], ['firsthop.dev/enforcement', 'Full']]), enforcement: 'Full' },
      { name: 'shop', labels: new Map([['kubernetes.io/metadata.name', 'shop']]), enforcement: 'Open' },
    ]);
  });

  it('members of a typed list are what the list says', () => {
    const loaded = load('apiVersion: v1\nkind: PodList\nitems:\n  - metadata: {name: a}\n  - {apiVersion: v1, kind: Pod, metadata: {name: b}}\n---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicyList\nitems: [{metadata: {name: p}, spec: {podSelector: {}}}]');
    expect([loaded.errors, names(loaded), loaded.clusters.get('local')?.policies.length]).toEqual([[], ['a', 'b'], 1]);
  });

  it('members of a List have lines of their own', () => {
    const { errors } = load('apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Node\n    metadata: {name: n}\n  - apiVersion: v1\n    kind: Pod\n    metadata: {}');
    expect(errors).toMatchObject([{ line: 9, path: 'metadata.name', code: 'REQUIRED' }]);
  });
});

it('a folder of probes or of foreign kinds alone makes no cluster', () => {
  const { clusters } = loadManifests([{ file: 'clusters/east/pod.yaml', text: pod('p') }, { file: 'probes.json', text: '{"probes": []}' }, { file: 'clusters/west/x.yaml', text: 'apiVersion: example.com/v1\nkind: Strange\nmetadata: {name: x}' }]);
  expect([...clusters.keys()]).toEqual(['east']);
});
