export { type AgentAction, AgentSession, type Realization } from './agent-session.ts';
export { type AgentReport, ManagerSession, type ManagerSessionOptions, type SessionAction } from './manager-session.ts';
export { type AgentMessage, decodeAgentMessage, decodeManagerMessage, encodeAgentMessage, encodeManagerMessage, type EndpointState, type ManagerMessage, MAX_AGENT_FRAME, MAX_FRAME, PROTOCOL } from './message.ts';
export { isOlder } from './revision-order.ts';
