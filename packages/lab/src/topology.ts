/**
 * The lab's network on paper: which namespaces there are and how they hang together. Pure.
 *
 *     outside ──┐                       every address that is no workload's and no node's
 *               │
 *     wire ── wire0 ── node a ── fhp1 ── pod        routed, a /32 (and /128) each
 *      │        │         └──── fhbr0 ── fhv2 ── VM stand-in on a bridge port
 *   managers    └───── node b ── ...
 *
 * Nothing is made in the namespace of the host itself.
 *
 * @module
 */
import { type Address, type Family, familyOf, ipv4, ipv6 } from '@firsthop/netaddr';

/** An `ip netns` name. */
export type NamespaceName = string;

export interface LabNode {
  readonly cluster: string;
  readonly name: string;
  readonly namespace: NamespaceName;
  readonly addresses: readonly Address[];
}

export interface LabWorkload {
  readonly cluster: string;
  /** `vm`: a stand-in, a namespace behind a bridge port. */
  readonly kind: 'pod' | 'vm';
  /** `namespace/name`. */
  readonly name: string;
  readonly namespace: NamespaceName;
  readonly node: LabNode;
  /** Host side of its veth, in the node's namespace. */
  readonly device: string;
  readonly mac: string;
  readonly addresses: readonly Address[];
}

export interface Topology {
  readonly run: string;
  readonly wire: NamespaceName;
  readonly outside: NamespaceName;
  readonly nodes: readonly LabNode[];
  readonly workloads: readonly LabWorkload[];
  readonly outsideAddresses: readonly Address[];
}

export interface NodeWish {
  readonly cluster: string;
  readonly name: string;
  /** Empty: the lab gives it one of each family. */
  readonly addresses: readonly Address[];
}

export interface WorkloadWish {
  readonly cluster: string;
  readonly kind: 'pod' | 'vm';
  readonly name: string;
  readonly node: string;
  readonly addresses: readonly Address[];
  readonly mac?: string;
}

export interface LabWish {
  /** Four hex digits: tells labs apart that run at the same time. */
  readonly run: string;
  readonly nodes: readonly NodeWish[];
  readonly workloads: readonly WorkloadWish[];
  readonly outside: readonly Address[];
}

export const namespacePrefix = (run: string): string => `firsthop-${run}-`;

/** Devices that the lab's agents may hold to be theirs: pods, VM ports, and the bridge of the VMs. */
export const exclusivePrefixes: readonly string[] = ['fhp', 'fhv', 'fhbr'];
export const vmBridge = 'fhbr0';
export const uplink = 'up0';

/** Where pods and VMs send everything; the node answers for it on each of their interfaces. */
export const gateway: Readonly<Record<Family, Address>> = { 4: ipv4(0xa9fe_0101), 6: ipv6((0xfe80n << 112n) | 1n) };

const underlay = (third: number, fourth: number): Address[] => [ipv4(((172 << 24) | (30 << 16) | (third << 8) | fourth) >>> 0), ipv6((0xfd30n << 112n) | (BigInt(third) << 16n) | BigInt(fourth))];

export const outsideRouter: readonly Address[] = underlay(255, 254);
/** Where the manager of the nth cluster listens, from 0. */
export const managerAddresses = (cluster: number): Address[] => underlay(255, 1 + cluster);

const macOf = (index: number): string => `0a:f1:00:00:${hexByte(index >> 8)}:${hexByte(index & 255)}`;
const hexByte = (value: number): string => value.toString(16).padStart(2, '0');

export const planTopology = (wish: LabWish): Topology => {
  const prefix = namespacePrefix(wish.run);
  const nodes = wish.nodes.map(
    (node, i): LabNode => ({ cluster: node.cluster, name: node.name, namespace: `${prefix}n${i}`, addresses: node.addresses.length > 0 ? node.addresses : underlay(0, i + 1) }),
  );
  const topology: Topology = { run: wish.run, wire: `${prefix}wire`, outside: `${prefix}outside`, nodes, workloads: [], outsideAddresses: wish.outside };
  return { ...topology, workloads: wish.workloads.map((workload, i) => planWorkload(topology, workload, i)) };
};

/** `index` must be unique in the lab. */
export const planWorkload = (topology: Topology, wish: WorkloadWish, index: number): LabWorkload => {
  const node = topology.nodes.find(({ cluster, name }) => cluster === wish.cluster && name === wish.node);
  if (node === undefined) throw new Error(`the lab has no node ${wish.node} in cluster ${wish.cluster} for ${wish.name}`);
  const letter = wish.kind === 'pod' ? 'p' : 'v';
  return {
    cluster: wish.cluster,
    kind: wish.kind,
    name: wish.name,
    namespace: `${namespacePrefix(topology.run)}${letter}${index}`,
    node,
    device: `fh${letter}${index}`,
    mac: wish.mac ?? macOf(index),
    addresses: wish.addresses,
  };
};

export const ofFamily = (addresses: readonly Address[], family: Family): Address[] => addresses.filter((address) => familyOf(address) === family);
