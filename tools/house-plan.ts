/**
 * The house plan as data: every room, its layer, and the doors that lead out of it.
 *
 * One truth for four readers: the layer check (imports), the room generator (package.json, tsconfig.json),
 * the manifest check (declared dependencies) and docs/design/architecture.md (which explains the why).
 *
 * @module
 */

export type Layer = 'L0' | 'L1' | 'L2' | 'L3' | 'app' | 'testkit';

export interface Room {
  readonly folder: string;
  readonly layer: Layer;
  /** Rooms it may import, beside itself. */
  readonly doors: readonly string[];
  /** What belongs here; printed when somebody knocks at the wrong door. */
  readonly holds: string;
}

const room = (layer: Layer, name: string, doors: readonly string[], holds: string): [string, Room] => [
  name,
  { folder: layer === 'app' ? `apps/${name}` : `packages/${name}`, layer, doors, holds },
];

export const rooms: ReadonlyMap<string, Room> = new Map([
  room('L0', 'base', [], 'brands, results, hashes, desired-against-actual; no domain words'),
  room('L0', 'netaddr', ['base'], 'addresses, prefixes, ranges and port sets as integers'),
  room('L1', 'selector', ['base', 'netaddr'], 'label selectors: syntax, matching, incremental membership'),
  room('L1', 'inventory', ['base', 'netaddr', 'selector'], 'workloads, endpoints, namespaces, nodes, services as facts'),
  room('L1', 'policy', ['base', 'netaddr', 'selector', 'inventory'], 'the rule model of every kind, its parsing, the reference evaluator'),
  room('L1', 'plan', ['base', 'netaddr'], 'the node plan: what one node must enforce, and its deltas'),
  room('L2', 'compiler', ['base', 'netaddr', 'selector', 'inventory', 'policy', 'plan'], 'inventory and policy to node plans'),
  room('L2', 'classifier', ['base', 'netaddr', 'plan'], 'node plan to class tables, and questions to them'),
  room('L2', 'ruleset', ['base', 'netaddr', 'plan', 'classifier'], 'class tables to nft objects and back'),
  room('L2', 'simkernel', ['base', 'netaddr'], 'a kernel on paper: executes nft batches and walks packets through them, where there is no root'),
  room('L2', 'analysis', ['base', 'netaddr', 'selector', 'inventory', 'policy', 'plan', 'compiler', 'classifier'], 'questions to whole clusters: verdicts, connectivity, differences, reach, findings'),
  room('L2', 'objects', ['base', 'netaddr', 'selector', 'inventory', 'policy'], 'Kubernetes objects, as they are written, as facts'),
  room('L2', 'dialect', ['base', 'netaddr', 'selector', 'policy'], "policies of other systems (Antrea, Calico, Cilium) said in Firsthop's own kinds"),
  room('L3', 'manifest', ['base', 'netaddr', 'selector', 'inventory', 'policy', 'objects', 'dialect'], 'YAML and JSON files to facts and policies'),
  room('L3', 'kube', ['base', 'netaddr', 'selector', 'inventory', 'policy', 'objects'], 'the Kubernetes API: what it holds, followed as it changes, as facts and policies'),
  room('L3', 'trust', ['base'], 'who a peer is: certificate identities, the certificate authority'),
  room('L3', 'wire', ['base', 'netaddr', 'plan'], 'manager and agent messages and their session state machines, without sockets'),
  room('L3', 'memory', [], "what a process keeps of its host's memory: the allocator, the young heap, what is given back"),
  room('L3', 'transport', ['base', 'wire', 'plan', 'trust'], 'WebSockets that carry wire sessions'),
  room('L3', 'netlink', ['base'], 'AF_NETLINK from TypeScript: nf_tables, NFLOG, conntrack, rtnetlink; frames at an interface'),
  room('L3', 'hostif', ['base', 'netaddr', 'plan', 'netlink'], "this host's interfaces, bound to endpoints"),
  room('L3', 'dataplane', ['base', 'netaddr', 'ruleset', 'netlink'], 'the kernel made equal to the ruleset; kernel ports'),
  room('L3', 'federation', ['base', 'netaddr', 'selector', 'inventory', 'policy', 'trust'], 'what managers of several clusters tell each other'),
  room('L3', 'lab', ['base', 'netaddr', 'inventory', 'trust', 'simkernel'], 'nodes, pods and VM ports as network namespaces, and packet probes'),
  room('testkit', 'testkit', ['*'], 'scenarios and generators for tests'),
  room('app', 'agent', ['base', 'netaddr', 'memory', 'wire', 'transport', 'trust', 'plan', 'classifier', 'ruleset', 'dataplane', 'hostif'], 'one node: plan in, kernel out'),
  room('app', 'manager', ['base', 'netaddr', 'memory', 'selector', 'inventory', 'policy', 'plan', 'compiler', 'classifier', 'wire', 'transport', 'trust', 'manifest', 'objects', 'kube', 'federation'], 'one cluster: facts in, node plans out'),
  room('app', 'cli', ['base', 'netaddr', 'selector', 'inventory', 'policy', 'plan', 'compiler', 'classifier', 'analysis', 'dialect', 'manifest', 'federation', 'trust', 'transport', 'simkernel', 'lab'], 'the firsthop command'),
]);

/** L0 to L2 also run in the browser: no Node types, no DOM, no timers. */
export const isBrowserSafe = (layer: Layer): boolean => layer === 'L0' || layer === 'L1' || layer === 'L2';
