export { AgentLink, type AgentLinkOptions, type LinkTls } from './agent-link.ts';
export { AgentServer, type AgentServerOptions, type ServerSession } from './agent-server.ts';
export { askControl } from './control-client.ts';
export { type ControlRoutes, serveControl } from './control-socket.ts';
