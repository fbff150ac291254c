/**
 * Address groups: the addresses behind every peer term, as of one moment.
 *
 * A term is a selector, a Service, the nodes with some labels, a DNS name; or a selector (or everybody) with a port name: then it has one
 * group for each protocol and number that the name stands for among the members, because a named egress port is resolved at the
 * destination.
 *
 * An address counts for its owner only, so no address ever stands for two workloads. Whom a group is of is kept with the peer that
 * names it, so that compiled rules may be kept while their members come and go.
 *
 * @module
 */
import { canonicalJson } from '@firsthop/base';
import type { Inventory, Workload } from '@firsthop/inventory';
import { type Address, type Addresses, protocolNumbers, type TransportName } from '@firsthop/netaddr';
import { type AddressGroup, type AddressGroupId, addressGroupId, type PlanPeer } from '@firsthop/plan';
import { canonicalWorkloadSelector, clusterLabels, type ClusterScope, everything, type LabelSelector, matchesLabels, type WorkloadSelector } from '@firsthop/selector';
import type { SelectorPool } from './selector-pool.ts';
import { type GroupSource, uses, type Who } from './group-source.ts';
import type { Naming } from './naming.ts';
import { selectorKey } from './selector-key.ts';

export type GroupPeer = PlanPeer & { readonly kind: 'group' };

/** What a port name means, and for whom. */
export interface NamedGroup {
  readonly peer: GroupPeer;
  readonly protocol: number;
  readonly number: number;
}

/** Addresses that DNS answered with, by name. */
export type Names = ReadonlyMap<string, readonly Address[]>;

const isIn = (scope: ClusterScope, cluster: string): boolean => scope.kind === 'any' || (scope.kind === 'named' ? scope.cluster === cluster : matchesLabels(scope.selector, clusterLabels(cluster)));

const isNamed = (pattern: string, name: string): boolean => (pattern.startsWith('*.') ? name.length >= pattern.length && name.endsWith(pattern.slice(1)) : name === pattern);

const equal = (a: Addresses, b: Addresses): boolean => {
  if (a.size !== b.size) return false;
  for (const address of a) if (!b.has(address)) return false;
  return true;
};

export class PeerGroups {
  readonly #inventory: Inventory;
  readonly #pool: SelectorPool;
  readonly #answers: Names;
  readonly #name: Naming;
  readonly #sources = new WeakMap<GroupPeer, GroupSource>();
  #groups = new Map<AddressGroupId, AddressGroup>();
  #before = new Map<AddressGroupId, AddressGroup>();
  #named = new Map<string, readonly NamedGroup[]>();
  #addresses = new Map<Workload, readonly Address[]>();

  constructor(inventory: Inventory, pool: SelectorPool, answers: Names, name: Naming) {
    this.#inventory = inventory;
    this.#pool = pool;
    this.#answers = answers;
    this.#name = name;
  }

  /** Some fact is another one than before: members are counted again when they are asked for. */
  forgetMembers(): void {
    if (this.#groups.size + this.#named.size + this.#addresses.size === 0) return;
    for (const [id, group] of this.#groups) this.#before.set(id, group);
    this.#groups = new Map();
    this.#named = new Map();
    this.#addresses = new Map();
  }

  /** Nobody needs what was not asked for since `forgetMembers`. */
  forgetUnused(): void {
    this.#before = new Map();
  }

  plain(selector: WorkloadSelector): GroupPeer {
    return this.#peer({ selector: selectorKey(selector) }, { kind: 'workloads', who: selector });
  }

  service(namespace: string, name: string): GroupPeer {
    return this.#peer({ service: [namespace, name] }, { kind: 'service', namespace, name });
  }

  nodes(clusters: ClusterScope, labels: LabelSelector): GroupPeer {
    const text = canonicalWorkloadSelector({ kind: 'host', clusters, namespaces: { kind: 'any' }, labels });
    return this.#peer({ nodes: text }, { kind: 'nodes', clusters, labels });
  }

  answers(pattern: string): GroupPeer {
    return this.#peer({ names: pattern }, { kind: 'answers', pattern });
  }

  everyPod(): GroupPeer {
    return this.plain({ kind: 'pod', clusters: { kind: 'any' }, namespaces: { kind: 'any' }, labels: everything });
  }

  /** Ascending by protocol and number; `protocol: undefined` takes every one that the name is used with. */
  named(who: Who, name: string, protocol: TransportName | undefined): readonly NamedGroup[] {
    const selector = who === undefined ? undefined : selectorKey(who);
    const key = canonicalJson({ selector, name, protocol });
    const known = this.#named.get(key);
    if (known !== undefined) return known;
    const found = new Map<string, { readonly protocol: TransportName; readonly number: number }>();
    for (const member of this.#members(who))
      if (this.#owned(member).length > 0) for (const port of member.ports) if (port.name === name && (protocol === undefined || port.protocol === protocol)) found.set(`${port.protocol}/${port.number}`, port);
    const sorted = [...found.values()].map((use) => ({ ...use, wire: protocolNumbers[use.protocol] })).sort((a, b) => a.wire - b.wire || a.number - b.number);
    const groups = sorted.map(({ protocol: transport, number, wire }): NamedGroup => ({
      peer: this.#peer({ selector, name, protocol: wire, number }, { kind: 'workloads', who, use: { name, protocol: transport, number } }),
      protocol: wire,
      number,
    }));
    this.#named.set(key, groups);
    return groups;
  }

  /** The group that a peer of this object's making names, as of now. */
  groupOf(peer: GroupPeer): AddressGroup {
    const known = this.#groups.get(peer.group);
    if (known !== undefined) return known;
    const members = new Set(this.#addressesOf(this.sourceOf(peer)));
    const was = this.#before.get(peer.group);
    const group = was !== undefined && equal(was.members, members) ? was : { id: peer.group, members };
    this.#groups.set(peer.group, group);
    return group;
  }

  /** Of a peer of this object's making. */
  sourceOf(peer: GroupPeer): GroupSource {
    const source = this.#sources.get(peer);
    if (source === undefined) throw new Error(`no address group ${peer.group}`);
    return source;
  }

  /** Of nodes and names, whose members are found without any selector. */
  looseMembers(source: Extract<GroupSource, { readonly kind: 'nodes' | 'answers' }>): Address[] {
    if (source.kind === 'answers') return [...this.#answers].flatMap(([name, addresses]) => (isNamed(source.pattern, name) ? addresses : []));
    return [...this.#inventory.nodes()].filter((node) => isIn(source.clusters, node.cluster) && matchesLabels(source.labels, node.labels)).flatMap(({ addresses }) => addresses);
  }

  /** Undefined: nobody is behind it. */
  behind({ namespace, name }: Extract<GroupSource, { readonly kind: 'service' }>): WorkloadSelector | undefined {
    const service = this.#inventory.service(this.#inventory.cluster, namespace, name);
    return service?.selector === undefined ? undefined : { kind: 'pod', clusters: { kind: 'named', cluster: service.cluster }, namespaces: { kind: 'named', namespace }, labels: service.selector };
  }

  #addressesOf(source: GroupSource): Iterable<Address> {
    if (source.kind === 'nodes' || source.kind === 'answers') return this.looseMembers(source);
    const owned = (members: readonly Workload[]): Address[] => members.flatMap((member) => this.#owned(member));
    if (source.kind === 'workloads') return owned(this.#members(source.who).filter((member) => source.use === undefined || uses(member, source.use)));
    const behind = this.behind(source);
    return behind === undefined ? [] : owned(this.#members(behind));
  }

  #peer(content: Readonly<Record<string, unknown>>, source: GroupSource): GroupPeer {
    const peer: GroupPeer = { kind: 'group', group: addressGroupId(this.#name(canonicalJson(content))) };
    this.#sources.set(peer, source);
    return peer;
  }

  #members(who: Who): Workload[] {
    if (who === undefined) return [...this.#inventory.workloads()].filter(({ hostNetwork }) => !hostNetwork);
    return [...this.#pool.members(this.#pool.borrow(who))].flatMap((id) => this.#inventory.workload(id) ?? []);
  }

  #owned(workload: Workload): readonly Address[] {
    const known = this.#addresses.get(workload);
    if (known !== undefined) return known;
    const owned = workload.endpoints.flatMap(({ addresses }) => addresses).filter((address) => this.#inventory.workloadAt(address)?.id === workload.id);
    this.#addresses.set(workload, owned);
    return owned;
  }
}
