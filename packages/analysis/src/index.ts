export { Atlas, decisionAt, decisionOf, portOf, type Seat } from './atlas.ts';
export { ClusterTables, type Judge } from './cluster-tables.ts';
export { type ConnectionSet, connectionText } from './connection-set.ts';
export { connectivity, type ConnectivityOptions } from './connectivity.ts';
export type { Connection, ConnectionDifference, Finding } from './connection.ts';
export { ingressTargets, type IngressTarget } from './ingress-targets.ts';
export { worldChanges } from './world-changes.ts';
