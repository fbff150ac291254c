/**
 * Law: whichever lookups of a packet come before a transaction and whichever after it, the packet is judged as before the change or as after it; also
 * where it is away for as long as several transactions take, as far as they do not wait for it.
 */
import { worldChanges } from '@firsthop/analysis';
import { Classifier } from '@firsthop/classifier';
import { Compiler } from '@firsthop/compiler';
import type { EndpointBinding } from '@firsthop/plan';
import type { World } from '@firsthop/policy';
import { diffState, emptyTable, type NftState, registerEncoding, renderRuleset, type TableState } from '@firsthop/ruleset';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressOf, answers, cluster, randomWorld } from './random-world.ts';
import { after, inetOf, type Packet, walk } from './register-walk.ts';

const stateOf = (world: World): NftState => {
  const compiler = new Compiler({ cluster, names: answers });
  for (const change of worldChanges(world)) compiler.apply(change);
  compiler.flush({ epoch: 1, watermarks: new Map() });
  const plan = compiler.snapshot('n1');
  if (plan === undefined) throw new Error('there is a plan after a flush');
  const classifier = new Classifier();
  classifier.replace(plan);
  const bindings = [...plan.endpoints.values()].map(({ id, workload }): EndpointBinding => ({ endpoint: id, via: { kind: 'routed', device: workload.split('/')[1] ?? '' } }));
  return renderRuleset({ tables: classifier.tables(), bindings, host: { exclusivePrefixes: [] } }, registerEncoding());
};

/** The same inhabitants under other policies; some have other labels. */
const pairs: fc.Arbitrary<readonly [World, World]> = fc.tuple(randomWorld, randomWorld, fc.nat({ max: 5 })).map(([one, other, who]) => {
  const relabelled = one.workloads.map((workload, i) => (i === who ? { ...workload, labels: other.workloads[0]?.labels ?? workload.labels } : workload));
  return [one, { ...other, workloads: relabelled, namespaces: one.namespaces, nodes: one.nodes }];
});

type Steps = readonly (readonly string[])[];

/** The table before, between and behind the transactions. */
const momentsOf = (before: TableState, steps: Steps): TableState[] => {
  const moments = [before];
  for (const lines of steps) moments.push(after(moments.at(-1) ?? before, lines));
  return moments;
};

/** More than any packet makes. */
const mostLookups = 20;
const offsets = [0, 1, 2, 3, 4, 6, 13, 14, 100];
const traffic = [[6, 80], [6, 81], [17, 8080], [1, 0x800], [47, 0]] as const;

const packetsFor = (table: TableState): Packet[] =>
  (['from', 'to'] as const).flatMap((way) =>
    [...(table.maps.get(`${way}_if`)?.elements.keys() ?? [])].flatMap((device) => offsets.flatMap((offset) => traffic.map(([protocol, port]): Packet => ({ way, device: device.slice(1, -1), address: addressOf(4, offset), protocol, port })))),
  );

interface Wrong {
  readonly packet: Packet;
  readonly verdict: string;
}

const firstWrong = (before: TableState, steps: Steps): Wrong | undefined => {
  const moments = momentsOf(before, steps);
  const behind = moments.at(-1) ?? before;
  for (const packet of packetsFor(before)) {
    const right = new Set([walk(packet, () => before), walk(packet, () => behind)]);
    for (let i = 0; i + 1 < moments.length; i++)
      for (let cut = 0; cut <= mostLookups; cut++) {
        let lookups = 0;
        const verdict = walk(packet, () => moments[lookups++ < cut ? i : i + 1] ?? behind);
        if (!right.has(verdict)) return { packet, verdict };
        if (lookups < cut) break;
      }
  }
  return undefined;
};

/** At each lookup, how many transactions landed since the one before. */
type Absences = readonly number[];
const absences: fc.Arbitrary<readonly Absences[]> = fc.array(fc.array(fc.constantFrom(0, 0, 0, 1, 1, 2, 3), { minLength: 8, maxLength: 8 }), { minLength: 30, maxLength: 30 });

/** A step waits until whoever has seen what was before the step ahead of it is through. */
const mayBe = (seen: readonly number[], waits: ReadonlySet<number>): boolean => ![...waits].some((step) => (seen[0] ?? 0) < step && (seen.at(-1) ?? 0) > step);

const wrongAfterAbsence = (before: TableState, steps: Steps, waits: ReadonlySet<number>, many: readonly Absences[]): Wrong | undefined => {
  const moments = momentsOf(before, steps);
  const behind = moments.at(-1) ?? before;
  for (const packet of packetsFor(before)) {
    const right = new Set([walk(packet, () => before), walk(packet, () => behind)]);
    for (const one of many) {
      const seen: number[] = [];
      const verdict = walk(packet, () => {
        seen.push(Math.min(moments.length - 1, (seen.at(-1) ?? 0) + (one[seen.length] ?? 0)));
        return moments[seen.at(-1) ?? 0] ?? behind;
      });
      if (mayBe(seen, waits) && !right.has(verdict)) return { packet, verdict };
    }
  }
  return undefined;
};

const same = (a: string, b: string): boolean => a === b;
const elementsOf = (table: TableState): unknown => [...table.maps].map(([name, { elements }]) => [name, [...elements].sort()]).sort();

describe('a change of policy in registers', () => {
  it('judges every packet as before it or as after it', () => {
    let steps = 0;
    fc.assert(
      fc.property(pairs, ([one, other]) => {
        const [was, is] = [stateOf(one), stateOf(other)];
        const change = diffState(was, is, same);
        steps += change.steps.length;
        expect(elementsOf(momentsOf(inetOf(was), change.steps).at(-1) ?? emptyTable)).toEqual(elementsOf(inetOf(is)));
        expect(firstWrong(inetOf(was), change.steps)).toBeUndefined();
      }),
      { numRuns: 300 },
    );
    expect(steps).toBeGreaterThan(900);
  });

  it('judges a packet that is away meanwhile as before it or as after it, because steps wait for it', () => {
    let waiting = 0;
    fc.assert(
      fc.property(pairs, absences, ([one, other], many) => {
        const [was, is] = [stateOf(one), stateOf(other)];
        const { steps, waits } = diffState(was, is, same);
        waiting += waits.size;
        expect(wrongAfterAbsence(inetOf(was), steps, waits, many)).toBeUndefined();
      }),
      { numRuns: 150 },
    );
    expect(waiting).toBeGreaterThan(50);
  });

  it.each([
    { name: 'nobody waits', kept: () => false },
    { name: 'only the last step waits', kept: (step: number, last: number) => step === last },
  ])('where $name, such a packet is found to be judged wrong', ({ kept }) => {
    const found = fc.check(
      fc.property(pairs, absences, ([one, other], many) => {
        const [was, is] = [stateOf(one), stateOf(other)];
        const change = diffState(was, is, same);
        const waits = new Set([...change.waits].filter((step) => kept(step, change.steps.length - 1)));
        return wrongAfterAbsence(inetOf(was), change.steps, waits, many) === undefined;
      }),
      { numRuns: 3000, endOnFailure: true },
    );
    expect(found.failed).toBe(true);
  });

  /** What concerns this map comes directly behind the first so many steps. */
  const moved = (steps: Steps, map: string, behind: number): Steps => {
    const isOf = (line: string): boolean => line.includes(` ${map} {`);
    const early = steps.slice(behind).flatMap((lines) => lines.filter(isOf));
    return [...steps.slice(0, behind), early, ...steps.slice(behind).map((lines) => lines.filter((line) => !isOf(line)))];
  };
  const together = (steps: Steps): Steps => [steps.flat()];
  /** Elements that a map of rows has in between and neither before nor behind. */
  const withoutInterim = (steps: Steps): Steps => {
    const gone = new Set(steps.at(-1)?.flatMap((line) => /^delete map inet firsthop (p_\S+)$/.exec(line)?.[1] ?? []));
    const isInterim = (line: string): boolean => gone.has(/^add element inet firsthop (p_\S+) /.exec(line)?.[1] ?? '');
    return steps.map((lines, i) => (i > 0 ? lines : lines.filter((line) => !isInterim(line))));
  };

  it.each([
    { name: 'in one transaction', broken: together },
    { name: 'that goes backwards', broken: (steps: Steps): Steps => steps.toReversed() },
    { name: 'without what old groups say to new profiles', broken: withoutInterim },
    { name: 'whose interfaces go over before the addresses', broken: (steps: Steps): Steps => moved(steps, 'to_if', 0) },
    { name: 'whose ranges change before the addresses in them', broken: (steps: Steps): Steps => moved(steps, 'range4', 1) },
    { name: 'whose numbers are forgotten when they are still in use', broken: (steps: Steps): Steps => [steps[0] ?? [], (steps.at(-1) ?? []).filter((line) => / (?:flush|delete) chain |^(?:flush|delete) chain inet firsthop [gw]_/.test(line)), ...steps.slice(1)] },
  ])('is found wrong where it is one $name', ({ broken }) => {
    const found = fc.check(
      fc.property(pairs, ([one, other]) => {
        const [was, is] = [stateOf(one), stateOf(other)];
        return firstWrong(inetOf(was), broken(diffState(was, is, same).steps)) === undefined;
      }),
      { numRuns: 300, endOnFailure: true },
    );
    expect(found.failed).toBe(true);
  });
});
