/** Laws of the lists: what `connectivity` allows is what the reference evaluator allows, and `differences` is the difference of two lists. */
import { type Connection, connectivity, differences } from '@firsthop/analysis';
import type { Workload } from '@firsthop/inventory';
import { type Address, formatAddress, parseAddress } from '@firsthop/netaddr';
import { evaluate, type Policy, type Probe, type World } from '@firsthop/policy';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { addressOf, answers, cluster, interestingPorts, randomWorld } from './random-world.ts';

const protocols: Readonly<Record<string, number>> = { TCP: 6, UDP: 17, SCTP: 132, ICMP: 1 };
const ports = interestingPorts.filter((port) => port > 0);

const runsOf = (text: string): [number, number][] => text.split(',').map((run) => (run.includes('-') ? (run.split('-').map(Number) as [number, number]) : [Number(run), Number(run)]));

/** What a printed set says of TCP, UDP, SCTP. */
const says = (allowed: string, protocol: string, port: number): boolean => {
  const items = allowed.split(';');
  if (items[0] === 'All') return true;
  const item = items.find((one) => one.startsWith(`${protocol} `));
  return item !== undefined && runsOf(item.slice(protocol.length + 1)).some(([first, last]) => first <= port && port <= last);
};

const saysIcmp = (allowed: string): boolean => {
  const items = allowed.split(';');
  const item = items.find((one) => one === 'ICMP' || one.startsWith('ICMP '));
  if (item === undefined) return items[0] === 'All';
  return item === 'ICMP' || item.slice(5).split(',').some((run) => run === '8/*' || run === '8/0' || run.startsWith('8/0-'));
};

const nameOf = ({ kind, namespace, name }: Workload): string => (kind === 'vm' ? `vm:${namespace}/${name}` : `${namespace}/${name}[Pod]`);
const v4 = ({ endpoints }: Workload): Address | undefined => endpoints[0]?.addresses.find((address) => typeof address === 'number');

const isAllowed = (world: World, probe: Probe): boolean => evaluate(new Map([[cluster, world]]), probe, { names: answers }).verdict === 'allow';
const probeOf = (from: Address, to: Address, protocol: number, port: number, sender?: Workload): Probe => {
  const ends = { source: { address: from, ...(sender === undefined ? {} : { workload: sender.id }) }, destination: { address: to } };
  return protocol === 1 ? { ...ends, protocol, icmp: { type: 8, code: 0 } } : { ...ends, protocol, port };
};

const options = { family: '4', names: answers } as const;
const keyed = (list: readonly Connection[]): Map<string, string> => new Map(list.map(({ from, to, allowed }) => [`${from} > ${to}`, allowed]));

/** Nobody's: inside of the prefixes that the worlds use, and far from them. */
const strangers = [addressOf(4, 14), addressOf(4, 31), addressOf(4, 100), addressOf(4, 5000)];
const inRange = (name: string, address: Address): boolean => {
  const form = /^([\d.]+)-([\d.]+)\[External\]$/.exec(name);
  const [first, last] = [parseAddress(form?.[1] ?? ''), parseAddress(form?.[2] ?? '')];
  return first.ok && last.ok && first.value <= address && address <= last.value;
};

it('a list allows what the evaluator allows', () => {
  let lines = 0;
  fc.assert(
    fc.property(randomWorld, fc.constantFrom(...strangers), fc.constantFrom(...ports), (world, stranger, port) => {
      const list = connectivity(new Map([[cluster, world]]), options);
      lines += list.length;
      const texts = keyed(list);
      const parties = world.workloads.flatMap((workload) => (v4(workload) === undefined ? [] : [{ name: nameOf(workload), address: v4(workload) as Address, workload }]));
      const compare = (text: string, probe: (protocol: number) => Probe, what: string): void => {
        for (const [name, protocol] of Object.entries(protocols)) {
          const is = name === 'ICMP' ? saysIcmp(text) : says(text, name, port);
          if (is !== isAllowed(world, probe(protocol))) throw new Error(`${what} ${name} ${port}: the list says ${String(is)} (${text})`);
        }
      };
      for (const { name: from, address: source, workload } of parties) {
        for (const { name: to, address: destination } of parties) if (from !== to) compare(texts.get(`${from} > ${to}`) ?? '', (protocol) => probeOf(source, destination, protocol, port, workload), `${from} > ${to}`);
        if (answers.get('example.com')?.includes(stranger) === true) continue;
        const into = list.find((line) => line.to === from && inRange(line.from, stranger))?.allowed ?? '';
        const out = list.find((line) => line.from === from && inRange(line.to, stranger))?.allowed ?? '';
        compare(into, (protocol) => probeOf(stranger, source, protocol, port), `${formatAddress(stranger)} > ${from}`);
        compare(out, (protocol) => probeOf(source, stranger, protocol, port, workload), `${from} > ${formatAddress(stranger)}`);
      }
    }),
    { numRuns: 400 },
  );
  expect(lines).toBeGreaterThan(1000);
});

const otherDefault = (tier: World['tiers'][number]): World['tiers'][number] => ({ ...tier, defaultAction: tier.defaultAction === 'Drop' ? 'Continue' : 'Drop' });

/** A world with other policies: some gone, one closed. */
const edited = (world: World): fc.Arbitrary<World> =>
  fc.record({ kept: fc.subarray([...world.policies]), closed: fc.nat() }).map(({ kept, closed }): World => {
    const close = (policy: Policy): Policy => ({ ...policy, ingress: policy.ingress === undefined ? undefined : [] });
    return { ...world, policies: kept.map((policy, i) => (i === closed % 4 ? close(policy) : policy)) };
  });

it.each([
  { name: 'of the same facts', change: (world: World) => edited(world) },
  { name: 'of other facts', change: (world: World) => edited({ ...world, workloads: world.workloads.map((one, i) => (i === 0 ? { ...one, labels: new Map([['app', 'z']]) } : one)) }) },
  { name: 'of other tiers', change: (world: World) => edited({ ...world, tiers: world.tiers.map(otherDefault) }) },
])('differences are what differs between two lists, $name', ({ change }) => {
  let found = 0;
  fc.assert(
    fc.property(
      randomWorld.chain((world) => fc.tuple(fc.constant(world), change(world))),
      ([before, after]) => {
        const [was, is] = [new Map([[cluster, before]]), new Map([[cluster, after]])];
        const lists = [keyed(connectivity(was, options)), keyed(connectivity(is, options))] as const;
        const all = differences(was, is, options);
        found += all.length;
        const among = all.filter(({ from, to }) => !from.endsWith('[External]') && !to.endsWith('[External]'));
        const expected = [...new Set([...lists[0].keys(), ...lists[1].keys()])].filter((key) => !key.includes('[External]') && lists[0].get(key) !== lists[1].get(key));
        expect(among.map(({ from, to, before: b, after: a }) => [`${from} > ${to}`, b, a]).sort()).toEqual(expected.map((key) => [key, lists[0].get(key), lists[1].get(key)]).sort());
        // Whom DNS names is no outside as long as a policy asks for the name, so the two sides may put him into different ranges.
        for (const stranger of strangers.filter((address) => ![...answers.values()].flat().includes(address)))
          for (const party of new Set(before.workloads.map(nameOf))) {
            const at = (list: ReadonlyMap<string, string>): string => [...list].find(([key]) => key.endsWith(` > ${party}`) && inRange(key.slice(0, key.indexOf(' > ')), stranger))?.[1] ?? '';
            const told = all.find(({ from, to }) => to === party && inRange(from, stranger));
            expect([told?.before ?? (told === undefined ? at(lists[0]) : ''), told?.after ?? (told === undefined ? at(lists[0]) : '')]).toEqual([at(lists[0]), at(lists[1])]);
          }
      },
    ),
    { numRuns: 200 },
  );
  expect(found).toBeGreaterThan(100);
});
