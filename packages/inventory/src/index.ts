export type { ClusterPeer, Enforcement, Fact, Namespace, Node, Service, ServicePort } from './fact.ts';
export { type Endpoint, endpointId, type EndpointId, type NamedPort, type Workload, workloadId, type WorkloadId } from './workload.ts';
