/**
 * The selectors of all policies, each held once however many policies say the same, and who their members are.
 *
 * Selectors that hang on a subject or on a Service are not written in any policy: they are asked for while plans are compiled
 * (`borrow`), and given up when a round of compiling did not ask for them again.
 *
 * @module
 */
import type { SetView } from '@firsthop/base';
import { impliedLabels, type FactChange, type WorkloadId } from '@firsthop/inventory';
import type { Peer, Policy } from '@firsthop/policy';
import { isRelative, type LabelSetView, MembershipIndex, type WorkloadSelector } from '@firsthop/selector';
import { type SelectorKey, selectorKey } from './selector-key.ts';

const isFixed = (selector: (Peer & { readonly kind: 'workloads' })['selector']): selector is WorkloadSelector => !isRelative(selector);

const collect = (peer: Peer, into: WorkloadSelector[]): void => {
  switch (peer.kind) {
    case 'workloads':
      if (isFixed(peer.selector)) into.push(peer.selector);
      return;
    case 'every':
    case 'some':
      for (const one of peer.peers) collect(one, into);
      return;
    case 'not':
      collect(peer.peer, into);
      return;
    case 'cidr':
    case 'nodes':
    case 'service':
    case 'names':
    case 'group':
  }
};

const selectorsOf = ({ subjects, ingress, egress }: Policy): readonly WorkloadSelector[] => {
  const found: WorkloadSelector[] = [];
  for (const subject of subjects) collect(subject, found);
  for (const rules of [ingress, egress]) for (const { peers } of rules ?? []) if (peers.kind === 'set') for (const peer of peers.peers) collect(peer, found);
  return found;
};

/** What selectors may look at in some workloads that are equal in it. */
export type LabelSet = LabelSetView<SelectorKey, WorkloadId>;

export class SelectorPool {
  readonly #index = new MembershipIndex<SelectorKey, WorkloadId>();
  readonly #refs = new Map<SelectorKey, number>();
  #borrowed = new Set<SelectorKey>();
  #before = new Set<SelectorKey>();

  /** Retains before it releases, so that what both need is never dropped in between. */
  replacePolicy(was: Policy | undefined, now: Policy | undefined): void {
    for (const selector of now === undefined ? [] : selectorsOf(now)) this.retain(selector);
    for (const selector of was === undefined ? [] : selectorsOf(was)) this.release(selectorKey(selector));
  }

  onFact(change: FactChange): void {
    if (change.of === 'workload') this.#index.onWorkload(change.id, change.now?.hostNetwork === false ? change.now : undefined);
    const namespace = change.of === 'namespace' ? (change.now ?? change.was) : undefined;
    if (change.of === 'namespace' && namespace !== undefined) this.#index.onNamespace(namespace.cluster, namespace.name, change.now?.labels ?? impliedLabels(namespace.name));
  }

  /** Held until a round ends in which nobody borrowed it again. */
  borrow(selector: WorkloadSelector): SelectorKey {
    const key = selectorKey(selector);
    if (this.#borrowed.has(key)) return key;
    this.#borrowed.add(key);
    this.retain(selector);
    return key;
  }

  beginRound(): void {
    this.#before = this.#borrowed;
    this.#borrowed = new Set();
  }

  endRound(): void {
    for (const key of this.#before) this.release(key);
    this.#before = new Set();
  }

  members(key: SelectorKey): Iterable<WorkloadId> {
    return this.#index.members(key);
  }

  /** The selectors that match a workload now. */
  selectorsOf(workload: WorkloadId): SetView<SelectorKey> {
    return this.#index.selectorsOf(workload);
  }

  /** One object for all workloads that no selector tells apart. */
  labelSetOf(workload: WorkloadId): LabelSet | undefined {
    return this.#index.labelSetOf(workload);
  }

  setsOf(key: SelectorKey): Iterable<LabelSet> {
    return this.#index.setsOf(key);
  }

  labelSets(): Iterable<LabelSet> {
    return this.#index.labelSets();
  }

  /** Those whose selectors or namespace's labels are others than when this was last asked. */
  takeTouched(): ReadonlySet<LabelSet> {
    return this.#index.takeTouched();
  }

  /** To be released as often. */
  retain(selector: WorkloadSelector, key: SelectorKey = selectorKey(selector)): void {
    this.#refs.set(key, (this.#refs.get(key) ?? 0) + 1);
    this.#index.addSelector(key, selector);
  }

  release(key: SelectorKey): void {
    const left = (this.#refs.get(key) ?? 0) - 1;
    if (left > 0) this.#refs.set(key, left);
    else {
      this.#refs.delete(key);
      this.#index.removeSelector(key);
    }
  }
}
