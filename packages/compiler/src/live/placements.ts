/**
 * Where each workload is enforced, and under what.
 *
 * @module
 */
import type { Workload, WorkloadId } from '@firsthop/inventory';
import { isEnforced, planEndpoint } from '../plan-endpoint.ts';
import type { LivePolicies, LivePolicy } from './live-policy.ts';
import type { NodeContents } from './node-contents.ts';

export interface Under {
  readonly group: LivePolicy;
  /** If all that is on trial were in force; the same where nothing is. */
  readonly onTrial: LivePolicy;
}

interface Placement extends Under {
  readonly workload: Workload;
  readonly node: NodeContents;
}

export interface PlacementsParts {
  readonly cluster: string;
  readonly policies: LivePolicies;
  readonly nodeOf: (name: string) => NodeContents;
}

const endpointsOf = ({ workload, group, onTrial }: Placement) =>
  workload.endpoints.filter(({ addresses }) => addresses.length > 0).map((endpoint) => planEndpoint(endpoint, workload, { policyGroup: group.group.id, trialGroup: onTrial.group.id }));

export class Placements {
  readonly #parts: PlacementsParts;
  readonly #placed = new Map<WorkloadId, Placement>();

  constructor(parts: PlacementsParts) {
    this.#parts = parts;
  }

  /** `under` is asked for only if it is enforced. */
  put(workload: Workload, under: () => Under): void {
    if (!isEnforced(workload, this.#parts.cluster) || workload.node === undefined) return this.remove(workload.id);
    const was = this.#placed.get(workload.id);
    const { group, onTrial } = under();
    if (was !== undefined && was.workload === workload && was.group === group && was.onTrial === onTrial) return;
    const now: Placement = { workload, node: this.#parts.nodeOf(workload.node), group, onTrial };
    this.#placed.set(workload.id, now);
    // What comes is retained before what goes is released: what both need stays.
    this.#retain(now);
    if (was !== undefined) this.#release(was);
    const endpoints = endpointsOf(now);
    const kept = new Set<string>(was?.node === now.node ? endpoints.map(({ id }) => id) : []);
    for (const { id } of was?.workload.endpoints ?? []) if (!kept.has(id)) was?.node.delete(id);
    for (const endpoint of endpoints) now.node.put(endpoint);
  }

  remove(id: WorkloadId): void {
    const was = this.#placed.get(id);
    if (was === undefined) return;
    this.#placed.delete(id);
    for (const endpoint of was.workload.endpoints) was.node.delete(endpoint.id);
    this.#release(was);
  }

  #retain({ node, group, onTrial }: Placement): void {
    this.#parts.policies.retain(group);
    node.retain(group);
    if (onTrial === group) return;
    this.#parts.policies.retain(onTrial);
    node.retain(onTrial);
  }

  #release({ node, group, onTrial }: Placement): void {
    node.release(group);
    this.#parts.policies.release(group);
    if (onTrial === group) return;
    node.release(onTrial);
    this.#parts.policies.release(onTrial);
  }
}
