/** Law: the prepared whole of a cluster says what the reference evaluator says, of anybody to anybody. */
import { Atlas } from '@firsthop/analysis';
import { canonicalJson } from '@firsthop/base';
import { endpointId, type Workload, workloadId } from '@firsthop/inventory';
import { type Address, formatAddress } from '@firsthop/netaddr';
import { decidingAt, evaluate, type Probe, type World } from '@firsthop/policy';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { addressOf, answers, cluster, interestingPorts, randomWorld } from './random-world.ts';

/** Every pod of the world has a brother in everything but its name and address. */
const withBrothers = (world: World): World => {
  const brothers = world.workloads
    .filter(({ hostNetwork }) => !hostNetwork)
    .map((one, i): Workload => {
      const id = workloadId(cluster, `b${i}`);
      return { ...one, id, name: `b${i}`, endpoints: one.endpoints.map((endpoint) => ({ ...endpoint, id: endpointId(id, 'eth0'), addresses: [addressOf(4, 16 + i), addressOf(6, 16 + i)] })) };
    });
  const hosts = world.nodes.map((node): Workload => {
    const id = workloadId(cluster, `host:${node.name}`);
    return { id, kind: 'host', cluster, namespace: '', name: node.name, labels: node.labels, node: node.name, hostNetwork: false, ports: [], endpoints: [{ id: endpointId(id, 'host'), interfaceName: 'host', addresses: node.addresses, allowedAddresses: [] }] };
  });
  return { ...world, workloads: [...world.workloads, ...brothers, ...hosts] };
};

/** 60 probes a run: about 10^4 cases here, 10^6 at night. */
const numRuns = process.env['FIRSTHOP_NIGHTLY'] === '1' ? 17_000 : 170;

const protocols = [1, 6, 17, 47, 58];
const remotes: readonly Address[] = ([4, 6] as const).flatMap((family) => [...Array.from({ length: 24 }, (_, offset) => addressOf(family, offset)), addressOf(family, 1000)]);

const probes = (world: World): fc.Arbitrary<Probe> =>
  fc.record({ source: fc.constantFrom(...remotes), destination: fc.constantFrom(...remotes), protocol: fc.constantFrom(...protocols), port: fc.constantFrom(...interestingPorts, 3 * 256 + 1, 3 * 256 + 2, 8 * 256 + 1), isNamed: fc.boolean() }).map(({ source, destination, protocol, port, isNamed }): Probe => {
    const sender = isNamed ? world.workloads.find(({ endpoints }) => endpoints.some(({ addresses }) => addresses.includes(source))) : undefined;
    const ends = { source: { address: source, ...(sender === undefined ? {} : { workload: sender.id }) }, destination: { address: destination } };
    if (protocol === 1 || protocol === 58) return { ...ends, protocol, icmp: { type: port >> 8, code: port & 255 } };
    return protocol === 47 ? { ...ends, protocol } : { ...ends, protocol, port };
  });

/** Without what is undefined, so that absence is written in one way. */
const plain = (value: unknown): string => canonicalJson(JSON.parse(JSON.stringify(value)));

it.each(['all', 'external'] as const)('an atlas judges as the reference evaluator does, ip blocks %s', (ipBlocks) => {
  const reasons = new Set<string>();
  fc.assert(
    fc.property(
      randomWorld.map(withBrothers).chain((world) => fc.tuple(fc.constant(world), fc.array(probes(world), { minLength: 60, maxLength: 60 }))),
      ([world, asked]) => {
        const worlds = new Map([[cluster, world]]);
        const atlas = new Atlas(decidingAt(worlds, undefined), { ipBlocks, names: answers });
        for (const probe of asked) {
          const { monitor: _, ...expected } = evaluate(worlds, probe, { ipBlocks, names: answers });
          for (const decision of [expected.egress, expected.ingress]) reasons.add(`${decision?.reason} ${decision?.verdict}`);
          const is = plain(atlas.verdict(probe));
          if (is !== plain(expected)) expect({ from: formatAddress(probe.source.address), to: formatAddress(probe.destination.address), probe: { protocol: probe.protocol, port: probe.port }, is }).toEqual({ is: plain(expected) });
        }
      },
    ),
    { numRuns },
  );
  for (const reason of ['self allow', 'ownNode allow', 'rule allow', 'rule drop', 'rule reject', 'isolated drop', 'tierDefault drop', 'workloadDefault allow', 'workloadDefault drop', 'undefined undefined']) expect(reasons).toContain(reason);
});
