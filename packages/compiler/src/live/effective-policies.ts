/**
 * Which policy group a workload is under: compiled once for all that are governed alike, and looked at again when that may be otherwise.
 *
 * @module
 */
import type { Enforcement, Inventory, Workload } from '@firsthop/inventory';
import { type Few, putInto } from '@firsthop/base';
import { aroundPolicyGroup, policyGroupId } from '@firsthop/plan';
import type { Policy } from '@firsthop/policy';
import { StageCompiler, type Subject } from '../compile-stages.ts';
import { nameAround } from '../naming.ts';
import type { Governing, PolicyOrder } from '../policy-order.ts';
import { portsKey, type RuleCache, type RuleMaker } from '../rule-cache.ts';
import type { LabelSet } from '../selector-pool.ts';
import type { LivePolicies, LivePolicy } from './live-policy.ts';

export interface EffectivePoliciesParts {
  readonly inventory: Inventory;
  readonly order: PolicyOrder;
  readonly cache: RuleCache;
  readonly maker: RuleMaker;
  readonly policies: LivePolicies;
}

interface OfSet {
  readonly governing: Governing;
  readonly policies: readonly Policy[];
  readonly hangsOnWorld: boolean;
  /** By what else of a workload matters: most of the time nothing makes a difference. */
  first?: { readonly rest: string; readonly policy: LivePolicy };
  more?: Map<string, LivePolicy>;
}

const policiesOf = ({ tiers, isolating }: Governing): readonly Policy[] => (tiers.length === 0 ? isolating : [...tiers.flatMap(({ policies }) => policies), ...isolating]);

export class EffectivePolicies {
  readonly #parts: EffectivePoliciesParts;
  readonly #ofSet = new WeakMap<LabelSet, OfSet>();
  readonly #hangingOnWorld = new Set<LabelSet>();
  /** By all that they hang on: workloads with other labels may be governed alike. */
  readonly #alike = new Map<string, LivePolicy>();
  readonly #keys = new Map<LivePolicy, Few<string>>();
  /** Grows with each change of who uses which port names. */
  #epoch = 0;

  constructor(parts: EffectivePoliciesParts) {
    this.#parts = parts;
  }

  of(set: LabelSet, workload: Workload, enforcement: Enforcement): LivePolicy {
    const known = this.#ofSet.get(set) ?? this.#governed(set);
    const rest = `${enforcement}|${portsKey(workload.ports)}`;
    const policy = known.first?.rest === rest ? known.first.policy : known.more?.get(rest);
    if (policy !== undefined && this.#parts.policies.isKnown(policy)) return policy;
    const made = this.#alikeOf(known, { governing: known.governing, enforcement, ports: workload.ports, namespace: workload.namespace, namespaceLabels: set.namespaceLabels });
    if (known.first === undefined || known.first.rest === rest) known.first = { rest, policy: made };
    else (known.more ??= new Map()).set(rest, made);
    return made;
  }

  /** Those that govern whoever has this label set, in order of evaluation; the same list as long as it is. */
  governing(set: LabelSet): readonly Policy[] {
    return (this.#ofSet.get(set) ?? this.#governed(set)).policies;
  }

  forget(set: LabelSet): void {
    this.#ofSet.delete(set);
    this.#hangingOnWorld.delete(set);
  }

  /** Who uses which port names is otherwise. Gives those whose rules hang on it, and forgets them. */
  forgetWorld(): readonly LabelSet[] {
    this.#epoch++;
    const sets = [...this.#hangingOnWorld];
    for (const set of sets) this.forget(set);
    return sets;
  }

  /** Nobody is under them any more. */
  forgetPolicies(policies: Iterable<LivePolicy>): void {
    for (const policy of policies) {
      for (const key of this.#keys.get(policy) ?? []) this.#alike.delete(key);
      this.#keys.delete(policy);
    }
  }

  #governed(set: LabelSet): OfSet {
    const governing = this.#parts.order.governing(set.selectors);
    const policies = policiesOf(governing);
    const made: OfSet = { governing, policies, hangsOnWorld: this.#parts.cache.hangsOnWorld(policies) };
    this.#ofSet.set(set, made);
    if (made.hangsOnWorld) this.#hangingOnWorld.add(set);
    return made;
  }

  #alikeOf({ policies, hangsOnWorld }: OfSet, subject: Subject): LivePolicy {
    const { governing, enforcement } = subject;
    const key = `${enforcement}|${hangsOnWorld ? this.#epoch : ''}|${governing.key}|${this.#parts.cache.keyOf(policies, subject)}`;
    const known = this.#alike.get(key);
    if (known !== undefined && this.#parts.policies.isKnown(known)) return known;
    const { cache, maker } = this.#parts;
    const stages = new StageCompiler(cache, maker);
    const content = { ingress: stages.stages(subject, 'ingress'), egress: stages.stages(subject, 'egress') };
      const id = policyGroupId(nameAround(aroundPolicyGroup(content), maker.name, maker.texts));
    const made = this.#parts.policies.put({ id, ...content }, stages.rules.values());
    this.#alike.set(key, made);
    putInto(this.#keys, made, key);
    return made;
  }
}
