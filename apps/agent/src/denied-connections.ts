/**
 * Whether the policy in force denies a connection at an endpoint of this node. Pure.
 *
 * @module
 */
import { type ClassTables, judge } from '@firsthop/classifier';
import { type Connection, turnedAround } from '@firsthop/dataplane';
import { type Address, AddressMap } from '@firsthop/netaddr';
import type { PlanEndpoint } from '@firsthop/plan';

const TCP = 6;

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

/**
 * Denied from whichever end it may have begun. Too strict by nature: a conversation that one side may begin and the other may not is ended, too, where it may be
 * either's; whoever may begins it again. `isAdopting`: TCP from the middle is wanted, and not judged so.
 */
export const deniedEitherWay = (now: ClassTables, isAdopting: boolean): ((connection: Connection) => boolean) => {
  const isDenied = deniedBy(now);
  const mayBeBackwards = ({ mayBeBackwards, protocol }: Connection): boolean => mayBeBackwards && !(isAdopting && protocol === TCP);
  return (connection) => isDenied(connection) || (mayBeBackwards(connection) && isDenied(turnedAround(connection)));
};
