/**
 * Whether the policy in force denies a connection at an endpoint of this node. Pure.
 *
 * @module
 */
import { type ClassTables, judge } from '@firsthop/classifier';
import type { Connection } from '@firsthop/dataplane';
import { type Address, AddressMap } from '@firsthop/netaddr';
import type { PlanEndpoint } from '@firsthop/plan';

const ownersIn = ({ endpoints }: ClassTables): ReadonlyMap<Address, PlanEndpoint> => new Map([...endpoints.values()].flatMap((endpoint) => endpoint.addresses.map((address): [Address, PlanEndpoint] => [address, endpoint])));

/** Holds on to the classes as they are now: those of a classifier's tables move with its next plan. */
export const deniedBy = (now: ClassTables): ((connection: Connection) => boolean) => {
  const tables = { ...now, addresses: AddressMap.from(now.addresses) };
  const owners = ownersIn(tables);
  const isAllowed = (endpoint: PlanEndpoint | undefined, direction: 'ingress' | 'egress', address: Address, { protocol, port }: Connection): boolean =>
    endpoint === undefined || judge(tables, { group: endpoint.policyGroup, direction, address, protocol, port }).verdict === 'allow';
  return (connection) => {
    const { from, to } = connection;
    const [sender, receiver] = [owners.get(from), owners.get(to)];
    // Through a Service a workload may meet itself.
    if (sender === receiver) return false;
    // A pod's own node always reaches it.
    const isNode = receiver?.kind === 'pod' && connection.isFromHost;
    return !(isAllowed(sender, 'egress', to, connection) && (isNode || isAllowed(receiver, 'ingress', from, connection)));
  };
};
