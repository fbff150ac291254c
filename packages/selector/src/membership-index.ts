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
import type { Combination, LabelSet, LabelSetView } from './label-set.ts';
import { LabelSets, type OwnFacts } from './label-sets.ts';
import { restrictionOf } from './restriction.ts';
import { SelectorBuckets } from './selector-buckets.ts';
import { selects, selectsAnywhere, type WorkloadSelector } from './workload-selector.ts';

/** Of whatever. */
const none: ReadonlySet<never> = new Set();

/** Hears of a selector and a workload whose membership is another one now. */
export type OnMembership<S, W> = (selector: S, workload: W, member: boolean) => void;

/** A selector, and where it matches now. One that asks for no namespace is tried on combinations, which are fewer than label sets. */
type Entry<S, W> = { readonly selector: WorkloadSelector } & ({ readonly asks: 'anywhere'; readonly in: Few<Combination<S, W>> } | { readonly asks: 'namespace'; readonly in: Few<LabelSet<S, W>> });

/** S names a selector, W a workload; both are the caller's. */
export class MembershipIndex<S, W> {
  readonly #sets = new LabelSets<S, W>();
  readonly #setOf = new Map<W, LabelSet<S, W>>();
  readonly #selectors = new Map<S, Entry<S, W>>();
  readonly #buckets = { anywhere: new SelectorBuckets<S>(), namespace: new SelectorBuckets<S>() };
  #touched = new Set<LabelSet<S, W>>();
  readonly #onChange: OnMembership<S, W> | undefined;

  /** `onChange`: left out by who reads label sets (`takeTouched`), which are far fewer than their members. It must not change the index. */
  constructor(onChange?: OnMembership<S, W>) {
    this.#onChange = onChange;
  }

  /** A name stands for one selector for ever: putting it twice changes nothing. */
  addSelector(name: S, selector: WorkloadSelector): void {
    if (this.#selectors.has(name)) return;
    const restriction = restrictionOf(selector);
    if (selector.namespaces.kind === 'any') {
      const there = new Few<Combination<S, W>>();
      this.#selectors.set(name, { selector, asks: 'anywhere', in: there });
      this.#buckets.anywhere.add(name, selector, restriction);
      const { combinations } = this.#sets;
      const candidates = restriction.kind === 'labels' ? combinations.having(restriction.pairs) : [combinations.all()];
      for (const some of candidates) for (const combination of some) if (selectsAnywhere(selector, combination) && there.add(combination)) this.#enterAll(combination, name);
      return;
    }
    const there = new Few<LabelSet<S, W>>();
    this.#selectors.set(name, { selector, asks: 'namespace', in: there });
    this.#buckets.namespace.add(name, selector, restriction);
    for (const set of this.#sets.candidates(restriction)) if (selects(selector, set) && there.add(set)) this.#enter(set, name);
  }

  /** Tells nothing: who forgets a selector has no use for its members. */
  removeSelector(name: S): void {
    const entry = this.#selectors.get(name);
    if (entry === undefined) return;
    for (const set of setsOf(entry)) this.#touched.add(set);
    if (entry.asks === 'anywhere') for (const combination of entry.in) combination.selectors.delete(name);
    else for (const set of entry.in) set.leave(name);
    this.#selectors.delete(name);
    this.#buckets[entry.asks].remove(name, entry.selector);
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
      for (const name of this.#buckets.namespace.byNamespaceLabels()) {
        const entry = this.#selectors.get(name);
        if (entry?.asks !== 'namespace') continue;
        const member = selects(entry.selector, set);
        if (member === entry.in.has(set)) continue;
        if (member) {
          entry.in.add(set);
          this.#enter(set, name);
        } else {
          entry.in.delete(set);
          this.#leave(set, name);
        }
      }
    }
  }

  *members(name: S): Generator<W> {
    for (const set of this.setsOf(name)) yield* set.members;
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
    const entry = this.#selectors.get(name);
    return entry === undefined ? [] : setsOf(entry);
  }

  labelSets(): Iterable<LabelSetView<S, W>> {
    return this.#sets.all();
  }

  /** Label sets whose selectors, or whose namespace's labels, are others than when this was last asked; some are nobody's any more. */
  takeTouched(): ReadonlySet<LabelSetView<S, W>> {
    if (this.#touched.size === 0) return none;
    const touched = this.#touched;
    this.#touched = new Set();
    return touched;
  }

  #intern(now: OwnFacts): LabelSet<S, W> {
    const { set, isNew, isNewCombination } = this.#sets.intern(now);
    if (!isNew) return set;
    const { combination } = set;
    if (isNewCombination)
      this.#buckets.anywhere.forCandidates(combination, undefined, (name) => {
        const entry = this.#selectors.get(name);
        if (entry?.asks === 'anywhere' && selectsAnywhere(entry.selector, combination) && entry.in.add(combination)) combination.selectors.add(name);
      });
    this.#buckets.namespace.forCandidates(combination, set.home, (name) => {
      const entry = this.#selectors.get(name);
      if (entry?.asks === 'namespace' && selects(entry.selector, set) && entry.in.add(set)) set.enter(name);
    });
    return set;
  }

  #forget(set: LabelSet<S, W>): void {
    for (const name of set.selectorsHere) {
      const entry = this.#selectors.get(name);
      if (entry?.asks === 'namespace') entry.in.delete(set);
    }
    if (!this.#sets.remove(set)) return;
    for (const name of set.combination.selectors) {
      const entry = this.#selectors.get(name);
      if (entry?.asks === 'anywhere') entry.in.delete(set.combination);
    }
  }

  #enterAll(combination: Combination<S, W>, selector: S): void {
    combination.selectors.add(selector);
    for (const set of combination.sets) this.#tell(set, selector, true);
  }

  #enter(set: LabelSet<S, W>, selector: S): void {
    set.enter(selector);
    this.#tell(set, selector, true);
  }

  #leave(set: LabelSet<S, W>, selector: S): void {
    set.leave(selector);
    this.#tell(set, selector, false);
  }

  #tell(set: LabelSet<S, W>, selector: S, member: boolean): void {
    this.#touched.add(set);
    if (this.#onChange !== undefined) for (const workload of set.members) this.#onChange(selector, workload, member);
  }
}

function* setsOf<S, W>(entry: Entry<S, W>): Generator<LabelSet<S, W>> {
  if (entry.asks === 'namespace') yield* entry.in;
  else for (const { sets } of entry.in) yield* sets;
}
