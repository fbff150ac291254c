export type { Connection, ConnectionDifference, Finding } from './connection.ts';
export { ingressTargets, type IngressTarget } from './ingress-targets.ts';
