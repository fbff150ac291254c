/**
 * Laws of reading, on mutations of a real input (examples/shop, and samples of every kind beside it): keys deleted, doubled, renamed, values replaced by any JSON.
 *
 * "Never wider", made exact: let a policy object have faults. Cut out of its text what the faults are about: the rule they stand in, or
 * every Allow rule where they are about the policy as a whole, or the whole object where its subjects cannot be known. What is left has
 * no faults. Then nothing is allowed with the faulty object that is not allowed with what is left of it: a fault never allows, and what
 * its author meant to deny is denied by the object with the fault in it or by nobody that he named.
 *
 * (It would not do to compare with the object before its mutation: a mutation without a fault may well mean more.)
 */
import { type Address } from '@firsthop/netaddr';
import { evaluate, type Worlds } from '@firsthop/policy';
import { kindSamples } from '@firsthop/testkit';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatPath, type LoadedManifests, loadManifests, type Problem, readSources, type Source } from './index.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const shop = readSources(['examples/shop']).sources;
const samples = kindSamples.map((object) => ({ file: 'samples/clusters/east/sample.yaml', object: object as { [key: string]: Json } }));
const objects = [...loadManifests(shop).documents.flatMap(({ file, object }) => (file.endsWith('.json') ? [] : [{ file, object: object as { [key: string]: Json } }])), ...samples];
const sourcesOf = (list: readonly { readonly file: string; readonly object: Json | undefined }[]): Source[] => list.flatMap(({ file, object }, i) => (object === undefined ? [] : [{ file: file.replace(/[^/]+$/, `${i}.json`), text: JSON.stringify(object) }]));
const clone = <T>(value: T): T => structuredClone(value);

/** Places of an object: the containers, and what may be done in each of them. */
const containers = (value: Json): (Json[] | { [key: string]: Json })[] => (typeof value === 'object' && value !== null ? [value, ...Object.values(value).flatMap(containers)] : []);

interface Mutation {
  readonly container: number;
  readonly key: number;
  readonly how: 'delete' | 'replace' | 'double' | 'rename';
  readonly value: Json;
}

const words = fc.constantFrom('Accept', 'Deny', 'Monitor', 'group', 'not', 'networks', 'namespaces', 'example.com', 'Allow', 'Drop', 'Pass', 'Ingress', 'Egress', 'from', 'to', 'ports', 'ingress', 'egress', 'podSelector', 'action', 'tier', 'policyTypes', '__proto__', 'constructor', '10.0.0.0/33', '::/0', 'http', '-1');
const replacement: fc.Arbitrary<Json> = fc.oneof(fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>, words, fc.constantFrom<Json[]>(null, [], {}, 0, -1, 80, 65_536, 1.5, true, [{}], [null], '', { cidr: '10.0.0.0/8' }));
const mutation: fc.Arbitrary<Mutation> = fc.record({ container: fc.nat(), key: fc.nat(), how: fc.constantFrom('delete', 'replace', 'double', 'rename'), value: replacement });

const mutate = (object: Json, { container, key, how, value }: Mutation): void => {
  const places = containers(object);
  const place = places[container % Math.max(1, places.length)];
  if (place === undefined) return;
  if (Array.isArray(place)) {
    const at = key % Math.max(1, place.length);
    if (how === 'delete') place.splice(at, 1);
    else if (how === 'double') place.splice(at, 0, clone(place[at] ?? value));
    else place[at] = value;
    return;
  }
  const names = Object.keys(place);
  const name = names[key % Math.max(1, names.length)] ?? 'x';
  const put = (called: string, what: Json): void => void Object.defineProperty(place, called, { value: what, enumerable: true, writable: true, configurable: true });
  if (how === 'replace') return put(name, value);
  if (how !== 'delete') put(typeof value === 'string' ? value : `${name}2`, clone(place[name] ?? value));
  if (how !== 'double') delete place[name];
};

const worldsOf = ({ clusters }: LoadedManifests): Worlds => new Map([...clusters].map(([cluster, { world }]) => [cluster, world]));

interface Question {
  readonly source: Address;
  readonly destination: Address;
  readonly protocol: number;
  readonly port: number;
}

const original = worldsOf(loadManifests(sourcesOf(objects)));
const addresses = [...original.values()].flatMap(({ workloads }) => workloads.flatMap(({ endpoints }) => endpoints.flatMap((one) => one.addresses.slice(0, 1))));
const services = [[6, 8080], [6, 9090], [6, 6379], [6, 5432], [6, 8443], [17, 53], [1, 0]] as const;
const question: fc.Arbitrary<Question> = fc.record({ source: fc.constantFrom(...addresses), destination: fc.constantFrom(...addresses), service: fc.constantFrom(...services) }).map(({ service: [protocol, port], ...sides }) => ({ ...sides, protocol, port }));

const isAllowed = (worlds: Worlds, { source, destination, protocol, port }: Question): boolean =>
  evaluate(worlds, { source: { address: source }, destination: { address: destination }, protocol, ...(protocol === 1 ? { icmp: { type: 8, code: 0 } } : { port }) }).verdict === 'allow';

const record = (value: Json | undefined): { [key: string]: Json } | undefined => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined);

/** Without what the faults are about. Undefined: nothing is left. */
const cutOut = (object: { [key: string]: Json }, problems: readonly Problem[]): { [key: string]: Json } | undefined => {
  const left = clone(object);
  const spec = record(left['spec']);
  // Its subjects are unknown, or it decides nothing by its own meaning.
  if (spec === undefined || problems.some(({ path }) => /^(?:spec|(?:apiVersion|kind|metadata|spec\.(?:podSelector|appliedTo|subject|stage))(?![\w-]).*)$/.test(path))) return undefined;
  const hasTypeFault = problems.some(({ path }) => /^spec\.policyTypes(?![\w-])/.test(path));
  const isIsolating = left['kind'] === 'NetworkPolicy';
  const isAbout = (direction: string, index: number): boolean => problems.some(({ path }) => path === `spec.${direction}[${index}]` || path.startsWith(`spec.${direction}[${index}].`) || path.startsWith(`spec.${direction}[${index}][`));
  const isGeneral = problems.some(({ path, code }) => !/^spec\.(?:ingress|egress)(?:\[|$)/.test(path) && !(path === 'spec.onChange' && code !== 'UNKNOWN_FIELD'));
  if (isIsolating && (Array.isArray(spec['egress']) && spec['egress'].length > 0 || hasTypeFault)) spec['policyTypes'] ??= ['Ingress', 'Egress'];
  for (const direction of ['ingress', 'egress']) {
    const rules = spec[direction];
    if (rules === undefined || rules === null) continue;
    if (!Array.isArray(rules)) delete spec[direction];
    else spec[direction] = rules.filter((rule, i) => !isAbout(direction, i) && !(isGeneral && (isIsolating || ['Allow', 'Accept'].includes(String(record(rule)?.['action'])))));
  }
  if (!isGeneral) return left;
  const hasFault = (path: string): boolean => problems.some((one) => one.path === path || one.path.startsWith(`${path}.`) || one.path.startsWith(`${path}[`));
  for (const key of Object.keys(left)) if (key !== 'spec' && hasFault(formatPath([key]))) delete left[key];
  for (const key of Object.keys(spec)) if (key !== 'ingress' && key !== 'egress' && hasFault(formatPath(['spec', key]))) delete spec[key];
  if (isIsolating && hasTypeFault) spec['policyTypes'] = ['Ingress', 'Egress'];
  // What the API asks for is where such a policy stands with the fault in it.
  if (left['kind'] === 'ClusterNetworkPolicy') spec['tier'] ??= 'Admin';
  if (left['kind'] === 'ClusterNetworkPolicy' || left['kind'] === 'AdminNetworkPolicy') spec['priority'] ??= 0;
  return left;
};

it('whatever is done to the objects, reading ends, throws nothing, and names the file of every fault', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat({ max: objects.length - 1 }), mutation), { minLength: 1, maxLength: 6 }), fc.nat(), (mutations, cut) => {
      const mutated = objects.map(({ file, object }) => ({ file, object: clone(object) as Json }));
      for (const [at, how] of mutations) mutate(mutated[at]!.object, how);
      const sources = sourcesOf(mutated);
      // One of them is torn, as by a full disk.
      const torn = sources.map((source, i) => (i === cut % sources.length ? { ...source, text: source.text.slice(0, cut % source.text.length) } : source));
      for (const input of [sources, torn]) {
        const { errors, warnings } = loadManifests(input);
        for (const problem of [...errors, ...warnings]) {
          expect(input.map(({ file }) => file)).toContain(problem.file);
          expect(problem.line).toBeGreaterThan(0);
          expect([problem.code, problem.message].every((text) => text.length > 0)).toBe(true);
        }
      }
    }),
    { numRuns: 100 },
  );
});

it('a policy with a fault allows nothing that it does not allow without the faulty part', () => {
  const policies = objects.flatMap(({ object }, at) => (String(object['kind']).endsWith('Policy') ? [at] : []));
  let faulty = 0;
  fc.assert(
    fc.property(fc.constantFrom(...policies), fc.array(mutation, { minLength: 1, maxLength: 3 }), fc.array(question, { minLength: 12, maxLength: 12 }), (at, mutations, questions) => {
      const object = clone(objects[at]!.object);
      for (const one of mutations) mutate(object, one);
      const load = (now: Json | undefined): LoadedManifests => loadManifests(sourcesOf(objects.map((one, i) => (i === at ? { ...one, object: now } : one))));
      const loaded = load(object);
      const problems = loaded.errors.filter(({ file }) => file.endsWith(`/${at}.json`));
      // Names only decide between equals, and which of two of one name is read.
      if (problems.length === 0 || problems.some(({ code, path }) => code === 'DUPLICATE' || path === 'metadata.name')) return;
      faulty++;
      const left = cutOut(object, problems);
      const without = load(left);
      // The draft of a policy that is gone is about nothing.
      expect(without.errors.filter(({ path }) => path !== 'spec.stage.of')).toEqual([]);
      const [is, bound] = [worldsOf(loaded), worldsOf(without)];
      for (const one of questions) if (isAllowed(is, one) && !isAllowed(bound, one)) throw new Error(`wider: ${JSON.stringify({ object, left, problems, ...one }, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}`);
    }),
    { numRuns: 250 },
  );
  expect(faulty).toBeGreaterThan(50);
});

it('a group with a fault lets nobody in who is not let in without it', () => {
  const groups = objects.flatMap(({ object }, at) => (String(object['kind']).endsWith('Group') ? [at] : []));
  const users = objects.flatMap(({ object }, at) => (JSON.stringify(object).includes('"group":') ? [at] : []));
  let faulty = 0;
  fc.assert(
    fc.property(fc.constantFrom(...groups), fc.array(mutation, { minLength: 1, maxLength: 2 }), fc.array(question, { minLength: 12, maxLength: 12 }), (at, mutations, questions) => {
      const object = clone(objects[at]!.object);
      for (const one of mutations) mutate(object, one);
      const loaded = loadManifests(sourcesOf(objects.map((one, i) => (i === at ? { ...one, object } : one))));
      if (!loaded.errors.some(({ file }) => file.endsWith(`/${at}.json`))) return;
      faulty++;
      // Whatever may name the group is gone, so its allows are; its denials can only be missed.
      const without = loadManifests(sourcesOf(objects.map((one, i) => (i === at || users.includes(i) ? { ...one, object: undefined } : one))));
      const [is, bound] = [worldsOf(loaded), worldsOf(without)];
      for (const one of questions) if (isAllowed(is, one) && !isAllowed(bound, one)) throw new Error(`wider: ${JSON.stringify({ object, ...one }, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}`);
    }),
    { numRuns: 40 },
  );
  expect(faulty).toBeGreaterThan(10);
});
