/**
 * What each peer may see of this cluster, kept from change to change: one log for each peer.
 *
 * Law: what is in a peer's log after `publish` is what `selectExports` finds in the whole inventory. Work is proportional to what changed, but for a peer that is
 * new or has other selectors: for that one alone everything is looked at.
 *
 * @module
 */
import type { ClusterPeer, FactChange, Inventory, WorkloadId } from '@firsthop/inventory';
import { leaves, namespaceKey, selectExports, workloadKey } from './export-selection.ts';
import { type ExportedEndpoint, exportNamespace, exportWorkload } from './exported-endpoint.ts';
import { ResumableLog } from './resumable-log.ts';

/** What leaves for one peer. */
interface Leaving {
  readonly peer: ClusterPeer;
  readonly log: ResumableLog<ExportedEndpoint>;
  /** Of each workload that leaves, and how many leave from each. */
  readonly namespaceOf: Map<WorkloadId, string>;
  readonly workloadsFrom: Map<string, number>;
}

const same = (a: ExportedEndpoint, b: ExportedEndpoint): boolean => JSON.stringify(a) === JSON.stringify(b);

export class PeerExports {
  readonly #epoch: string;
  readonly #inventory: Inventory;
  readonly #logs = new Map<string, ResumableLog<ExportedEndpoint>>();
  readonly #leaving = new Map<string, Leaving>();
  /** What to look at again: peers, workloads and namespaces of this cluster. */
  readonly #peers = new Map<string, ClusterPeer | undefined>();
  readonly #workloads = new Set<WorkloadId>();
  readonly #namespaces = new Set<string>();

  /** `epoch`: of the logs. The inventory is another's, who tells of each change to it. */
  constructor(epoch: string, inventory: Inventory) {
    this.#epoch = epoch;
    this.#inventory = inventory;
  }

  /** Of a peer of that name. Empty as long as there is none. */
  log(peer: string): ResumableLog<ExportedEndpoint> {
    const log = this.#logs.get(peer) ?? new ResumableLog<ExportedEndpoint>(this.#epoch, same);
    this.#logs.set(peer, log);
    return log;
  }

  /** A fact was applied to the inventory. Nobody is told before `publish`. */
  changed(change: FactChange): void {
    const { cluster } = this.#inventory;
    if (change.of === 'clusterPeer') {
      const { was, now } = change;
      if (was?.cluster === cluster && was.peer !== now?.peer) this.#peers.set(was.peer, undefined);
      if (now?.cluster === cluster) this.#peers.set(now.peer, now);
    } else if (change.of === 'workload') this.#workloads.add(change.id);
    else if (change.of === 'namespace') {
      const namespace = change.now ?? change.was;
      if (namespace?.cluster === cluster) this.#namespaces.add(namespace.name);
    }
  }

  /** Brings all logs to what the inventory says now. */
  publish(): void {
    const { cluster } = this.#inventory;
    for (const name of this.#namespaces) for (const id of this.#inventory.workloadsIn(cluster, name)) this.#workloads.add(id);
    for (const leaving of this.#leaving.values()) if (!this.#peers.has(leaving.peer.peer)) this.#settle(leaving);
    for (const [name, peer] of this.#peers) this.#follow(name, peer);
    for (const touched of [this.#peers, this.#workloads, this.#namespaces]) touched.clear();
  }

  #follow(name: string, peer: ClusterPeer | undefined): void {
    this.#leaving.delete(name);
    const log = this.log(name);
    if (peer === undefined) return log.replaceAll(new Map());
    const leaving: Leaving = { peer, log, namespaceOf: new Map(), workloadsFrom: new Map() };
    if (peer.export !== undefined) for (const workload of this.#inventory.workloads()) if (leaves(peer.export, workload, this.#inventory)) count(leaving, workload.id, workload.namespace);
    this.#leaving.set(name, leaving);
    log.replaceAll(selectExports(peer, this.#inventory));
  }

  #settle(leaving: Leaving): void {
    const { peer, log, namespaceOf, workloadsFrom } = leaving;
    if (peer.export === undefined) return;
    const { cluster } = this.#inventory;
    const namespaces = new Set(this.#namespaces);
    for (const id of this.#workloads) {
      const before = namespaceOf.get(id);
      const workload = this.#inventory.workload(id);
      const isLeaving = workload !== undefined && leaves(peer.export, workload, this.#inventory);
      if (before === undefined && !isLeaving) continue;
      const after = isLeaving ? workload.namespace : undefined;
      if (before !== after) for (const name of [before, after]) if (name !== undefined) namespaces.add(name);
      count(leaving, id, after);
      log.put(workloadKey(id, cluster), isLeaving ? exportWorkload(workload) : undefined);
    }
    for (const name of namespaces) {
      const namespace = workloadsFrom.has(name) ? this.#inventory.namespace(cluster, name) : undefined;
      log.put(namespaceKey(name), namespace === undefined ? undefined : exportNamespace(namespace));
    }
  }
}

/** `namespace`: from which this workload leaves now. Undefined: it does not. */
const count = ({ namespaceOf, workloadsFrom }: Leaving, id: WorkloadId, namespace: string | undefined): void => {
  const before = namespaceOf.get(id);
  if (before === namespace) return;
  if (before !== undefined) {
    const left = (workloadsFrom.get(before) ?? 0) - 1;
    if (left > 0) workloadsFrom.set(before, left);
    else workloadsFrom.delete(before);
    namespaceOf.delete(id);
  }
  if (namespace === undefined) return;
  namespaceOf.set(id, namespace);
  workloadsFrom.set(namespace, (workloadsFrom.get(namespace) ?? 0) + 1);
};
