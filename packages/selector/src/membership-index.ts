/**
 * Selector membership, kept incrementally.
 *
 * Feed it workloads, namespaces and selectors as they are now; it emits a change for each selector and workload whose
 * membership really changed, exactly once. Output depends on the current facts only: order, repeats and skipped states
 * cannot be seen in it. Workloads with equal facts share one label set, and selectors are tried per label set, so a pod
 * whose siblings are known costs no matching at all. Synchronous: to batch, put a sequencer after it.
 *
 * @module
 */
import type { Labels } from './label-selector.ts';
import { type LabelSet, LabelSets, type LabelSetView, type OwnFacts } from './label-set.ts';
import { SelectorBuckets } from './selector-buckets.ts';
import { selects, type WorkloadSelector } from './workload-selector.ts';

export interface MembershipChange<S, W> {
  readonly selector: S;
  readonly workload: W;
  readonly member: boolean;
}

/** S names a selector, W a workload; both are the caller's. */
export class MembershipIndex<S, W> {
  readonly #sets = new LabelSets<S, W>();
  readonly #setOf = new Map<W, LabelSet<S, W>>();
  readonly #selectors = new Map<S, { readonly selector: WorkloadSelector; readonly sets: Set<LabelSet<S, W>> }>();
  readonly #buckets = new SelectorBuckets<S>();
  #touched = new Set<LabelSet<S, W>>();

  /** A name stands for one selector for ever: putting it twice changes nothing. */
  addSelector(name: S, selector: WorkloadSelector): MembershipChange<S, W>[] {
    if (this.#selectors.has(name)) return [];
    this.#selectors.set(name, { selector, sets: new Set() });
    this.#buckets.add(name, selector);
    return [...this.#sets.candidates(selector)].flatMap((set) => (selects(selector, set.facts) ? this.#enter(set, name) : []));
  }

  /** Emits nothing: who forgets a selector has no use for its members. */
  removeSelector(name: S): void {
    const entry = this.#selectors.get(name);
    if (entry === undefined) return;
    for (const set of entry.sets) {
      set.selectors.delete(name);
      this.#touched.add(set);
    }
    this.#selectors.delete(name);
    this.#buckets.remove(name, entry.selector);
  }

  /** `now: undefined`: no selector may match it, or it does not exist. */
  onWorkload(workload: W, now: OwnFacts | undefined): MembershipChange<S, W>[] {
    const was = this.#setOf.get(workload);
    const is = now === undefined ? undefined : this.#intern(now);
    if (was === is) return [];
    was?.members.delete(workload);
    is?.members.add(workload);
    if (is === undefined) this.#setOf.delete(workload);
    else this.#setOf.set(workload, is);
    const changes = [...difference(was, is, false), ...difference(is, was, true)].map(([selector, member]) => ({ selector, workload, member }));
    if (was !== undefined && was.members.size === 0) this.#forget(was);
    return changes;
  }

  /** Only selectors that look at namespace labels, and only label sets of this namespace, are tried again. */
  onNamespace(cluster: string, namespace: string, labels: Labels): MembershipChange<S, W>[] {
    const changes: MembershipChange<S, W>[] = [];
    for (const set of this.#sets.relabel(cluster, namespace, labels)) {
      this.#touched.add(set);
      for (const name of this.#buckets.byNamespaceLabels()) {
        const entry = this.#selectors.get(name);
        if (entry === undefined) continue;
        const member = selects(entry.selector, set.facts);
        if (member !== set.selectors.has(name)) changes.push(...(member ? this.#enter(set, name) : this.#leave(set, name)));
      }
    }
    return changes;
  }

  *members(name: S): Generator<W> {
    for (const set of this.#selectors.get(name)?.sets ?? []) yield* set.members;
  }

  selectorsOf(workload: W): ReadonlySet<S> {
    return this.#setOf.get(workload)?.selectors ?? new Set();
  }

  /** The same object for workloads that no selector can tell apart, as long as one of them is there; undefined for unknown ones. */
  labelSetOf(workload: W): LabelSetView<S, W> | undefined {
    return this.#setOf.get(workload);
  }

  /** Label sets that a selector matches. */
  setsOf(name: S): Iterable<LabelSetView<S, W>> {
    return this.#selectors.get(name)?.sets ?? [];
  }

  labelSets(): Iterable<LabelSetView<S, W>> {
    return this.#sets.all();
  }

  labelSetsIn(cluster: string, namespace: string): Iterable<LabelSetView<S, W>> {
    return this.#sets.in(cluster, namespace);
  }

  /** Label sets whose selectors, or whose namespace's labels, are others than when this was last asked; some are nobody's any more. */
  takeTouched(): ReadonlySet<LabelSetView<S, W>> {
    const touched = this.#touched;
    this.#touched = new Set();
    return touched;
  }

  #intern(now: OwnFacts): LabelSet<S, W> {
    const { set, isNew } = this.#sets.intern(now);
    if (isNew) {
      for (const name of this.#buckets.candidates(set.facts)) {
        const entry = this.#selectors.get(name);
        if (entry === undefined || !selects(entry.selector, set.facts)) continue;
        set.selectors.add(name);
        entry.sets.add(set);
      }
    }
    return set;
  }

  #forget(set: LabelSet<S, W>): void {
    for (const name of set.selectors) this.#selectors.get(name)?.sets.delete(set);
    this.#sets.remove(set);
  }

  #enter(set: LabelSet<S, W>, selector: S): MembershipChange<S, W>[] {
    this.#touched.add(set);
    set.selectors.add(selector);
    this.#selectors.get(selector)?.sets.add(set);
    return [...set.members].map((workload) => ({ selector, workload, member: true }));
  }

  #leave(set: LabelSet<S, W>, selector: S): MembershipChange<S, W>[] {
    this.#touched.add(set);
    set.selectors.delete(selector);
    this.#selectors.get(selector)?.sets.delete(set);
    return [...set.members].map((workload) => ({ selector, workload, member: false }));
  }
}

/** Selectors that match `one` and not `other`. */
function* difference<S, W>(one: LabelSet<S, W> | undefined, other: LabelSet<S, W> | undefined, member: boolean): Generator<[S, boolean]> {
  for (const name of one?.selectors ?? []) if (!other?.selectors.has(name)) yield [name, member];
}
