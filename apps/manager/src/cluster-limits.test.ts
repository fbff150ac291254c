import { endpointId, type Workload, workloadId } from '@firsthop/inventory';
import { ipv4 } from '@firsthop/netaddr';
import { expect, it } from 'vitest';
import { clusterLimits } from './cluster-limits.ts';

const workloads = Array.from({ length: 50 }, (_, i): Workload => {
  const id = workloadId('c', `u${i}`);
  return { id, kind: 'pod', cluster: 'c', namespace: 'a', name: `w${i}`, labels: new Map(), hostNetwork: false, ports: [], endpoints: [{ id: endpointId(id, 'eth0'), interfaceName: 'eth0', addresses: [ipv4(2 * i), ipv4(2 * i + 1)], allowedAddresses: [] }] };
});

it.each([
  { name: 'far from it', most: 126, says: undefined },
  { name: 'from four fifths on', most: 125, says: /^100 addresses of workloads; a selector may find at most 125/ },
  { name: 'at it', most: 100, says: /^100 addresses of workloads; a selector may find at most 100/ },
  { name: 'over it', most: 99, says: /^100 addresses of workloads, and a selector may find at most 99: agents refuse/ },
])('addresses of a cluster: $name', ({ most, says }) => {
  const said = clusterLimits(workloads, most);
  expect(said).toHaveLength(says === undefined ? 0 : 1);
  if (says !== undefined) expect(said[0]).toMatch(says);
});
