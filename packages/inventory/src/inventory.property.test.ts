import { ipv4 } from '@firsthop/netaddr';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fact } from './fact.ts';
import { Inventory, namespaceId, nodeId } from './inventory.ts';
import { endpointId, type Workload, workloadId } from './workload.ts';

const cluster = fc.constantFrom('east', 'west');
const address = fc.integer({ min: 1, max: 4 }).map(ipv4);
const workloadFact: fc.Arbitrary<Fact> = fc.record({ cluster, uid: fc.constantFrom('u1', 'u2', 'u3'), namespace: fc.constantFrom('shop', 'pay'), hostNetwork: fc.boolean(), addresses: fc.array(address, { maxLength: 2 }), gone: fc.boolean() }).map(
  ({ cluster, uid, namespace, hostNetwork, addresses, gone }) => {
    const id = workloadId(cluster, uid);
    const endpoints = [{ id: endpointId(id, 'eth0'), interfaceName: 'eth0', addresses, allowedAddresses: [] }];
    const now: Workload = { id, kind: 'pod', cluster, namespace, name: uid, labels: new Map(), hostNetwork, ports: [], endpoints };
    return { of: 'workload', id, now: gone ? undefined : now };
  },
);
const namespaceFact: fc.Arbitrary<Fact> = fc.record({ cluster, name: fc.constantFrom('shop', 'pay'), enforcement: fc.constantFrom('Open' as const, 'Full' as const), gone: fc.boolean() }).map(({ cluster, name, enforcement, gone }) => ({
  of: 'namespace', id: namespaceId(cluster, name), now: gone ? undefined : { cluster, name, enforcement, labels: new Map([['kubernetes.io/metadata.name', name]]) },
}));
const nodeFact: fc.Arbitrary<Fact> = fc.record({ cluster, name: fc.constantFrom('n1', 'n2'), gone: fc.boolean() }).map(({ cluster, name, gone }) => ({
  of: 'node', id: nodeId(cluster, name), now: gone ? undefined : { cluster, name, labels: new Map(), addresses: [] },
}));
const fact = fc.oneof({ weight: 4, arbitrary: workloadFact }, namespaceFact, nodeFact);

/** Everything that can be asked, in an order of its own. */
const seen = (inventory: Inventory): unknown => ({
  workloads: [...inventory.workloads()].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  namespaces: [...inventory.namespaces()].toSorted((a, b) => (a.cluster + a.name < b.cluster + b.name ? -1 : 1)),
  nodes: [...inventory.nodes()].toSorted((a, b) => (a.cluster + a.name < b.cluster + b.name ? -1 : 1)),
  owners: [1, 2, 3, 4].map((n) => inventory.workloadAt(ipv4(n))?.id),
  conflicts: inventory.conflicts(),
  members: ['east', 'west'].flatMap((c) => ['shop', 'pay'].map((n) => [...inventory.workloadsIn(c, n)].toSorted())),
  enforcement: ['east', 'west'].flatMap((c) => ['shop', 'pay'].map((n) => inventory.enforcementOf({ cluster: c, namespace: n }))),
});

describe('Inventory', () => {
  it('is a function of the last fact about each thing', () => {
    fc.assert(
      fc.property(
        fc.array(fact, { maxLength: 30 }).chain((history) => {
          const last = [...new Map(history.map((it) => [`${it.of} ${it.id}`, it])).values()];
          return fc.record({ history: fc.constant(history), last: fc.shuffledSubarray(last, { minLength: last.length }) });
        }),
        ({ history, last }) => {
          const long = new Inventory('east');
          for (const it of history) long.apply(it);
          for (const it of history) if (last.includes(it)) long.apply(it);
          const short = new Inventory('east');
          for (const it of last) short.apply(it);
          expect(seen(long)).toEqual(seen(short));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('reports every change of an owner, so that folding the reports gives the owners', () => {
    fc.assert(
      fc.property(fc.array(workloadFact, { maxLength: 30 }), (history) => {
        const inventory = new Inventory('east');
        const owners = new Map<unknown, unknown>();
        for (const it of history) {
          const change = inventory.apply(it);
          if (change.of !== 'workload') continue;
          for (const { address, was, now } of change.owners) {
            expect(owners.get(address)).toBe(was);
            owners.set(address, now);
          }
          for (const n of [1, 2, 3, 4]) expect(owners.get(n)).toBe(inventory.workloadAt(ipv4(n))?.id);
        }
      }),
      { numRuns: 300 },
    );
  });
});
