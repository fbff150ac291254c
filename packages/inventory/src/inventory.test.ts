import { ipv4 } from '@firsthop/netaddr';
import { describe, expect, it } from 'vitest';
import { Inventory } from './inventory.ts';
import { endpointId, type Workload, workloadId } from './workload.ts';

const pod = (cluster: string, uid: string, more: Partial<Workload> = {}): Workload => {
  const id = workloadId(cluster, uid);
  const endpoints = [{ id: endpointId(id, 'eth0'), interfaceName: 'eth0', addresses: [ipv4(10)], allowedAddresses: [] }];
  return { id, kind: 'pod', cluster, namespace: 'shop', name: uid, labels: new Map(), hostNetwork: false, ports: [], endpoints, ...more };
};
const put = (inventory: Inventory, now: Workload): void => void inventory.apply({ of: 'workload', id: now.id, now });

describe('an address that two workloads claim', () => {
  it('belongs to the lowest id, and is reported', () => {
    const inventory = new Inventory('east');
    put(inventory, pod('east', 'b'));
    put(inventory, pod('east', 'a'));
    expect(inventory.workloadAt(ipv4(10))?.name).toBe('a');
    expect(inventory.conflicts()).toEqual([{ address: 10, owner: 'east/a', others: ['east/b'] }]);
  });

  it('never goes to another cluster while a workload of this one has it', () => {
    const inventory = new Inventory('west');
    put(inventory, pod('east', 'a'));
    put(inventory, pod('west', 'z'));
    expect(inventory.workloadAt(ipv4(10))?.id).toBe('west/z');
  });

  it('goes to the recreated pod when the old one is gone, whichever is heard of first', () => {
    const inventory = new Inventory('east');
    put(inventory, pod('east', 'old'));
    put(inventory, pod('east', 'recreated'));
    inventory.apply({ of: 'workload', id: workloadId('east', 'old'), now: undefined });
    expect(inventory.workloadAt(ipv4(10))?.name).toBe('recreated');
    expect(inventory.conflicts()).toEqual([]);
  });

  it('is not claimed by a workload that shares its node\'s addresses', () => {
    const inventory = new Inventory('east');
    put(inventory, pod('east', 'a', { hostNetwork: true }));
    expect(inventory.workloadAt(ipv4(10))).toBeUndefined();
  });
});

describe('a namespace without a fact', () => {
  it('still has its true name, and leaves its workloads open', () => {
    const inventory = new Inventory('east');
    expect(inventory.namespaceLabels('east', 'shop').get('kubernetes.io/metadata.name')).toBe('shop');
    expect(inventory.enforcementOf({ cluster: 'east', namespace: 'shop' })).toBe('Open');
  });
});
