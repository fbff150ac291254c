export { Atlas, decisionAt, portOf, type Seat } from './atlas.ts';
export { ClusterTables, type Judge } from './cluster-tables.ts';
export type { Connection, ConnectionDifference, Finding } from './connection.ts';
export { worldChanges } from './world-changes.ts';
