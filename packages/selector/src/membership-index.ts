/**
 * Selector membership, kept incrementally.
 *
 * Feed it workloads, namespaces and selectors as they are now; it tells of each selector and workload whose
 * membership really changed, exactly once. Output depends on the current facts only: order, repeats and skipped states
 * cannot be seen in it. Workloads with equal facts share one label set, and selectors are tried per label set, so a pod
 * whose siblings are known costs no matching at all. Synchronous: to batch, put a sequencer after it.
 *
 * @module
 */
import { Few, type SetView } from '@firsthop/base';
import type { Labels } from './label-selector.ts';
import { type LabelSet, LabelSets, type LabelSetView, type OwnFacts } from './label-set.ts';
import { restrictionOf } from './restriction.ts';
import { SelectorBuckets } from './selector-buckets.ts';
import { selects, type WorkloadSelector } from './workload-selector.ts';

/** Of whatever. */
const none: ReadonlySet<never> = new Set();

/** Hears of a selector and a workload whose membership is another one now. */
export type OnMembership<S, W> = (selector: S, workload: W, member: boolean) => void;

/** S names a selector, W a workload; both are the caller's. */
export class MembershipIndex<S, W> {
  readonly #sets = new LabelSets<S, W>();
  readonly #setOf = new Map<W, LabelSet<S, W>>();
  readonly #selectors = new Map<S, { readonly selector: WorkloadSelector; readonly sets: Few<LabelSet<S, W>> }>();
  readonly #buckets = new SelectorBuckets<S>();
  #touched = new Set<LabelSet<S, W>>();
  readonly #onChange: OnMembership<S, W> | undefined;

  /** `onChange`: left out by who reads label sets (`takeTouched`), which are far fewer than their members. It must not change the index. */
  constructor(onChange?: OnMembership<S, W>) {
    this.#onChange = onChange;
  }

  /** A name stands for one selector for ever: putting it twice changes nothing. */
  addSelector(name: S, selector: WorkloadSelector): void {
    if (this.#selectors.has(name)) return;
    const sets = new Few<LabelSet<S, W>>();
    this.#selectors.set(name, { selector, sets });
    const restriction = restrictionOf(selector);
    this.#buckets.add(name, selector, restriction);
    for (const set of this.#sets.candidates(restriction)) if (selects(selector, set.facts)) this.#enter(set, name, sets);
  }

  /** Tells nothing: who forgets a selector has no use for its members. */
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
  onWorkload(workload: W, now: OwnFacts | undefined): void {
    const was = this.#setOf.get(workload);
    const is = now === undefined ? undefined : this.#intern(now);
    if (was === is) return;
    was?.members.delete(workload);
    is?.members.add(workload);
    if (is === undefined) this.#setOf.delete(workload);
    else this.#setOf.set(workload, is);
    if (this.#onChange !== undefined) {
      for (const name of was?.selectors ?? []) if (is?.selectors.has(name) !== true) this.#onChange(name, workload, false);
      for (const name of is?.selectors ?? []) if (was?.selectors.has(name) !== true) this.#onChange(name, workload, true);
    }
    if (was !== undefined && was.members.size === 0) this.#forget(was);
  }

  /** Only selectors that look at namespace labels, and only label sets of this namespace, are tried again. */
  onNamespace(cluster: string, namespace: string, labels: Labels): void {
    for (const set of this.#sets.relabel(cluster, namespace, labels)) {
      this.#touched.add(set);
      for (const name of this.#buckets.byNamespaceLabels()) {
        const entry = this.#selectors.get(name);
        if (entry === undefined) continue;
        const member = selects(entry.selector, set.facts);
        if (member === set.selectors.has(name)) continue;
        if (member) this.#enter(set, name, entry.sets);
        else this.#leave(set, name, entry.sets);
      }
    }
  }

  *members(name: S): Generator<W> {
    for (const set of this.#selectors.get(name)?.sets ?? []) yield* set.members;
  }

  selectorsOf(workload: W): SetView<S> {
    return this.#setOf.get(workload)?.selectors ?? none;
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
    if (this.#touched.size === 0) return none;
    const touched = this.#touched;
    this.#touched = new Set();
    return touched;
  }

  #intern(now: OwnFacts): LabelSet<S, W> {
    const { set, isNew } = this.#sets.intern(now);
    if (isNew) {
      this.#buckets.forCandidates(set, (name) => {
        const entry = this.#selectors.get(name);
        if (entry === undefined || !selects(entry.selector, set.facts)) return;
        set.selectors.add(name);
        entry.sets.add(set);
      });
    }
    return set;
  }

  #forget(set: LabelSet<S, W>): void {
    for (const name of set.selectors) this.#selectors.get(name)?.sets.delete(set);
    this.#sets.remove(set);
  }

  #enter(set: LabelSet<S, W>, selector: S, sets: Few<LabelSet<S, W>>): void {
    this.#touched.add(set);
    set.selectors.add(selector);
    sets.add(set);
    if (this.#onChange !== undefined) for (const workload of set.members) this.#onChange(selector, workload, true);
  }

  #leave(set: LabelSet<S, W>, selector: S, sets: Few<LabelSet<S, W>>): void {
    this.#touched.add(set);
    set.selectors.delete(selector);
    sets.delete(set);
    if (this.#onChange !== undefined) for (const workload of set.members) this.#onChange(selector, workload, false);
  }
}
