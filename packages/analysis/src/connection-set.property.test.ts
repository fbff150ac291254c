/** Laws of connection sets: what they join and print is what stands in them, protocol by protocol and port by port. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allowedBy, connectionText, type ConnectionSet, everyConnection, inFamily, intersection, noConnection, type PortRun, union } from './connection-set.ts';
import type { Row } from '@firsthop/classifier';

const edges = [0, 1, 2, 79, 80, 81, 255, 256, 511, 512, 2048, 2049, 65_534, 65_535];
/** 47 and 50 are no transports; 99 is named by nobody. */
const protocols = [1, 6, 17, 47, 50, 58, 132];

/** Neighbours with one answer are one run, as a row's steps make them. */
const runsOf = (cuts: readonly number[], open: readonly boolean[]): PortRun[] => {
  const starts = [...new Set([0, ...cuts])].sort((a, b) => a - b);
  const runs: [number, number][] = [];
  for (const [i, first] of starts.entries()) {
    if (open[i % open.length] !== true) continue;
    const last = (starts[i + 1] ?? 65_536) - 1;
    const before = runs.at(-1);
    if (before !== undefined && before[1] + 1 === first) before[1] = last;
    else runs.push([first, last]);
  }
  return runs;
};

const runs = fc.tuple(fc.subarray(edges), fc.array(fc.boolean(), { minLength: 1, maxLength: 4 })).map(([cuts, open]) => runsOf(cuts, open));
const isAsRest = (one: readonly PortRun[], rest: boolean): boolean => (rest ? one.length === 1 && one[0]?.[0] === 0 && one[0][1] === 65_535 : one.length === 0);
const sets: fc.Arbitrary<ConnectionSet> = fc
  .record({ rest: fc.boolean(), list: fc.array(fc.tuple(fc.constantFrom(...protocols), runs), { maxLength: 4 }) })
  .map(({ rest, list }) => ({ rest, protocols: new Map(list.filter(([, one]) => !isAsRest(one, rest))) }));

const holds = ({ protocols, rest }: ConnectionSet, protocol: number, port: number): boolean => protocols.get(protocol)?.some(([first, last]) => first <= port && port <= last) ?? rest;
const everywhere = [...protocols, 99].flatMap((protocol) => edges.map((port): readonly [number, number] => [protocol, port]));
const contents = (set: ConnectionSet): boolean[] => everywhere.map(([protocol, port]) => holds(set, protocol, port));

/** Equal sets are written in one way, since sets are compared by what is written. */
const expectCanonical = ({ protocols, rest }: ConnectionSet): void => {
  for (const runs of protocols.values()) {
    expect(isAsRest(runs, rest)).toBe(false);
    for (const [i, [first]] of runs.entries()) expect(i === 0 || first > (runs[i - 1]?.[1] ?? 0) + 1).toBe(true);
  }
};

it('both and either mean what they say, and are written in one way', () => {
  fc.assert(
    fc.property(sets, sets, (a, b) => {
      const [both, either] = [intersection(a, b), union(a, b)];
      expect(contents(both)).toEqual(everywhere.map(([protocol, port]) => holds(a, protocol, port) && holds(b, protocol, port)));
      expect(contents(either)).toEqual(everywhere.map(([protocol, port]) => holds(a, protocol, port) || holds(b, protocol, port)));
      expectCanonical(both);
      expectCanonical(either);
    }),
    { numRuns: 1000 },
  );
});

it('of a row it holds what is allowed, and of a family everything but the other one\'s ICMP', () => {
  const id = (isOpen: boolean, i: number): Row['rest'] => `${isOpen ? 'open' : 'shut'}${i}` as Row['rest'];
  fc.assert(
    fc.property(sets, (set) => {
      const steps = (runs: readonly PortRun[]): { first: number; last: number; decision: Row['rest'] }[] => edges.map((first, i) => ({ first, last: (edges[i + 1] ?? 65_536) - 1, decision: id(runs.some(([from, to]) => from <= first && first <= to), i) }));
      const row = { id: '' as Row['id'], protocols: new Map([...set.protocols].map(([protocol, runs]) => [protocol, steps(runs)])), rest: id(set.rest, 99) };
      const allowed = allowedBy(row, (decision) => decision.startsWith('open'));
      expect(contents(allowed)).toEqual(contents(set));
      expectCanonical(allowed);
      for (const [family, foreign] of [[4, 58], [6, 1]] as const) {
        const kept = inFamily(set, family);
        expect(contents(kept)).toEqual(everywhere.map(([protocol, port]) => protocol !== foreign && holds(set, protocol, port)));
        expect(kept.protocols.has(foreign)).toBe(set.rest);
      }
    }),
    { numRuns: 500 },
  );
});

describe('texts', () => {
  const tcp = (...runs: readonly PortRun[]): ConnectionSet => ({ rest: false, protocols: new Map([[6, runs]]) });
  const but = (protocol: number, ...runs: readonly PortRun[]): ConnectionSet => ({ rest: true, protocols: new Map([[protocol, runs]]) });
  it.each<readonly [string, ConnectionSet, 4 | 6 | 'dual', string]>([
    ['nothing', noConnection, 4, ''],
    ['everything', everyConnection, 'dual', 'All'],
    ['a port and a range', tcp([80, 80], [8080, 8090]), 4, 'TCP 80,8080-8090'],
    ['port 0 is no port', tcp([0, 0]), 4, ''],
    ['from port 0 on', tcp([0, 80]), 4, 'TCP 1-80'],
    ['a transport whole', tcp([0, 65_535]), 4, 'TCP 1-65535'],
    ['the three of them whole, and nothing else', { rest: false, protocols: new Map([6, 17, 132].map((protocol) => [protocol, [[0, 65_535] as const]])) }, 4, 'All;ICMP none'],
    ['the same in both families', { rest: false, protocols: new Map([6, 17, 132].map((protocol) => [protocol, [[0, 65_535] as const]])) }, 'dual', 'All;ICMP none;ICMPv6 none'],
    ['everything but ICMP', but(1), 4, 'All;ICMP none'],
    ['the other family does not have it', but(1), 6, 'All'],
    ['one type and code', { rest: false, protocols: new Map([[1, [[2048, 2048]]]]) }, 4, 'ICMP 8/0'],
    ['one type whole', { rest: false, protocols: new Map([[58, [[768, 1023]]]]) }, 6, 'ICMPv6 3/*'],
    ['codes of two types', { rest: false, protocols: new Map([[1, [[769, 1025]]]]) }, 4, 'ICMP 3/1-255,4/0-1'],
    ['ICMP whole, the transports not', but(6, [80, 80]), 4, 'TCP 80;UDP 1-65535;SCTP 1-65535;ICMP'],
    ['another protocol', { rest: false, protocols: new Map([[47, [[0, 65_535]]]]) }, 4, '47'],
    ['everything but another protocol', but(47), 4, 'All;47 none'],
    ['two others, by number', { rest: false, protocols: new Map([[50, [[0, 65_535]]], [47, [[0, 65_535]]]]) }, 4, '47;50'],
    ['type 0 whole, and the next type', { rest: false, protocols: new Map([[1, [[0, 256]]]]) }, 4, 'ICMP 0/*,1/0'],
  ])('%s', (_, set, family, text) => expect(connectionText(set, family)).toBe(text));
});
