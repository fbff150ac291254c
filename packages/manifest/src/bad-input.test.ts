/** Whatever stands in a file: an error with its place, nobody else harmed, and nothing allowed that was not allowed before. */
import type { Workload } from '@firsthop/inventory';
import { evaluate } from '@firsthop/policy';
import { badManifests, bombs, goodFiles, goodVerdicts } from '@firsthop/testkit';
import { describe, expect, it } from 'vitest';
import { type LoadedManifests, loadManifests } from './index.ts';

const load = (files: Readonly<Record<string, string>>): LoadedManifests => loadManifests(Object.entries(files).map(([file, text]) => ({ file, text })));

const side = (workloads: readonly Workload[], name: string) => {
  const workload = workloads.find((one) => one.name === name);
  const address = workload?.endpoints[0]?.addresses[0];
  if (workload === undefined || address === undefined) throw new Error(`no pod ${name}`);
  return { address, workload: workload.id };
};

/** `from > to`, on port 80. */
const allowed = ({ clusters }: LoadedManifests): string[] => {
  const world = clusters.get('local')!.world;
  const isAllowed = (from: string, to: string): boolean => evaluate(new Map([['local', world]]), { source: side(world.workloads, from), destination: side(world.workloads, to), protocol: 6, port: 80 }).verdict === 'allow';
  return goodVerdicts.filter(([from, to]) => isAllowed(from, to)).map(([from, to]) => `${from} > ${to}`);
};

const before = allowed(load(goodFiles));

describe('the files without a fault', () => {
  it('say what the table says', () => expect(before).toEqual(goodVerdicts.filter(([, , is]) => is).map(([from, to]) => `${from} > ${to}`)));
  it.each([
    { name: 'with a BOM', change: (text: string) => `\uFEFF${text}` },
    { name: 'with CRLF', change: (text: string) => text.replaceAll('\n', '\r\n') },
    { name: 'with empty documents around', change: (text: string) => `---\n---\n# nothing\n---\n${text}\n---\n...\n---\n` },
  ])('say the same $name', ({ change }) => {
    const loaded = load(Object.fromEntries(Object.entries(goodFiles).map(([file, text]) => [file, change(text)])));
    expect([loaded.errors, allowed(loaded)]).toEqual([[], before]);
  });
});

describe('a fault has its place and widens nothing', () => {
  it.each(badManifests)('$file: $name', ({ file, text, code, path = '', fate }) => {
    const loaded = load({ ...goodFiles, [file]: text });
    expect(loaded.errors).toContainEqual(expect.objectContaining({ file, code, path, line: expect.any(Number) }));
    expect(loaded.errors.filter((error) => error.file !== file || error.line < 1)).toEqual([]);
    expect(loaded.unread.length > 0).toBe(fate === 'unread');
    if (fate === 'closed') expect(before).toEqual(expect.arrayContaining(allowed(loaded)));
    if (fate === 'harmless') expect(allowed(loaded)).toEqual(before);
  });

  it('only policies of nobody and what is unread take a policy away', () => {
    const widening = badManifests.filter(({ file, text }) => text.length < 5000 && allowed(load({ ...goodFiles, [file]: text })).some((pair) => !before.includes(pair)));
    expect(new Set(widening.map(({ fate }) => fate))).toEqual(new Set(['unread', 'nobody']));
  });

  it.each(bombs.map(([name, text]) => ({ name, text })))('$name is refused at once', ({ text }) => {
    // Of this process alone: what others do on the machine is not the bomb's doing.
    const start = process.cpuUsage();
    load({ bomb: text });
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1e6).toBeLessThan(1);
  });

  it('ten thousand faults are counted, not listed', () => {
    const { errors } = load({ a: `apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  containers:\n  - ports:\n${'    - {containerPort: 0}\n'.repeat(10_000)}` });
    expect([errors.length, errors.at(-1)?.message]).toEqual([101, '9900 more errors in this object']);
  });

  it('a namespace with a fault is closed, and found by its name only', () => {
    const namespaceOf = (metadata: string): unknown => load({ a: `apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, ${metadata}}` }).clusters.get('local')?.world.namespaces[0];
    const closed = { name: 'shop', enforcement: 'Full', labels: new Map([['kubernetes.io/metadata.name', 'shop']]) };
    for (const metadata of ['labels: {team: shop, "-": x}', 'labels: [team]', 'annotations: 7', 'labels: {firsthop.dev/enforcement: "-"}']) expect(namespaceOf(metadata)).toMatchObject(closed);
    expect(namespaceOf('labels: {team: shop}')).toMatchObject({ enforcement: 'Open' });
  });
});

it('names that JavaScript knows are names like any other', () => {
  const pod = (name: string, labels: string): string => `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: constructor, labels: {${labels}}}`;
  const loaded = load({
    a: [pod('web', 'constructor: toString'), pod('api', 'toString: constructor'), pod('other', '')].join('\n---\n'),
    b: 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: constructor, namespace: constructor}\nspec: {podSelector: {matchLabels: {toString: constructor}}, ingress: [{from: [{podSelector: {matchLabels: {constructor: toString}}}]}]}',
  });
  const { world } = loaded.clusters.get('local')!;
  const verdict = (from: string): string => evaluate(new Map([['local', world]]), { source: side(world.workloads, from), destination: side(world.workloads, 'api'), protocol: 6, port: 80 }).verdict;
  expect([loaded.errors, verdict('web'), verdict('other')]).toEqual([[], 'allow', 'drop']);
});

it('the second of two pods with one address keeps its policy, and is not taken for the first', () => {
  const pod = (name: string): string => `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: shop, labels: {role: ${name}}}\nstatus: {podIP: 10.0.0.3}`;
  const loaded = load({ ...goodFiles, 'more.yaml': [pod('first'), pod('second')].join('\n---\n'), 'network-policy.yaml': goodFiles['network-policy.yaml'].replaceAll('role: web', 'role: second') });
  const { world } = loaded.clusters.get('local')!;
  const verdict = evaluate(new Map([['local', world]]), { source: side(world.workloads, 'second'), destination: side(world.workloads, 'api'), protocol: 6, port: 80 });
  expect([loaded.errors.length, world.workloads.filter(({ kind }) => kind === 'pod').length, verdict.ingress?.verdict]).toEqual([1, 6, 'drop']);
});

it.each(['Succeeded', 'Failed'])('a pod that has %s is nobody, and its address is free for another', (phase) => {
  const gone = `apiVersion: v1\nkind: Pod\nmetadata: {name: gone, namespace: shop, labels: {role: web}}\nspec: {nodeName: n1}\nstatus: {phase: ${phase}, podIP: 10.0.0.3}`;
  const heir = 'apiVersion: v1\nkind: Pod\nmetadata: {name: heir, namespace: shop}\nstatus: {podIP: 10.0.0.3}';
  const loaded = load({ ...goodFiles, 'more.yaml': `${gone}\n---\n${heir}` });
  const { world } = loaded.clusters.get('local')!;
  const verdict = evaluate(new Map([['local', world]]), { source: side(world.workloads, 'heir'), destination: side(world.workloads, 'api'), protocol: 6, port: 80 }).verdict;
  // It is named by nobody, gets a node all the same, and does not inherit what the other was allowed.
  expect([loaded.errors, world.workloads.map(({ name }) => name).includes('gone'), world.workloads.find(({ name }) => name === 'heir')?.node, verdict]).toEqual([[], false, 'n1', 'drop']);
});
