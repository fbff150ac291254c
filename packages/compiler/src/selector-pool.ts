/**
 * The selectors of all policies, each held once however many policies say the same, and who their members are.
 *
 * @module
 */
import { impliedLabels, type FactChange, type WorkloadId } from '@firsthop/inventory';
import type { Policy } from '@firsthop/policy';
import { canonicalWorkloadSelector, isRelative, MembershipIndex, type WorkloadSelector } from '@firsthop/selector';

/** Canonical text: equal texts, equal members. */
export type SelectorKey = string;

const selectorsOf = ({ subjects, ingress, egress }: Policy): WorkloadSelector[] => {
  const rules = [...(ingress ?? []), ...(egress ?? [])];
  const peers = rules.flatMap(({ peers }) => (peers.kind === 'set' ? peers.peers : []));
  return [...subjects, ...peers].flatMap((peer) => (peer.kind === 'workloads' && !isRelative(peer.selector) ? [peer.selector as WorkloadSelector] : []));
};

export class SelectorPool {
  readonly #index = new MembershipIndex<SelectorKey, WorkloadId>();
  readonly #refs = new Map<SelectorKey, number>();

  /** Retains before it releases, so that what both need is never dropped in between. */
  replacePolicy(was: Policy | undefined, now: Policy | undefined): void {
    for (const selector of now === undefined ? [] : selectorsOf(now)) this.#retain(selector);
    for (const selector of was === undefined ? [] : selectorsOf(was)) this.#release(canonicalWorkloadSelector(selector));
  }

  onFact(change: FactChange): void {
    if (change.of === 'workload') this.#index.onWorkload(change.id, change.now?.hostNetwork === false ? change.now : undefined);
    const namespace = change.of === 'namespace' ? (change.now ?? change.was) : undefined;
    if (change.of === 'namespace' && namespace !== undefined) this.#index.onNamespace(namespace.cluster, namespace.name, change.now?.labels ?? impliedLabels(namespace.name));
  }

  members(key: SelectorKey): Iterable<WorkloadId> {
    return this.#index.members(key);
  }

  /** The selectors that match a workload now. */
  selectorsOf(workload: WorkloadId): ReadonlySet<SelectorKey> {
    return new Set(this.#index.selectorsOf(workload));
  }

  #retain(selector: WorkloadSelector): void {
    const key = canonicalWorkloadSelector(selector);
    this.#refs.set(key, (this.#refs.get(key) ?? 0) + 1);
    this.#index.addSelector(key, selector);
  }

  #release(key: SelectorKey): void {
    const left = (this.#refs.get(key) ?? 0) - 1;
    if (left > 0) this.#refs.set(key, left);
    else {
      this.#refs.delete(key);
      this.#index.removeSelector(key);
    }
  }
}
