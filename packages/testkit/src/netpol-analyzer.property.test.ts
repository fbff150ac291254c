/**
 * Who reaches whom on which ports, against lists that this project did not write (fixtures/netpol-analyzer).
 *
 * The verdict between two parties changes only at a port that the input names, or behind it. So asking at each of these gives the exact
 * set, and not a sample of it.
 */
import type { Workload } from '@firsthop/inventory';
import { loadManifests, readSources } from '@firsthop/manifest';
import { type Address, type Cidr, cidrRange, formatAddress, ipv4, protocolNumbers } from '@firsthop/netaddr';
import type { Peer, World } from '@firsthop/policy';
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

const cidrsIn = (peer: Peer): readonly Cidr[] => (peer.kind === 'cidr' ? [peer.cidr, ...peer.except] : peer.kind === 'some' ? peer.peers.flatMap(cidrsIn) : []);

/** Outside, cut where some policy can tell addresses apart: first address and name of each range. */
const outsidesOf = ({ policies }: World): (readonly [string, Address])[] => {
  const rules = policies.flatMap(({ ingress, egress }) => [...(ingress ?? []), ...(egress ?? [])]);
  const ranges = rules.flatMap(({ peers }) => (peers.kind === 'set' ? peers.peers.flatMap(cidrsIn) : [])).map(cidrRange);
  const cuts = ranges.flatMap(({ first, last }) => (typeof first === 'number' && typeof last === 'number' ? [first, last + 1] : []));
  const firsts = [...new Set([0, ...cuts])].filter((cut) => cut < 2 ** 32).sort((x, y) => x - y);
  return firsts.map((first, i) => [`${formatAddress(ipv4(first))}-${formatAddress(ipv4((firsts[i + 1] ?? 2 ** 32) - 1))}[External]`, ipv4(first)]);
};

/** Every pod of an owner is the same party; the first one speaks for it. */
const partiesOf = (world: World): Map<string, Address> => {
  const name = ({ namespace, name, owner }: Workload): string => `${namespace}/${owner?.name ?? name}[${owner?.kind ?? 'Pod'}]`;
  const pods = world.workloads.filter(({ kind }) => kind !== 'host').map((workload): [string, Address] => [name(workload), workload.endpoints[0]!.addresses[0]!]);
  return new Map([...pods.reverse(), ...outsidesOf(world)]);
};

/** The lists cut outside where they like: neighbours with equal connections become one. */
const merged = (lines: readonly string[]): string[] => {
  const byRest = new Map<string, [number, number][]>();
  const number = (text: string): number => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  for (const line of lines) {
    const [, head = '', first, last, tail = ''] = /^(.*?)([\d.]+)-([\d.]+)(\[External\].*)$/.exec(line) ?? [undefined, line];
    const ranges = byRest.get(`${head}@${tail}`) ?? [];
    byRest.set(`${head}@${tail}`, ranges);
    if (first !== undefined && last !== undefined) ranges.push([number(first), number(last)]);
  }
  return [...byRest].flatMap(([rest, ranges]) => {
    const joined: [number, number][] = [];
    for (const [first, last] of ranges.sort(([x], [y]) => x - y)) {
      const open = joined.at(-1);
      if (open !== undefined && open[1] + 1 === first) open[1] = last;
      else joined.push([first, last]);
    }
    return joined.length === 0 ? [rest] : joined.map(([first, last]) => rest.replace('@', `${formatAddress(ipv4(first))}-${formatAddress(ipv4(last))}`));
  }).sort();
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
      if (from === to || (from.endsWith('[External]') && to.endsWith('[External]'))) return [];
      const allowed = connections(breaks, (question) => isPassed(ask({ source, destination, ...question })));
      return allowed === '' ? [] : [`${from} => ${to} : ${allowed}`];
    }),
  );
};

/** That project's model has no host network: such pods are pods like any other, with addresses of their own. */
const withoutHostNetwork = (text: string): string => text.replaceAll(/(hostNetwork"?: )true/g, '$1false').replaceAll(/(podIP"?: )"?[\d.]+"?/g, '$1""');

const judges: readonly { readonly by: string; readonly judge: Judge; readonly asked: readonly Case[] }[] = [
  { by: 'evaluator', judge: byEvaluator, asked: cases },
  { by: 'compiler and classifier', judge: byTables, asked: cases },
];

describe.each(judges)('netpol-analyzer, $by, $asked.length cases', ({ judge, asked }) => {
  it.each(asked)('$name', ({ dir, expectedFile }) => {
    const loaded = loadManifests(readSources([new URL(dir, root).pathname]).sources.map(({ file, text }) => ({ file, text: withoutHostNetwork(text) })));
    // One policy there has a name that Kubernetes would not take.
    expect(loaded.errors.filter(({ code, path }) => code !== 'NAME_INVALID' || path !== 'metadata.name')).toEqual([]);
    const expected = readFileSync(new URL(expectedFile, root), 'utf8').split('\n').filter((line) => line !== '');
    expect(merged(listOf(loaded.clusters.get('local')!.world, judge))).toEqual(merged(expected));
  });
});

it('is the whole corpus', () => expect(cases).toHaveLength(35));
