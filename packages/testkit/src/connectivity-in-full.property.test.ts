/** Law: lists say what the reference evaluator says of every member of every party: both families, replicas of one owner, all codes of ICMP. */
import { connectivity } from '@firsthop/analysis';
import type { Workload } from '@firsthop/inventory';
import { type Address, compareAddresses, type Family, familyOf, formatAddress, parseAddress } from '@firsthop/netaddr';
import { evaluate, type World, type Worlds } from '@firsthop/policy';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { addressOf, answers, cluster, interestingPorts, randomWorld } from './random-world.ts';

const transports = { TCP: 6, UDP: 17, SCTP: 132 } as const;
/** SCTP has no rule of its own in these worlds. */
const portsOf = (protocol: number): readonly number[] => (protocol === transports.SCTP ? [80] : interestingPorts.filter((port) => port > 0));
const icmpNames = { 4: ['ICMP', 1], 6: ['ICMPv6', 58] } as const;
const codes = [0, 3 * 256, 3 * 256 + 1, 3 * 256 + 2, 8 * 256, 9 * 256, 65_535];

interface Question {
  readonly protocol: number;
  readonly port: number;
}

/** What a line says of a question; written from contracts.md, and not from the code that prints it. Undefined: lines need not speak of that protocol. */
const isListed = (allowed: string, family: Family, { protocol, port }: Question): boolean | undefined => {
  const items = new Map(allowed.split(';').filter((item) => item !== '').map((item): [string, string] => [item.split(' ')[0] ?? '', item.split(' ').slice(1).join(' ')]));
  const inRuns = (text: string): boolean => text.split(',').some((run) => port >= Number(run.split('-')[0]) && port <= Number(run.split('-').at(-1)));
  for (const [name, number] of Object.entries(transports)) if (protocol === number) return items.has('All') || (items.has(name) && (items.get(name) === '' || inRuns(items.get(name) ?? '')));
  const [name, number] = icmpNames[family];
  const said = items.get(protocol === number ? name : String(protocol));
  if (said === undefined) return protocol === number ? items.has('All') : undefined;
  if (said === 'none') return false;
  return said === '' || said.split(',').some((part) => inIcmp(part, port));
};

/** `8/0`, `3/*`, `3/1-4`. */
const inIcmp = (part: string, port: number): boolean => {
  const [type, code = '*'] = part.split('/');
  if (Number(type) !== port >> 8) return false;
  const [first, last = first] = code.split('-');
  return code === '*' || ((port & 255) >= Number(first) && (port & 255) <= Number(last));
};

const questionsOf = (family: Family): Question[] => [
  ...Object.values(transports).flatMap((protocol) => portsOf(protocol).map((port) => ({ protocol, port }))),
  ...codes.map((port) => ({ protocol: icmpNames[family][1], port })),
  { protocol: 47, port: 0 },
];

const isAllowed = (worlds: Worlds, source: Address, destination: Address, { protocol, port }: Question): boolean => {
  const sides = { source: { address: source }, destination: { address: destination } };
  const icmp = protocol === 1 || protocol === 58;
  const probe = icmp ? { ...sides, protocol, icmp: { type: port >> 8, code: port & 255 } } : protocol === 47 ? { ...sides, protocol } : { ...sides, protocol, port };
  return evaluate(worlds, probe, { names: answers }).verdict === 'allow';
};

/** Everybody by the name that the lists have, with the addresses of a family. */
const partiesOf = ({ workloads }: World, family: Family): Map<string, Address[]> => {
  const parties = new Map<string, Address[]>();
  for (const { kind, namespace, name, owner, hostNetwork, endpoints } of workloads) {
    const addresses = endpoints.flatMap((endpoint) => endpoint.addresses).filter((address) => familyOf(address) === family);
    if (hostNetwork || addresses.length === 0) continue;
    const party = kind === 'vm' ? `vm:${namespace}/${name}` : `${namespace}/${owner?.name ?? name}[${owner?.kind ?? 'Pod'}]`;
    parties.set(party, [...(parties.get(party) ?? []), ...addresses]);
  }
  return parties;
};

/** Replicas of one owner, some of them alike. */
const withOwners = (world: World): World => ({ ...world, workloads: world.workloads.map((one): Workload => (one.kind === 'pod' && Number(one.name.slice(1)) < 3 ? { ...one, owner: { kind: 'Deployment', name: 'd' } } : one)) });

/** Nobody's, inside and outside of what prefixes cover; a DNS answer, which is nobody's too, stands on its own. */
const strangers = (family: Family): Address[] => [8, 11, 16, 1000].map((offset) => addressOf(family, offset));

const rangeHolding = (lines: readonly string[], address: Address): string | undefined =>
  lines.find((name) => {
    const [first, last] = name.replace('[External]', '').split('-').map((text) => parseAddress(text));
    return first?.ok === true && last?.ok === true && familyOf(first.value) === familyOf(address) && compareAddresses(first.value, address) <= 0 && compareAddresses(address, last.value) <= 0;
  });

const disagreement = (world: World, family: Family): string | undefined => {
  const worlds = new Map([[cluster, world]]);
  const lines = connectivity(worlds, { names: answers, family: family === 4 ? '4' : '6' });
  const byPair = new Map(lines.map(({ from, to, allowed }) => [`${from} ${to}`, allowed]));
  const parties = [...partiesOf(world, family)];
  const outsides = (side: 'from' | 'to'): string[] => [...new Set(lines.map((line) => line[side]).filter((name) => name.endsWith('[External]')))];
  const asked: [string, Address[], Address[]][] = parties.flatMap(([from, sources]) => parties.filter(([to]) => to !== from).map(([to, destinations]): [string, Address[], Address[]] => [byPair.get(`${from} ${to}`) ?? '', sources, destinations]));
  for (const stranger of strangers(family))
    for (const [party, addresses] of parties) {
      const [into, outOf] = [outsides('from').filter((name) => byPair.has(`${name} ${party}`)), outsides('to').filter((name) => byPair.has(`${party} ${name}`))];
      asked.push([byPair.get(`${rangeHolding(into, stranger)} ${party}`) ?? '', [stranger], addresses], [byPair.get(`${party} ${rangeHolding(outOf, stranger)}`) ?? '', addresses, [stranger]]);
    }
  for (const [allowed, sources, destinations] of asked)
    for (const question of questionsOf(family)) {
      const should = sources.some((source) => destinations.some((destination) => isAllowed(worlds, source, destination, question)));
      if ((isListed(allowed, family, question) ?? should) !== should) return `${sources.map(formatAddress).join()} to ${destinations.map(formatAddress).join()}, protocol ${question.protocol} port ${question.port}: "${allowed}", and the evaluator says ${should}`;
    }
  return undefined;
};

/** A party's word is what some member of it may say, so members of a party are not compared with each other. */
it.each([4, 6] as const)('a list holds every pair that may talk, with exactly what it may say, family %i', (family) => {
  fc.assert(fc.property(randomWorld.map(withOwners), (world) => void expect(disagreement(world, family)).toBeUndefined()), { numRuns: 30 });
});
