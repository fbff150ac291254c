import { type ClusterPeer, type Fact, Inventory, namespaceId, type Workload, workloadId } from '@firsthop/inventory';
import { everything, type LabelSelector } from '@firsthop/selector';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectExports } from './export-selection.ts';
import { PeerExports } from './peer-exports.ts';

/** Mostly what leaves: histories in which nothing does prove nothing. */
const cluster = fc.constantFrom('east', 'east', 'east', 'north');
const rarely = fc.constantFrom(false, false, false, true);
const labels = fc.constantFrom(new Map<string, string>(), new Map([['tier', 'web']]));
const gone = rarely;
const selector = fc.constantFrom<LabelSelector>(everything, { requirements: [{ key: 'tier', operator: 'In', values: ['web'] }] });

const workloadFact: fc.Arbitrary<Fact> = fc
  .record({ cluster, uid: fc.constantFrom('u1', 'u2', 'u3'), namespace: fc.constantFrom('shop', 'pay'), kind: fc.constantFrom('pod' as const, 'pod' as const, 'pod' as const, 'host' as const), hostNetwork: rarely, labels, gone })
  .map(({ cluster, uid, namespace, kind, hostNetwork, labels, gone }) => {
    const id = workloadId(cluster, uid);
    const now: Workload = { id, kind, cluster, namespace, name: uid, labels, hostNetwork, ports: [], endpoints: [] };
    return { of: 'workload', id, now: gone ? undefined : now };
  });
const namespaceFact: fc.Arbitrary<Fact> = fc
  .record({ cluster, name: fc.constantFrom('shop', 'pay'), labels, gone })
  .map(({ cluster, name, labels, gone }) => ({ of: 'namespace', id: namespaceId(cluster, name), now: gone ? undefined : { cluster, name, enforcement: 'Open', labels } }));
const peers = ['west', 'south'];
const peerFact: fc.Arbitrary<Fact> = fc
  .record({ cluster, peer: fc.constantFrom(...peers), namespaces: selector, workloads: selector, isSaid: fc.constantFrom(true, true, true, false), gone })
  .map(({ cluster, peer, namespaces, workloads, isSaid, gone }) => {
    const now: ClusterPeer = { cluster, peer, addresses: [], ...(isSaid ? { export: { namespaces, workloads } } : {}) };
    return { of: 'clusterPeer', id: `${cluster}/${peer}`, now: gone ? undefined : now };
  });
const fact = fc.oneof({ weight: 5, arbitrary: workloadFact }, { weight: 2, arbitrary: namespaceFact }, { weight: 1, arbitrary: peerFact });
const step = fc.oneof({ weight: 3, arbitrary: fact }, { weight: 1, arbitrary: fc.constant('publish' as const) });

/** Counts how often somebody looks at everything. */
class Watched extends Inventory {
  looks = 0;
  override workloads(): Iterable<Workload> {
    this.looks++;
    return super.workloads();
  }
}

describe('PeerExports', () => {
  it('holds what somebody finds who looks at everything', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 60, size: 'max' }), (steps) => {
        const inventory = new Inventory('east');
        const exports = new PeerExports('e', inventory);
        for (const one of [...steps, 'publish' as const]) {
          if (one !== 'publish') {
            exports.changed(inventory.apply(one));
            continue;
          }
          exports.publish();
          for (const name of peers) {
            const peer = [...inventory.clusterPeers()].find((known) => known.cluster === 'east' && known.peer === name);
            expect(new Map(exports.log(name).values())).toEqual(peer === undefined ? new Map() : selectExports(peer, inventory));
          }
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('looks at everything for a new peer alone', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(workloadFact, namespaceFact), { maxLength: 30 }), (facts) => {
        const inventory = new Watched('east');
        const exports = new PeerExports('e', inventory);
        exports.changed(inventory.apply({ of: 'clusterPeer', id: 'east/west', now: { cluster: 'east', peer: 'west', addresses: [], export: { namespaces: everything, workloads: everything } } }));
        exports.publish();
        inventory.looks = 0;
        for (const one of facts) {
          exports.changed(inventory.apply(one));
          exports.publish();
        }
        expect(inventory.looks).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});
