/**
 * What the ingress controller may reach, of what Ingress and Route objects ask of it.
 *
 * Who the controller is stands in no manifest. It is taken for a pod without labels in a namespace that nobody knows, so a line says that
 * policy lets any pod of the cluster in on those ports (as np-guard's analyzer has it).
 *
 * @module
 */
import { endpointId, type Workload, workloadId } from '@firsthop/inventory';
import { ipv4, ipv6, protocolNumbers } from '@firsthop/netaddr';
import type { World, Worlds } from '@firsthop/policy';
import type { Allowances, Allowed } from './allowance.ts';
import type { Link } from './link.ts';
import { controllerName } from './controller.ts';
import { ingressTargets } from './ingress-targets.ts';
import { type Party, partyName, type Spot } from './parties.ts';
import type { PlaceOf } from './place.ts';

const controllerNamespace = 'ingress-controller-ns';

/** Nobody gives these addresses away (RFC 5737, RFC 3849). */
const addresses = [ipv4(0xc000_02fe), ipv6((0x2001_0db8n << 96n) | 0xfen)];

const controllerIn = (cluster: string): Workload => {
  const id = workloadId(cluster, controllerName);
  const endpoint = { id: endpointId(id, 'eth0'), interfaceName: 'eth0', addresses, allowedAddresses: [] };
  return { id, kind: 'pod', cluster, namespace: controllerNamespace, name: controllerName, labels: new Map(), hostNetwork: false, ports: [], endpoints: [endpoint] };
};

/** With a controller wherever somebody asks for one. It has no node, so nothing is enforced at it. */
export const withControllers = (worlds: Worlds): Worlds =>
  new Map([...worlds].map(([name, world]): [string, World] => [name, world.ingresses.length === 0 ? world : { ...world, workloads: [...world.workloads, controllerIn(world.cluster)] }]));

/** By party: what its members are asked to serve. */
const askedOf = (world: World, withClusters: boolean, allowances: Allowances): Map<string, Allowed> => {
  const byId = new Map(world.workloads.map((workload) => [workload.id, workload]));
  const asked = new Map<string, Allowed>();
  for (const { workloadId: id, ports } of ingressTargets(world)) {
    const workload = byId.get(id);
    if (workload === undefined) continue;
    const name = partyName(workload, withClusters);
    const set = allowances.ports(protocolNumbers.TCP, ports);
    const other = asked.get(name);
    asked.set(name, other === undefined ? set : allowances.either(other, set));
  }
  return asked;
};

export function* ingressConnections(worlds: Worlds, parties: readonly Party[], allowances: Allowances, placeOf: PlaceOf): Generator<Link> {
  const spots = new Map(parties.map((party) => [party.name, party.spots]));
  for (const world of worlds.values()) {
    if (world.ingresses.length === 0) continue;
    const controller: Spot = { workload: undefined, places: addresses.filter((address) => (typeof address === 'number') === (allowances.family === 4)).map(placeOf), seat: undefined };
    for (const [name, asked] of askedOf(world, worlds.size > 1, allowances)) {
      const allowed = allowances.between([controller], spots.get(name) ?? []);
      const both = allowed === undefined ? undefined : allowances.both(allowed, asked);
      if (both !== undefined && both.text !== '') yield { from: controllerName, to: name, allowed: both };
    }
  }
}
