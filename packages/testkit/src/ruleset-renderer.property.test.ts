/** Law: a renderer with a past gives what a new one gives, and the changes that it names lead from the state before to it. */
import { worldChanges } from '@firsthop/analysis';
import { Classifier } from '@firsthop/classifier';
import { Compiler } from '@firsthop/compiler';
import type { Workload } from '@firsthop/inventory';
import type { EndpointBinding, NodePlan } from '@firsthop/plan';
import type { World } from '@firsthop/policy';
import { chainEncoding, type ElementChange, type Encoding, linesOfChanges, type NftState, registerEncoding, renderRuleset, RulesetRenderer, StateDigest, stateDigest } from '@firsthop/ruleset';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressOf, answers, cluster, nodeNames, randomWorld } from './random-world.ts';

/** What happens to the inhabitants: somebody comes with somebody's labels, goes, or changes his labels for another's. */
type Step = { readonly kind: 'come' | 'go' | 'relabel' | 'nothing'; readonly who: number; readonly like: number };
const steps = fc.array(fc.record<Step>({ kind: fc.constantFrom('come', 'come', 'go', 'relabel', 'nothing'), who: fc.nat({ max: 20 }), like: fc.nat({ max: 20 }) }), { minLength: 2, maxLength: 8 });

const stepped = (world: World, { kind, who, like }: Step, i: number): World => {
  const { workloads } = world;
  const [one, other] = [workloads[who % workloads.length], workloads[like % workloads.length]];
  if (one === undefined || other === undefined || kind === 'nothing') return world;
  if (kind === 'go') return workloads.length < 2 ? world : { ...world, workloads: workloads.filter((each) => each !== one) };
  if (kind === 'relabel') return { ...world, workloads: workloads.map((each) => (each === one ? { ...one, labels: other.labels } : each)) };
  const id = `${other.id}-${i}` as Workload['id'];
  return { ...world, workloads: [...workloads, { ...other, id, name: `${other.name}-${i}`, node: 'n9', endpoints: other.endpoints.map((endpoint) => ({ ...endpoint, id: `${id}/eth0` as typeof endpoint.id, addresses: [addressOf(4, 600 + i), addressOf(6, 600 + i)] })) }] };
};

const bindingsOf = (plan: NodePlan): EndpointBinding[] => [...plan.endpoints.values()].map(({ id, kind }, i) => ({ endpoint: id, via: kind === 'vm' ? { kind: 'bridged', bridge: 'br0', port: `tap${i}` } : { kind: 'routed', device: `veth${i}` } }));

const copyOf = (state: NftState): Map<string, Map<string, string>> => new Map([...(state.get('inet')?.maps ?? [])].map(([name, { elements }]) => [name, new Map(elements)]));

const followed = (maps: Map<string, Map<string, string>>, changes: readonly ElementChange[]): Map<string, Map<string, string>> => {
  for (const { map, key, was, now } of changes) {
    const elements = maps.get(map);
    expect(elements?.get(key)).toBe(was);
    if (now === undefined) elements?.delete(key);
    else elements?.set(key, now);
  }
  return maps;
};

describe.each<{ readonly name: Encoding['name']; readonly make: () => Encoding }>([{ name: 'chains', make: () => chainEncoding }, { name: 'registers', make: registerEncoding }])('in $name', ({ make }) => {
  it('a renderer with a past gives what a new one gives', () => {
    let [named, elements] = [0, 0];
    fc.assert(
      fc.property(randomWorld, steps, fc.constantFrom(...nodeNames), (first, path, node) => {
        const [compiler, classifier, renderer] = [new Compiler({ cluster, names: answers }), new Classifier(), new RulesetRenderer(make())];
        const host = { exclusivePrefixes: ['veth'] };
        let world = first;
        let before: { readonly maps: Map<string, Map<string, string>>; readonly digest: StateDigest } | undefined;
        for (const change of worldChanges(world)) compiler.apply(change);
        for (const [i, step] of [{ kind: 'nothing', who: 0, like: 0 } as const, ...path].entries()) {
          const next = stepped(world, step, i);
          for (const { id } of world.workloads) if (!next.workloads.some((one) => one.id === id)) compiler.apply({ of: 'workload', id, now: undefined });
          for (const now of next.workloads) compiler.apply({ of: 'workload', id: now.id, now });
          world = next;
          compiler.flush({ epoch: i + 1, watermarks: new Map() });
          const plan = compiler.snapshot(node);
          if (plan === undefined) throw new Error('there is a plan after a flush');
          classifier.replace(plan);
          const input = { tables: classifier.tables(), bindings: bindingsOf(plan), host };
          const { state, changes } = renderer.render(input);
          expect(stateDigest(state)).toBe(stateDigest(renderRuleset(input, make())));
          if (changes !== undefined && before !== undefined) {
            named++;
            elements += changes.length;
            expect(followed(before.maps, changes)).toEqual(copyOf(state));
            before.digest.follow(changes);
            expect(before.digest.toString()).toBe(stateDigest(state));
            expect(linesOfChanges(changes).every((line) => /^(add|delete) element inet firsthop (?:a[46]_|class[46])/.test(line))).toBe(true);
          }
          before = { maps: copyOf(state), digest: new StateDigest(state) };
        }
      }),
      { numRuns: 250 },
    );
    // Not all of it went the long way.
    expect(Math.min(named, elements)).toBeGreaterThan(50);
  });

  it('tables of another classifier, or of none, go the long way', () => {
    fc.assert(
      fc.property(fc.array(randomWorld, { minLength: 2, maxLength: 3 }), fc.constantFrom(...nodeNames), (worlds, node) => {
        const renderer = new RulesetRenderer(make());
        for (const world of worlds) {
          const [compiler, classifier] = [new Compiler({ cluster, names: answers }), new Classifier()];
          for (const change of worldChanges(world)) compiler.apply(change);
          compiler.flush({ epoch: 1, watermarks: new Map() });
          const plan = compiler.snapshot(node);
          if (plan === undefined) throw new Error('there is a plan after a flush');
          classifier.replace(plan);
          const input = { tables: classifier.tables(), bindings: bindingsOf(plan), host: { exclusivePrefixes: [] } };
          const { state, changes } = renderer.render(input);
          expect(changes).toBeUndefined();
          expect(stateDigest(state)).toBe(stateDigest(renderRuleset(input, make())));
        }
      }),
      { numRuns: 60 },
    );
  });
});
