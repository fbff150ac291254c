export type { Connection, ConnectionDifference, Finding } from './connection.ts';
