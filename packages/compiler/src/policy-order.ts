/**
 * All policies as they take effect: which of them govern a workload, in the order of evaluation.
 *
 * @module
 */
import { compareText, type SetView } from '@firsthop/base';
import { allTiers, comparePolicies, type IsolatingPolicy, type Policy, type Tier, type TieredPolicy } from '@firsthop/policy';
import { GoverningIndex } from './governing.ts';
import type { SelectorKey } from './selector-key.ts';

/** By cluster, kind, namespace, name. */
const compareIsolating = ({ ref: a }: IsolatingPolicy, { ref: b }: IsolatingPolicy): number =>
  compareText(a.cluster, b.cluster) || compareText(a.kind, b.kind) || compareText(a.namespace ?? '', b.namespace ?? '') || compareText(a.name, b.name);

/** Monitor policies and staged edits decide nothing. */
const isDeciding = (policy: Policy): boolean => policy.form === 'isolating' || (policy.mode === 'Enforce' && policy.stage === undefined);

/** Those of one workload, still in order. */
export interface Governing {
  readonly tiers: readonly { readonly tier: Tier; readonly policies: readonly TieredPolicy[] }[];
  readonly isolating: readonly IsolatingPolicy[];
  /** Equal texts, the same policies in the same tiers. */
  readonly key: string;
}

const noTiers: Governing['tiers'] = [];

export class PolicyOrder {
  readonly #index = new GoverningIndex<Policy>();
  #tiers: ReadonlyMap<string, Tier> = new Map();
  #places: ReadonlyMap<string, number> = new Map();
  /** Of each policy and each tier; never given twice. */
  readonly #numbers = new Map<Policy | Tier, number>();
  #lastNumber = 0;

  constructor(declared: readonly Tier[] = []) {
    this.setTiers(declared);
  }

  setTiers(declared: readonly Tier[]): void {
    const tiers = allTiers(declared);
    for (const tier of this.#tiers.values()) this.#numbers.delete(tier);
    for (const tier of tiers) this.#numbers.set(tier, ++this.#lastNumber);
    this.#tiers = new Map(tiers.map((tier) => [tier.name, tier]));
    this.#places = new Map(tiers.map(({ name }, i) => [name, i]));
  }

  /** Policies as they take effect (`inForce`). */
  replace(was: Policy | undefined, now: Policy | undefined): void {
    if (was !== undefined && isDeciding(was)) {
      this.#index.delete(was);
      this.#numbers.delete(was);
    }
    if (now === undefined || !isDeciding(now)) return;
    this.#index.add(now);
    this.#numbers.set(now, ++this.#lastNumber);
  }

  governing(selectors: SetView<SelectorKey>): Governing {
    const [tiered, isolating]: [TieredPolicy[], IsolatingPolicy[]] = [[], []];
    for (const policy of this.#index.of(selectors))
      if (policy.form === 'isolating') isolating.push(policy);
      else if (this.#places.has(policy.tier)) tiered.push(policy);
    if (tiered.length > 1) tiered.sort((a, b) => this.#place(a) - this.#place(b) || comparePolicies(a, b));
    if (isolating.length > 1) isolating.sort(compareIsolating);
    const tiers = tiered.length === 0 ? noTiers : this.#inTiers(tiered);
    let key = '';
    for (const { tier, policies } of tiers) for (const one of [tier, ...policies]) key += ` ${this.#numbers.get(one)}`;
    for (const one of isolating) key += ` ${this.#numbers.get(one)}`;
    return { tiers, isolating: isolating.slice(), key };
  }

  /** `tiered`: in order. */
  #inTiers(tiered: readonly TieredPolicy[]): Governing['tiers'] {
    const byTier = new Map<string, TieredPolicy[]>();
    for (const policy of tiered) {
      const members = byTier.get(policy.tier);
      if (members === undefined) byTier.set(policy.tier, [policy]);
      else members.push(policy);
    }
    return [...byTier].flatMap(([name, policies]) => {
      const tier = this.#tiers.get(name);
      return tier === undefined ? [] : [{ tier, policies }];
    });
  }

  #place({ tier }: TieredPolicy): number {
    return this.#places.get(tier) ?? 0;
  }
}
