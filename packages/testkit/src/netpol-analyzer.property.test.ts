/**
 * Who reaches whom on which ports, against lists that this project did not write (fixtures/netpol-analyzer).
 *
 * The verdict between two parties changes only at a port that the input names, or behind it. So asking at each of these gives the exact
 * set, and not a sample of it.
 */
import type { Workload } from '@firsthop/inventory';
import { loadManifests, readSources } from '@firsthop/manifest';
import { type Address, parseAddress, protocolNumbers } from '@firsthop/netaddr';
import type { World } from '@firsthop/policy';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { byEvaluator, byTables, isPassed, type Judge, type Question } from './index.ts';

interface Case {
  readonly name: string;
  readonly dir: string;
  readonly expectedFile: string;
  /** Kinds of policy that the verdicts hang on. */
  readonly needs: readonly string[];
}

const root = new URL('../fixtures/netpol-analyzer/', import.meta.url);
const cases = JSON.parse(readFileSync(new URL('cases.json', root), 'utf8')) as readonly Case[];
/** Which kinds of policy each of the two ways reads yet. */
const tabled = new Set(['np']);
const tabledCases = cases.filter(({ needs }) => needs.every((kind) => tabled.has(kind)));

const outside = '0.0.0.0-255.255.255.255[External]';
const stranger = ((read) => {
  if (!read.ok) throw new Error(read.error);
  return read.value;
})(parseAddress('203.0.113.9'));

/** Every pod of an owner is the same party; the first one speaks for it. */
const partiesOf = ({ workloads }: World): Map<string, Address> => {
  const name = ({ namespace, name, owner }: Workload): string => `${namespace}/${owner?.name ?? name}[${owner?.kind ?? 'Pod'}]`;
  const pods = workloads.map((workload): [string, Address] => [name(workload), workload.endpoints[0]!.addresses[0]!]);
  return new Map([...pods.reverse(), [outside, stranger]]);
};

/** Where a verdict may change: every port that is written somewhere, and the one behind it. */
const breaksOf = (world: World): number[] => {
  const rules = world.policies.flatMap(({ ingress, egress }) => [...(ingress ?? []), ...(egress ?? [])]);
  const written = rules.flatMap(({ ports }) => (ports.kind === 'set' ? ports.ports.flatMap((port) => (port.kind === 'range' ? [port.range.first, port.range.last + 1] : [])) : []));
  const named = world.workloads.flatMap(({ ports }) => ports.flatMap(({ number }) => [number, number + 1]));
  return [...new Set([1, ...written, ...named])].filter((port) => port >= 1 && port <= 65_535).sort((a, b) => a - b);
};

const rangesOf = (breaks: readonly number[], isOpen: (port: number) => boolean): string[] => {
  const ranges: [number, number][] = [];
  for (const [i, first] of breaks.entries()) {
    if (!isOpen(first)) continue;
    const last = (breaks[i + 1] ?? 65_536) - 1;
    const open = ranges.at(-1);
    if (open !== undefined && open[1] === first - 1) open[1] = last;
    else ranges.push([first, last]);
  }
  return ranges.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`));
};

const connections = (breaks: readonly number[], ask: (question: Omit<Question, 'source' | 'destination'>) => boolean): string => {
  const open = (['SCTP', 'TCP', 'UDP'] as const).map((name): [string, string] => [name, rangesOf(breaks, (port) => ask({ protocol: protocolNumbers[name], port })).join(',')]);
  if (open.every(([, ranges]) => ranges === '1-65535')) return 'All Connections';
  return open.filter(([, ranges]) => ranges !== '').map(([name, ranges]) => `${name} ${ranges}`).join(',');
};

/** Lines `A => B : CONNECTIONS`; nobody with himself, and not outside with outside. */
const listOf = (world: World, judge: Judge): string[] => {
  const ask = judge(world, { ipBlocks: 'external' });
  const breaks = breaksOf(world);
  const parties = [...partiesOf(world)];
  return parties.flatMap(([from, source]) =>
    parties.flatMap(([to, destination]) => {
      if (from === to) return [];
      const allowed = connections(breaks, (question) => isPassed(ask({ source, destination, ...question })));
      return allowed === '' ? [] : [`${from} => ${to} : ${allowed}`];
    }),
  );
};

/** That project's model has no host network: such pods are pods like any other, with addresses of their own. */
const withoutHostNetwork = (text: string): string => text.replaceAll(/(hostNetwork"?: )true/g, '$1false').replaceAll(/(podIP"?: )"?[\d.]+"?/g, '$1""');

const judges: readonly { readonly by: string; readonly judge: Judge; readonly asked: readonly Case[] }[] = [
  { by: 'evaluator', judge: byEvaluator, asked: cases },
  { by: 'compiler and classifier', judge: byTables, asked: tabledCases },
];

describe.each(judges)('netpol-analyzer, $by, $asked.length cases', ({ judge, asked }) => {
  it.each(asked)('$name', ({ dir, expectedFile }) => {
    const loaded = loadManifests(readSources([new URL(dir, root).pathname]).sources.map(({ file, text }) => ({ file, text: withoutHostNetwork(text) })));
    // One policy there has a name that Kubernetes would not take.
    expect(loaded.errors.filter(({ code, path }) => code !== 'NAME_INVALID' || path !== 'metadata.name')).toEqual([]);
    const expected = readFileSync(new URL(expectedFile, root), 'utf8').split('\n').filter((line) => line !== '');
    expect(listOf(loaded.clusters.get('local')!.world, judge).sort()).toEqual(expected.sort());
  });
});

it('is the whole corpus', () => expect([cases.length, tabledCases.length]).toEqual([35, 9]));
