export { AddressBook, type AddressConflict, claimedAddresses, type OwnerChange } from './address-book.ts';
export type { ClusterPeer, Fact, Namespace, Node, Service, ServicePort } from './fact.ts';
export { type IngressBackend, type IngressRoute, portsBehind } from './ingress-route.ts';
export { type FactChange, impliedLabels, Inventory, namespaceId, nodeId, serviceId } from './inventory.ts';
export { type Endpoint, type Enforcement, endpointId, type EndpointId, type NamedPort, type Workload, workloadId, type WorkloadId } from './workload.ts';
