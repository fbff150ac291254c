/**
 * All facts of one cluster, and what it knows of others.
 *
 * Law: any order, repetition or loss of intermediate facts with equal last facts gives an equal inventory.
 * It owns its maps: mutated in place, never handed out. Each fact is answered with what it changed.
 *
 * @module
 */
import { assertNever, type Few, putInto, takeFrom } from '@firsthop/base';
import type { Address } from '@firsthop/netaddr';
import type { Labels } from '@firsthop/selector';
import { AddressBook, type AddressConflict, type OwnerChange } from './address-book.ts';
import type { ClusterPeer, Fact, Namespace, Node, Service } from './fact.ts';
import type { Enforcement, Workload, WorkloadId } from './workload.ts';

export type FactChange =
  | { readonly of: 'workload'; readonly id: WorkloadId; readonly was: Workload | undefined; readonly now: Workload | undefined; readonly owners: readonly OwnerChange[] }
  | { readonly of: 'namespace'; readonly id: string; readonly was: Namespace | undefined; readonly now: Namespace | undefined }
  | { readonly of: 'node'; readonly id: string; readonly was: Node | undefined; readonly now: Node | undefined }
  | { readonly of: 'service'; readonly id: string; readonly was: Service | undefined; readonly now: Service | undefined }
  | { readonly of: 'clusterPeer'; readonly id: string; readonly was: ClusterPeer | undefined; readonly now: ClusterPeer | undefined };

/** How the facts of a namespace, a node and a Service are named. */
export const namespaceId = (cluster: string, name: string): string => `${cluster}/${name}`;
export const nodeId = (cluster: string, name: string): string => `${cluster}/${name}`;
export const serviceId = (cluster: string, namespace: string, name: string): string => `${cluster}/${namespace}/${name}`;

/** The labels of a namespace that nobody has told us of: its true name is always known. */
export const impliedLabels = (namespace: string): Labels => new Map([['kubernetes.io/metadata.name', namespace]]);

export class Inventory {
  readonly cluster: string;
  readonly #workloads = new Map<WorkloadId, Workload>();
  readonly #namespaces = new Map<string, Namespace>();
  readonly #nodes = new Map<string, Node>();
  readonly #services = new Map<string, Service>();
  readonly #peers = new Map<string, ClusterPeer>();
  readonly #byNamespace = new Map<string, Few<WorkloadId>>();
  readonly #addresses: AddressBook;

  constructor(cluster: string) {
    this.cluster = cluster;
    this.#addresses = new AddressBook(cluster);
  }

  apply(fact: Fact): FactChange {
    switch (fact.of) {
      case 'workload':
        return this.#applyWorkload(fact.id, fact.now);
      case 'namespace':
        return { ...fact, was: replace(this.#namespaces, fact.id, fact.now) };
      case 'node':
        return { ...fact, was: replace(this.#nodes, fact.id, fact.now) };
      case 'service':
        return { ...fact, was: replace(this.#services, fact.id, fact.now) };
      case 'clusterPeer':
        return { ...fact, was: replace(this.#peers, fact.id, fact.now) };
      default:
        return assertNever(fact);
    }
  }

  workload(id: WorkloadId): Workload | undefined {
    return this.#workloads.get(id);
  }

  /** The workload that an address stands for as a peer; undefined where it is nobody's that we know. */
  workloadAt(address: Address): Workload | undefined {
    const owner = this.#addresses.ownerOf(address);
    return owner === undefined ? undefined : this.#workloads.get(owner);
  }

  workloadsIn(cluster: string, namespace: string): Iterable<WorkloadId> {
    return this.#byNamespace.get(namespaceId(cluster, namespace)) ?? [];
  }

  /** Undefined: nobody has told us of it; its labels are known all the same. */
  namespace(cluster: string, name: string): Namespace | undefined {
    return this.#namespaces.get(namespaceId(cluster, name));
  }

  namespaceLabels(cluster: string, namespace: string): Labels {
    return this.#namespaces.get(namespaceId(cluster, namespace))?.labels ?? impliedLabels(namespace);
  }

  enforcementOf({ cluster, namespace, enforcement }: Pick<Workload, 'cluster' | 'namespace' | 'enforcement'>): Enforcement {
    return enforcement ?? this.#namespaces.get(namespaceId(cluster, namespace))?.enforcement ?? 'Open';
  }

  node(cluster: string, name: string): Node | undefined {
    return this.#nodes.get(nodeId(cluster, name));
  }

  workloads(): Iterable<Workload> {
    return this.#workloads.values();
  }

  namespaces(): Iterable<Namespace> {
    return this.#namespaces.values();
  }

  nodes(): Iterable<Node> {
    return this.#nodes.values();
  }

  service(cluster: string, namespace: string, name: string): Service | undefined {
    return this.#services.get(serviceId(cluster, namespace, name));
  }

  services(): Iterable<Service> {
    return this.#services.values();
  }

  clusterPeers(): Iterable<ClusterPeer> {
    return this.#peers.values();
  }

  /** Addresses that several workloads claim; for status, they are decided all the same. */
  conflicts(): AddressConflict[] {
    return this.#addresses.conflicts();
  }

  #applyWorkload(id: WorkloadId, now: Workload | undefined): FactChange {
    const was = replace(this.#workloads, id, now);
    if (was !== undefined) takeFrom(this.#byNamespace, namespaceId(was.cluster, was.namespace), id);
    if (now !== undefined) putInto(this.#byNamespace, namespaceId(now.cluster, now.namespace), id);
    return { of: 'workload', id, was, now, owners: this.#addresses.replace(was, now) };
  }
}

const replace = <K, V>(map: Map<K, V>, key: K, now: V | undefined): V | undefined => {
  const was = map.get(key);
  if (now === undefined) map.delete(key);
  else map.set(key, now);
  return was;
};
