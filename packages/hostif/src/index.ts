export { bindEndpoints, type Bindings, type Unbound } from './bind-endpoints.ts';
export { type HostLinks, type Link, listLinks } from './host-links.ts';
export { simulatedLinks } from './simulated-links.ts';
export { watchLinks } from './watch-links.ts';
export { type HookCounts, PathProof, type PathReading } from './path-proof.ts';
export { type LinkTraffic, readTraffic } from './read-traffic.ts';
export { findBypasses } from './find-bypasses.ts';
export type { LinkPath, PathFilter } from './link-paths.ts';
