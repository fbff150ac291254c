export { appRouter, type AppRouter } from './app-router.ts';
export type { ExportedEndpoint } from './exported-endpoint.ts';
export type { Caller, ClusterInfo, ClusterStatus, FederationContext, NodeStatus, PolicyStatus, SharedPolicy } from './federation-context.ts';
export { type FederationServer, serveFederation } from './federation-server.ts';
export { type ClientTls, connectPeerClient, type PeerClient, type PeerClientOptions } from './peer-client.ts';
export { type FeedEvent, readFeedEvent } from './feed-event.ts';
export { PeerExports } from './peer-exports.ts';
export { PeerFeed } from './peer-feed.ts';
export { type LogEvent, ResumableLog } from './resumable-log.ts';
