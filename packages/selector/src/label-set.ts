/**
 * Label sets: everything that selectors may look at in a workload, shared by all workloads that are equal in it.
 *
 * @module
 */
import { Few, type SetView } from '@firsthop/base';
import type { Labels } from './label-selector.ts';
import { labelPair } from './restriction.ts';
import type { FactsAnywhere, SelectableFacts } from './workload-selector.ts';

/** As others see it: the same object as long as one workload has these facts. Its namespace's labels may become others. */
export interface LabelSetView<S, W> extends SelectableFacts {
  readonly selectors: SetView<S>;
  readonly members: SetView<W>;
}

/** One namespace of one cluster. */
export interface Home<S, W> {
  readonly cluster: string;
  readonly namespace: string;
  labels: Labels;
  /** Somebody said so; otherwise its name is all that is known of it. */
  isTold: boolean;
  readonly sets: Map<Combination<S, W>, LabelSet<S, W>>;
}

/**
 * What workloads of many namespaces may have in common: kind, cluster, labels and service account. Selectors that ask for no namespace are tried on it
 * once, however many namespaces it is found in.
 */
export class Combination<S, W> implements FactsAnywhere {
  readonly kind: FactsAnywhere['kind'];
  readonly cluster: string;
  readonly labels: Labels;
  readonly serviceAccount: string | undefined;
  /** Each label as a pair, and as a key with whatever value. */
  readonly pairs: readonly { readonly pair: string; readonly any: string }[];
  /** Those that match it and ask for no namespace. */
  readonly selectors: Few<S> = new Few();
  /** One of each namespace that has it. */
  readonly sets: Few<LabelSet<S, W>> = new Few();

  constructor({ kind, cluster, labels, serviceAccount }: FactsAnywhere) {
    this.kind = kind;
    this.cluster = cluster;
    this.labels = labels;
    this.serviceAccount = serviceAccount;
    this.pairs = Array.from(labels, ([name, value]) => ({ pair: labelPair(name, value), any: labelPair(name, undefined) }));
  }
}

/** A combination in a namespace. */
export class LabelSet<S, W> implements LabelSetView<S, W> {
  readonly home: Home<S, W>;
  readonly combination: Combination<S, W>;
  readonly members: Few<W> = new Few();
  /** Those that match and ask for a namespace. */
  #here: Few<S> | undefined;

  constructor(home: Home<S, W>, combination: Combination<S, W>) {
    this.home = home;
    this.combination = combination;
  }

  get kind(): SelectableFacts['kind'] {
    return this.combination.kind;
  }

  get cluster(): string {
    return this.home.cluster;
  }

  get namespace(): string {
    return this.home.namespace;
  }

  get namespaceLabels(): Labels {
    return this.home.labels;
  }

  get labels(): Labels {
    return this.combination.labels;
  }

  get serviceAccount(): string | undefined {
    return this.combination.serviceAccount;
  }

  /** All that match now. */
  get selectors(): SetView<S> {
    const { selectors } = this.combination;
    if (this.#here === undefined || this.#here.size === 0) return selectors;
    return selectors.size === 0 ? this.#here : new Both(selectors, this.#here);
  }

  enter(selector: S): void {
    (this.#here ??= new Few()).add(selector);
  }

  leave(selector: S): void {
    this.#here?.delete(selector);
  }

  /** Of those that ask for a namespace. */
  get selectorsHere(): SetView<S> {
    return this.#here ?? none;
  }
}

const none: ReadonlySet<never> = new Set();

/** Two sets that have nothing in common. */
class Both<T> implements SetView<T> {
  readonly #one: SetView<T>;
  readonly #other: SetView<T>;

  constructor(one: SetView<T>, other: SetView<T>) {
    this.#one = one;
    this.#other = other;
  }

  get size(): number {
    return this.#one.size + this.#other.size;
  }

  has(member: T): boolean {
    return this.#one.has(member) || this.#other.has(member);
  }

  [Symbol.iterator](): Iterator<T> {
    return [...this.#one, ...this.#other].values();
  }
}
