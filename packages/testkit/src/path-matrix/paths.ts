/**
 * Every way a packet may take past a node, and who judges it there.
 *
 * @module
 */
export type Party = 'p1' | 'p2' | 'p3' | 'v' | 'w' | 'n1' | 'n2' | 'outside';

/** `judged`: policy in this direction decides. Otherwise why it does not. */
export type Judged = 'judged' | 'no endpoint' | 'own node' | 'itself';

export interface Path {
  readonly name: string;
  readonly from: Party;
  /** Where it ends. */
  readonly to: Party;
  /** How it is addressed, where that is not its own address: a Service, or a port of a node. */
  readonly through?: 'service' | 'node port';
  readonly egress: Judged;
  readonly ingress: Judged;
}

/** p1, p2, v, w are on n1; p3 on n2. */
export const paths: readonly Path[] = [
  { name: 'pod to pod, same node', from: 'p1', to: 'p2', egress: 'judged', ingress: 'judged' },
  { name: 'pod to pod, other node', from: 'p1', to: 'p3', egress: 'judged', ingress: 'judged' },
  { name: 'pod to its node', from: 'p1', to: 'n1', egress: 'judged', ingress: 'no endpoint' },
  { name: 'pod to another node', from: 'p1', to: 'n2', egress: 'judged', ingress: 'no endpoint' },
  { name: 'node to its pod', from: 'n1', to: 'p1', egress: 'no endpoint', ingress: 'own node' },
  { name: "node to another's pod", from: 'n2', to: 'p1', egress: 'no endpoint', ingress: 'judged' },
  { name: 'pod to Service to pod', from: 'p1', to: 'p2', through: 'service', egress: 'judged', ingress: 'judged' },
  { name: 'pod to Service to pod, other node', from: 'p1', to: 'p3', through: 'service', egress: 'judged', ingress: 'judged' },
  { name: 'pod to Service to itself', from: 'p2', to: 'p2', through: 'service', egress: 'itself', ingress: 'itself' },
  { name: 'node to Service to its pod', from: 'n1', to: 'p2', through: 'service', egress: 'no endpoint', ingress: 'own node' },
  { name: "node to Service to another's pod", from: 'n1', to: 'p3', through: 'service', egress: 'no endpoint', ingress: 'judged' },
  { name: 'outside to node port to pod', from: 'outside', to: 'p2', through: 'node port', egress: 'no endpoint', ingress: 'judged' },
  { name: 'outside to node port to pod, other node', from: 'outside', to: 'p3', through: 'node port', egress: 'no endpoint', ingress: 'judged' },
  { name: 'pod to node port to pod', from: 'p1', to: 'p2', through: 'node port', egress: 'judged', ingress: 'judged' },
  { name: 'outside to pod', from: 'outside', to: 'p1', egress: 'no endpoint', ingress: 'judged' },
  { name: 'pod to outside, masqueraded', from: 'p1', to: 'outside', egress: 'judged', ingress: 'no endpoint' },
  { name: 'machine to machine, same bridge', from: 'v', to: 'w', egress: 'judged', ingress: 'judged' },
  { name: 'machine to pod', from: 'v', to: 'p1', egress: 'judged', ingress: 'judged' },
  { name: 'machine to pod, other node', from: 'v', to: 'p3', egress: 'judged', ingress: 'judged' },
  { name: 'pod to machine', from: 'p1', to: 'w', egress: 'judged', ingress: 'judged' },
  { name: 'machine to Service to pod', from: 'v', to: 'p2', through: 'service', egress: 'judged', ingress: 'judged' },
  { name: 'machine to outside, masqueraded', from: 'v', to: 'outside', egress: 'judged', ingress: 'no endpoint' },
  { name: 'outside to machine', from: 'outside', to: 'v', egress: 'no endpoint', ingress: 'judged' },
  { name: 'machine to its node', from: 'v', to: 'n1', egress: 'judged', ingress: 'no endpoint' },
  { name: 'node to its machine', from: 'n1', to: 'v', egress: 'no endpoint', ingress: 'judged' },
];

export const protocols = ['TCP', 'UDP', 'ICMP'] as const;
export type PathProtocol = (typeof protocols)[number];

/** Services and node ports are of a port; nobody translates ICMP. */
export const isPassable = ({ through }: Path, protocol: PathProtocol): boolean => through === undefined || protocol !== 'ICMP';
