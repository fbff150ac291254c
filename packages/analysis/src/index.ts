export type { Connection, ConnectionDifference, Finding } from './connection.ts';
export { worldChanges } from './world-changes.ts';
