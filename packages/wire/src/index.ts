export { type AgentAction, AgentSession, type Realization } from './agent-session.ts';
export type { Frame } from './frames/frame-builder.ts';
export { FrameWriter } from './frames/frame-writer.ts';
export { type ManagerMessage, readFrame } from './frames/read-frame.ts';
export { headsOf } from './frames/read-heads.ts';
export { type AgentReport, ManagerSession, type ManagerSessionOptions, type SessionAction } from './manager-session.ts';
export { type AgentMessage, decodeAgentMessage, encodeAgentMessage, type EndpointNews, type EndpointState, MAX_AGENT_FRAME, MAX_FRAME, PROTOCOL } from './message.ts';
export { type NodeFeed, PlanFeed, type PlanFeedOptions } from './plan-feed.ts';
export { isOlder } from './revision-order.ts';
